package approvals.actions["export-data_test"]

import rego.v2

import data.approvals.actions["export-data"] as policy
import data.approvals.examples_test as examples
import data.approvals.main

decide(fields) := answer if {
	answer := main.decision with input as examples.request("export-data", fields)
		with data.approvals.calendar as examples.no_freeze
}

plain := {"resource": {"contains_pii": false}}

stages_asked := {
	"no personal data, in so many words": [plain, ["data_owners"]],
	"personal data": [{"resource": {"contains_pii": true}}, ["data_owners", "privacy"]],
	"silence": [{}, ["data_owners", "privacy"]],
	"no boolean": [{"resource": {"contains_pii": "false"}}, ["data_owners", "privacy"]],
}

test_stages[note] if {
	some note, [fields, expected] in stages_asked
	answer := decide(fields)
	answer.outcome == "require_approval"
	[stage.id | some stage in answer.approval.stages] == expected
}

approvals := {
	"owner, plain": [["bob"], plain, "allow"],
	"owner, personal": [["bob"], {}, "require_approval"],
	"owner, then privacy": [["bob", "carol"], {}, "allow"],
	"privacy before its turn takes the owners' seat": [["carol", "bob"], {}, "require_approval"],
	"one person is no two stages": [["carol", "carol"], {}, "require_approval"],
}

test_approvals[note] if {
	some note, [people, fields, outcome] in approvals
	votes := [examples.vote(person, "approve") | some person in people]
	decide(object.union(fields, {"votes": votes})).outcome == outcome
}

test_the_grant_lasts_a_quarter_of_an_hour if {
	answer := decide(object.union(plain, {"votes": [examples.vote("bob", "approve")]}))
	answer.grant == {"ttl": "15m", "max_uses": 1}
}

test_handles_one_action if policy.handles == {"export-data"}

test_the_tables_are_not_empty if {
	count(stages_asked) == 4
	count(approvals) == 5
}
