package approvals.actions["run-migration_test"]

import rego.v2

import data.approvals.actions["run-migration"] as policy
import data.approvals.examples_test as examples
import data.approvals.main

decide(fields) := answer if {
	answer := main.decision with input as examples.request("run-migration", object.union({"context": {"author": "erin"}}, fields))
		with data.approvals.calendar as examples.no_freeze
}

environments := {"dev": "allow", "test": "allow", "staging": "require_approval", "prod": "require_approval", "": "require_approval"}

test_environment[name] if {
	some name, outcome in environments
	decide({"resource": {"environment": name}}).outcome == outcome
}

test_both_stages_are_open_at_once if {
	[[stage.id, stage.open] | some stage in decide({}).approval.stages] == [["owners", true], ["release", true]]
}

# Bob owns databases and manages releases; Carol owns databases; Dave manages releases.
people := {
	"a manager, then an owner": ["erin", ["dave", "carol"], "allow"],
	"an owner, then a manager": ["erin", ["carol", "dave"], "allow"],
	"who is both makes room": ["erin", ["bob", "carol"], "allow"],
	"whoever comes": ["erin", ["bob", "dave"], "allow"],
	"who is both is one person": ["erin", ["bob", "bob"], "require_approval"],
	"the author does not approve": ["bob", ["bob", "carol"], "require_approval"],
	"without the author it goes on": ["bob", ["carol", "dave"], "allow"],
}

test_people[note] if {
	some note, [author, names, outcome] in people
	votes := [examples.vote(name, "approve") | some name in names]
	decide({"context": {"author": author}, "votes": votes}).outcome == outcome
}

test_who_wrote_it_must_be_known[author] if {
	some author in [null, "", 7, []]
	answer := decide({"context": {"author": author}})
	answer.outcome == "deny"
	{reason.code | some reason in answer.reasons} == {"unknown_author"}
}

test_the_author_is_named_as_excluded if {
	decide({}).approval.excluded == [{"user": "erin", "code": "author", "message": "Wrote the migration"}]
}

test_handles_one_action if policy.handles == {"run-migration"}

test_the_tables_are_not_empty if {
	count(environments) == 5
	count(people) == 7
}
