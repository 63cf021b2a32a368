package approvals.actions.deploy_test

import rego.v2

import data.approvals.actions.deploy
import data.approvals.examples_test as examples
import data.approvals.main

decide(fields) := answer if {
	answer := main.decision with input as examples.request("deploy", fields)
		with data.approvals.calendar as examples.no_freeze
}

environments := {
	"dev": "allow",
	"test": "allow",
	"staging": "allow",
	"prod": "require_approval",
	"prd": "require_approval",
}

test_environment[name] if {
	some name, outcome in environments
	decide({"resource": {"environment": name}}).outcome == outcome
}

test_a_missing_environment_needs_approval if {
	answer := main.decision with input as json.remove(examples.request("deploy", {}), ["resource/environment"])
		with data.approvals.calendar as examples.no_freeze
	answer.outcome == "require_approval"
}

in_usergroup := examples.vote_with("erin", "approve", {"by": {"groups": ["slack_usergroup:S0DBA"]}})

unmapped := object.union(in_usergroup, {"by": {"id": "slack:T1:U7", "user": "slack:T1:U7"}})

votes := {
	"nobody yet": [[], "require_approval"],
	"a release manager": [[examples.vote("bob", "approve")], "allow"],
	"somebody of the Slack user group": [[in_usergroup], "allow"],
	"an account of the user group that nobody mapped": [[unmapped], "allow"],
	"somebody else": [[examples.vote("erin", "approve")], "require_approval"],
	"a release manager says no": [[examples.vote("dave", "deny")], "deny"],
	"somebody else says no": [[examples.vote("erin", "deny")], "require_approval"],
}

test_vote[note] if {
	some note, [cast, outcome] in votes
	decide({"votes": cast}).outcome == outcome
}

test_a_freeze_denies_even_what_people_approved if {
	answer := main.decision with input as examples.request("deploy", {"votes": [examples.vote("bob", "approve")]})
		with data.approvals.calendar as {"freezes": [{"from": "2026-11-24T00:00:00Z"}], "hours": []}
	answer == {
		"contract": 1,
		"outcome": "deny",
		"reasons": [{
			"code": "change_freeze",
			"message": "A change freeze is in force",
			"hint": "Ask again when it is over",
			"rule": "guardrails.freeze.change_freeze",
		}],
		"votes": [{"by": "slack:T1:U-bob", "counted": true}],
		"obligations": [],
	}
}

# Dave manages releases too; Erin is only on call here.
erin := examples.vote_with("erin", "approve", {"by": {"groups": ["on-call"]}})

test_who_is_on_call_is_asked_when_nobody_answers if {
	calm := decide({"votes": [erin]})
	calm.votes[0].code == "not_eligible"
	escalated := {"request": {"escalated_at": "2026-11-24T10:15:00Z"}}
	answer := decide(escalated)
	on_call := {"type": "group", "id": "on-call"}
	on_call in answer.approval.stages[0].approvers
	not on_call in calm.approval.stages[0].approvers
	decide(object.union(escalated, {"votes": [erin]})).outcome == "allow"
}

test_people_are_reminded_once_and_then_others_are_asked if {
	{approval | approval := object.filter(decide({}).approval, ["remind_after", "escalate"])} == {{
		"remind_after": ["20m"],
		"escalate": {"after": "30m", "channel": "C0ONCALL", "approvers": [{"type": "group", "id": "on-call"}]},
	}}
}

test_handles_one_action if deploy.handles == {"deploy"}

test_the_tables_are_not_empty if {
	count(environments) == 5
	count(votes) == 7
}
