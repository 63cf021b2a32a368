package approvals.actions["open-production-shell_test"]

import rego.v2

import data.approvals.actions["open-production-shell"] as policy
import data.approvals.examples_test as examples
import data.approvals.main

on_call := {"directory": {"user": {"groups": ["on-call"], "roles": []}}}

commander := {
	"user": {"id": "dave"},
	"directory": {"user": {"groups": ["on-call"], "roles": ["incident-commander"]}},
}

decide(fields) := answer if {
	answer := main.decision with input as examples.request("open-production-shell", fields)
		with data.approvals.calendar as examples.no_freeze
}

askers := {
	"on call": [on_call, "require_approval"],
	"of another group": [{"directory": {"user": {"groups": ["release-engineers"]}}}, "deny"],
	"of no group": [{"directory": {"user": {}}}, "deny"],
	"nobody the directory knows": [{"directory": {}}, "deny"],
	"who only claims it": [{"user": {"groups": ["on-call"]}}, "deny"],
	"whose agent alone is on call": [{"directory": {"actor": {"groups": ["on-call"]}}}, "deny"],
}

test_asker[note] if {
	some note, [fields, outcome] in askers
	decide(fields).outcome == outcome
}

by_cli(person) := examples.vote_with(person, "approve", {"surface": "cli", "reason": "INC-204"})

votes := {
	"from the command line": [on_call, by_cli("bob"), "yes", "allow"],
	"without a reason": [on_call, examples.vote_with("bob", "approve", {"surface": "api"}), "reason_required", "require_approval"],
	"A13: a click in Slack": [
		on_call, object.union(by_cli("bob"), {"surface": "slack"}), "surface_not_allowed", "require_approval",
	],
	"somebody else": [on_call, by_cli("erin"), "not_eligible", "require_approval"],
	"one's own": [object.union(on_call, {"user": {"id": "dave"}}), by_cli("dave"), "self_approval", "require_approval"],
	"an incident commander's own": [commander, by_cli("dave"), "yes", "allow"],
}

test_vote[note] if {
	some note, [fields, vote, code, outcome] in votes
	answer := decide(object.union(fields, {"votes": [vote]}))
	answer.outcome == outcome
	object.get(answer.votes[0], "code", "yes") == code
}

test_what_goes_along if {
	answer := decide(object.union(on_call, {"votes": [by_cli("bob")]}))
	{obligation.type | some obligation in answer.obligations} == {"notify", "after_review", "require_reason"}
	answer.grant == {"ttl": "2m", "max_uses": 1}
}

test_a_commanders_waiver_is_told if {
	decide(commander).approval.waivers == [{
		"code": "self_approval",
		"message": "An incident commander may approve their own shell",
		"rule": "actions.open-production-shell.self_approval",
	}]
	not decide(on_call).approval.waivers
}

test_it_is_shown_and_not_clicked if decide(on_call).approval.surfaces == ["cli", "api"]

test_handles_one_action if policy.handles == {"open-production-shell"}

test_the_tables_are_not_empty if {
	count(askers) == 6
	count(votes) == 6
}
