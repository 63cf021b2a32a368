package approvals.emergency_test

import rego.v2

import data.approvals.emergency
import data.approvals.examples_test as examples
import data.approvals.main

glass := examples.request("deploy", {
	"emergency": true,
	"reason": "payments are down",
	"directory": {"user": {"groups": ["on-call"], "roles": []}},
	"service": {"id": "deployer", "auth": "api_key", "emergencies_24h": 0},
})

decide(asked) := answer if {
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
}

test_whoever_may_break_the_glass_goes_ahead_and_answers_for_it if {
	decide(glass) == {
		"contract": 1,
		"outcome": "allow",
		"reasons": [
			{
				"code": "anyone_may_deploy",
				"message": "Anyone may deploy; production needs approval",
				"rule": "actions.deploy.anyone_may_deploy",
			},
			{
				"code": "on_call_breaks_glass",
				"message": "On-call engineers may deploy without approval in an emergency; it is reviewed afterwards",
				"rule": "actions.deploy.on_call_breaks_glass",
			},
		],
		"votes": [],
		"obligations": [
			{"type": "notify", "channel": "C0SEC"},
			{"type": "after_review", "within": "24h", "reviewers": [{"type": "group", "id": "release-managers"}]},
		],
		"grant": {"ttl": "5m", "max_uses": 1},
	}
}

# The usual way, where one of these is missing or another.
usual := {
	"nobody says it is one": object.remove(glass, ["emergency"]),
	"it is none": object.union(glass, {"emergency": false}),
	"it is said in words": object.union(glass, {"emergency": "true"}),
	"no reason": object.remove(glass, ["reason"]),
	"a blank reason": object.union(glass, {"reason": " \t"}),
	"who is not on call": object.union(glass, {"directory": {"user": {"groups": ["release-engineers"]}}}),
	"who is in no directory": object.remove(glass, ["directory"]),
	"who only claims to be on call": object.union(object.remove(glass, ["directory"]), {"user": {"groups": ["on-call"]}}),
}

test_otherwise_people_are_asked[note] if {
	some note, asked in usual
	answer := decide(asked)
	answer.outcome == "require_approval"
	answer.obligations == []
}

test_a_package_that_says_nothing_of_emergencies_knows_none if {
	asked := object.union(glass, {"action": "refund", "params": {"amount_cents": 250000}})
	decide(asked).outcome == "require_approval"
}

# Denials override, whoever says so.
test_a_person_may_stop_it if {
	answer := decide(examples.with_votes(glass, [examples.vote("bob", "deny")]))
	answer.outcome == "deny"
}

test_a_guardrail_may_forbid_it if {
	answer := main.decision with input as glass
		with data.approvals.guardrails as {"no_glass": {"deny": {"never"}}}
	answer.outcome == "deny"
	{reason.code | some reason in answer.reasons} == {"never"}
}

test_a_freeze_holds_in_an_emergency_too if {
	answer := main.decision with input as glass
		with data.approvals.calendar as {"freezes": [{"from": "2026-11-24T00:00:00Z"}], "hours": []}
	answer.outcome == "deny"
}

# Who agreed in time makes it no emergency: nothing is left to look back on.
test_people_come_before_it if {
	answer := decide(examples.with_votes(glass, [examples.vote("bob", "approve")]))
	answer.outcome == "allow"
	answer.obligations == []
}

test_where_nobody_is_needed_nothing_is_broken if {
	answer := decide(object.union(glass, {"resource": {"environment": "dev"}}))
	answer.outcome == "allow"
	answer.obligations == []
}

# A guardrail may say that glass stays whole: people are asked, whoever is trusted with it, and read why.
test_a_guardrail_keeps_the_glass_whole if {
	answer := kept_whole(glass)
	answer.outcome == "require_approval"
	answer.obligations == []
	{reason.code | some reason in answer.reasons} == {"enough", "emergency_not_granted", "needs_approval"}
	{"code": "enough", "message": "Enough", "rule": "guardrails.gate.enough"} in answer.reasons
}

test_people_may_approve_what_was_kept_from_passing if {
	answer := kept_whole(examples.with_votes(glass, [examples.vote("bob", "approve")]))
	answer.outcome == "allow"
	answer.obligations == []
}

test_of_kept_glass_nothing_is_said_where_it_would_not_have_broken[note] if {
	some note, asked in usual
	not "enough" in {reason.code | some reason in kept_whole(asked).reasons}
}

kept_whole(asked) := answer if {
	answer := main.decision with input as asked
		with data.approvals.guardrails as {"gate": {"no_emergency": {"enough"}, "messages": {"enough": "Enough"}}}
}

test_a_guardrail_that_says_it_otherwise_is_broken if {
	answer := main.decision with input as glass with data.approvals.guardrails as {"gate": {"no_emergency": true}}
	answer.outcome == "error"
	answer.reasons[0].code == "no_emergency_is_no_set"
}

settings := {
	"nobody is told": {"within": "24h"},
	"no channel": {"channel": "", "within": "24h"},
	"a channel that the workspace has not": {"channel": "C0SEC", "within": "24h"},
	"no time to look back": {"channel": "security"},
	"a time in words": {"channel": "security", "within": "soon"},
	"none": {},
	"null": null,
}

test_lost_settings_break_no_glass[note] if {
	some note, given in settings
	answer := main.decision with input as glass
		with data.approvals.calendar as examples.no_freeze
		with data.approvals.emergency.settings as given
	answer.outcome == "require_approval"
}

test_without_reviewers_anybody_reviews if {
	asked := {"channel": "security", "within": "1h"}
	emergency.obligations == {{"type": "notify", "channel": "C0SEC"}, {"type": "after_review", "within": "1h"}} with data.approvals.emergency.settings as asked
}

test_the_settings_that_are_shipped_work if emergency.are_settings(data.approvals.emergency.settings)

test_the_tables_are_not_empty if {
	count(usual) == 8
	count(settings) == 7
}
