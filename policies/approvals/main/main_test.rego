package approvals.main_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main

decide(asked) := answer if {
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
}

deletion := examples.request("delete-resource", {
	"user": {"id": "alice", "role": "admin"},
	"actor": {"type": "ai_agent", "id": "release-bot", "owner": "alice"},
	"resource": {"type": "bucket", "id": "b-42", "state": "active"},
	"params": {"force": true},
})

refund := examples.request("refund", {
	"user": {"id": "erin", "role": "support"},
	"actor": {"type": "ai_agent", "id": "release-bot", "owner": "alice"},
	"params": {"amount_cents": 250000},
	"expires_in": "1h",
})

export := examples.request("export-data", {"resource": {"contains_pii": true}})

approved_by(asked, people) := examples.with_votes(asked, [examples.vote(person, "approve") | some person in people])

refund_approval(have) := {
	"channel": "C0FINANCE",
	"severity": "high",
	"surfaces": ["slack", "cli", "api"],
	"expires_in": "1h",
	"reason_required": "on_deny",
	"may_hide": ["/params/iban"],
	"self_approval": false,
	"stages": [{
		"id": "finance",
		"title": "Finance",
		"quorum": 2,
		"have": have,
		"open": true,
		"approvers": [{"type": "group", "id": "finance"}, {"type": "slack_usergroup", "id": "S0FINANCE"}],
	}],
}

needs_finance := {
	"code": "needs_approval",
	"message": "Finance must approve this refund",
	"rule": "actions.refund.finance",
}

error(code, message, rule) := {
	"contract": 1,
	"outcome": "error",
	"reasons": {{"code": code, "message": message, "rule": rule}},
	"votes": [],
	"obligations": [],
}

# Whole answers.
answers := {
	"allowed by policy": [deletion, {
		"contract": 1,
		"outcome": "allow",
		"reasons": [{
			"code": "admin_deletes_active",
			"message": "An admin may delete a resource that is active",
			"rule": "actions.delete-resource.admin_deletes_active",
		}],
		"votes": [],
		"obligations": [],
		"grant": {"ttl": "5m", "max_uses": 1},
	}],
	"H1: no policy, no approval": [examples.request("unheard-of", {}), {
		"contract": 1,
		"outcome": "deny",
		"reasons": {{
			"code": "no_policy",
			"message": "There is no policy for “unheard-of”",
			"hint": "Add policies/approvals/actions/unheard-of",
			"rule": "platform.route.no_policy",
		}},
		"votes": [],
		"obligations": [],
	}],
	"people are asked": [refund, {
		"contract": 1,
		"outcome": "require_approval",
		"reasons": {needs_finance},
		"approval": refund_approval(0),
		"votes": [],
		"obligations": [],
	}],
	"half approved": [approved_by(refund, ["carol"]), {
		"contract": 1,
		"outcome": "require_approval",
		"reasons": {needs_finance},
		"approval": refund_approval(1),
		"votes": [{"by": "slack:T1:U-carol", "counted": true}],
		"obligations": [],
	}],
	"approved": [approved_by(refund, ["carol", "bob", "dave"]), {
		"contract": 1,
		"outcome": "allow",
		"reasons": {
			{
				"code": "anyone_may_ask",
				"message": "Anyone may ask for a refund; support may pay small ones without approval",
				"rule": "actions.refund.anyone_may_ask",
			},
			{"code": "approved", "message": "Finance approved", "rule": "actions.refund.finance"},
		},
		"votes": [
			{"by": "slack:T1:U-carol", "counted": true},
			{"by": "slack:T1:U-bob", "counted": false, "code": "not_eligible"},
			{"by": "slack:T1:U-dave", "counted": true},
		],
		"obligations": [],
		"grant": {"ttl": "5m", "max_uses": 1},
	}],
	"denied by a person": [examples.with_votes(refund, [examples.vote("carol", "deny")]), {
		"contract": 1,
		"outcome": "deny",
		"reasons": {{
			"code": "denied_by_person",
			"message": "Denied by Finance",
			"rule": "actions.refund.finance",
		}},
		"votes": [{"by": "slack:T1:U-carol", "counted": true}],
		"obligations": [],
	}],
	"a question without votes": [object.remove(refund, ["votes"]), object.union(error("", "", ""), {"reasons": {
		{
			"code": "incomplete_question",
			"message": "The question lacks `now` or `votes`, which Countersign adds; update Countersign",
			"rule": "platform.request.incomplete_question",
		},
		{
			"code": "unreadable_vote",
			"message": "A vote cannot be read; update Countersign so that it fits the contract",
			"rule": "platform.tally.unreadable_vote",
		},
	}})],
	"a question without a clock": [object.remove(deletion, ["now"]), error(
		"incomplete_question",
		"The question lacks `now` or `votes`, which Countersign adds; update Countersign",
		"platform.request.incomplete_question",
	)],
}

test_answer[note] if {
	some note, [asked, expected] in answers
	decide(asked) == sorted(expected)
}

# The table writes reasons as a set where there are two; the answer lists them as the set is sorted.
sorted(answer) := object.union(answer, {"reasons": [reason | some reason in answer.reasons]})

shapeless := {
	"nothing": {},
	"null": null,
	"text": "allow",
	"a list": [],
	"votes that are no list": object.union(refund, {"votes": "none"}),
	"a vote that is null": examples.with_votes(refund, [null]),
	"a vote of a number": examples.with_votes(refund, [examples.vote_with("carol", "approve", {"by": {"user": 7}})]),
	"an action that is a list": object.union(refund, {"action": ["refund"]}),
	"an action that is an object": object.union(refund, {"action": {"name": "refund"}}),
	"a user that is text": object.union(refund, {"user": "erin"}),
	"params that are text": object.union(refund, {"params": "all"}),
	"a resource that is text": object.union(examples.request("deploy", {}), {"resource": "all"}),
	"a request that is null": object.union(approved_by(refund, ["carol", "dave"]), {"request": null}),
}

# Every input has an answer, with a verdict for each vote, and none of these is allow.
test_shapeless[note] if {
	some note, asked in shapeless
	answer := decide(asked)
	answer.contract == 1
	answer.outcome in {"deny", "require_approval", "error"}
	count(answer.reasons) > 0
	count(answer.votes) == count([vote | is_array(asked.votes); some vote in asked.votes])
}

# H6: removing any field of a request never loosens its answer. Removing the agent that acts is another request.
tightest := {
	"refund, half approved": approved_by(refund, ["carol"]),
	"refund, denied": examples.with_votes(refund, [
		examples.vote("carol", "approve"),
		examples.vote("dave", "approve"),
		examples.vote("dave", "deny"),
	]),
	"refund, approved late": examples.with_votes(refund, [
		examples.vote("carol", "approve"),
		examples.vote_with("dave", "approve", {"at": "2026-11-24T11:00:00Z"}),
	]),
	"refund, a guest": examples.with_votes(refund, [
		examples.vote("carol", "approve"),
		examples.vote_with("dave", "approve", {"by": {"kind": "guest"}}),
	]),
	"export, owner only": approved_by(export, ["bob"]),
	"deploy to production": examples.request("deploy", {}),
	"deletion by a developer": object.union(deletion, {"user": {"role": "developer"}}),
}

# Under the calendar that is shipped: a freeze could only tighten.
outcome_of(asked) := outcome if outcome := main.decision.outcome with input as asked

# A whole vote may be taken away only by Countersign, which stored it.
removable(asked) := {path |
	walk(asked, [path, _])
	count(path) > 0
	not is_whole_vote(path)
}

is_whole_vote(path) if {
	path[0] == "votes"
	count(path) == 2
}

removals[name] contains concat("/", [$"{part}" | some part in path]) if {
	some name, asked in tightest
	some path in removable(asked)
}

test_removing_a_field_never_allows[name] if {
	some name, asked in tightest
	decide(asked).outcome != "allow"
	loosened := {path |
		some path in removable(asked)
		outcome_of(json.remove(asked, [path])) == "allow"
	}
	loosened == set()
}

# Nor does a field of another type.
retyped := ["refund, half approved", "deletion by a developer"]

test_a_field_of_another_type_never_allows[name] if {
	some name in retyped
	asked := tightest[name]
	loosened := {[path, value] |
		some path in removable(asked)
		some value in [null, "", []]
		outcome_of(json.patch(asked, [{"op": "replace", "path": path, "value": value}])) == "allow"
	}
	loosened == set()
}

# The short way and the long one say the same.
plain := {
	"a deletion": deletion,
	"a deployment": examples.request("deploy", {"resource": {"environment": "dev"}}),
	"a small refund": object.union(refund, {"params": {"amount_cents": 100}}),
}

test_the_short_way_says_what_the_long_one_says[name] if {
	some name, asked in plain
	long := main.considered with input as asked with data.approvals.calendar as examples.no_freeze
	long.outcome == "allow"
	decide(asked) == long
}

# What a package says otherwise than as codes is a defect, also where nobody would be asked: no way is short enough to
# miss it. Kinds that can say nothing where nobody is asked, objects or wants glass broken are looked at where they can.
misspoken := {
	"deny": [{"deny": false}, {}],
	"need": [{"need": false}, {}],
	"exclude": [{"exclude": true, "need": {"owners"}}, {}],
	"waive": [{"waive": true, "need": {"owners"}}, {}],
	"emergency": [{"emergency": true}, {"emergency": true}],
	"obligations": [{"obligations": false}, {}],
}

quiet := {
	"handles": {"quiet"},
	"permit": {"yes"},
	"messages": {"yes": "Yes"},
	"stages": {"owners": {"title": "Owners", "quorum": 1, "approvers": [{"type": "user", "id": "bob"}]}},
}

test_misspoken[kind] if {
	some kind, [said, asked] in misspoken
	answer := main.decision with input as examples.request("quiet", asked)
		with data.approvals.actions.quiet as object.union(quiet, said)
	answer.outcome == "error"
	answer.reasons[0].code == $"{kind}_is_no_set"
}

test_a_waiver_that_is_none_waives_nothing[kind] if {
	some kind, said in {"deny": {"deny": {"closed"}}, "need": {"need": {"owners"}}}
	answer := main.decision with input as examples.request("quiet", {})
		with data.approvals.actions.quiet as object.union(quiet, object.union(said, {"waive": true}))
	answer.outcome != "allow"
}

test_a_guardrail_that_keeps_glass_whole_in_a_boolean_stops_an_emergency_that_needs_nobody if {
	answer := main.decision with input as object.union(deletion, {"emergency": true})
		with data.approvals.guardrails as {"gate": {"no_emergency": true}}
	answer.outcome == "error"
}

test_words_that_are_none_are_the_code_also_on_the_short_way if {
	spoken := {"handles": {"quiet"}, "permit": {"yes"}, "messages": {"yes": 7}}
	answer := main.decision with input as examples.request("quiet", {}) with data.approvals.actions.quiet as spoken
	answer.reasons[0].message == "yes"
}

test_every_defect_has_words if {
	every code in {"no_user", "bad_stage", "bad_approval", "ambiguous_policy"} {
		is_string(main.platform_words[code])
	}
}

test_two_packages_for_one_action_are_an_error if {
	answer := main.decision with input as examples.request("twice", {})
		with data.approvals.actions as {
			"one": {"handles": {"twice"}, "permit": {"yes"}},
			"two": {"handles": {"twice"}, "permit": {"yes"}},
		}
	answer.outcome == "error"
	{reason.code | some reason in answer.reasons} == {"ambiguous_policy"}
}

hinted := {
	"a denial of the action's own": [
		{"act": {"handles": {"act"}, "permit": {"yes"}, "deny": {"no"}, "hints": {"no": "Send more"}}},
		{{"code": "no", "message": "no", "hint": "Send more", "rule": "actions.act.no"}},
	],
	"what people are needed for": [
		{"act": {
			"handles": {"act"}, "permit": {"yes"}, "need": {"peers"}, "hints": {"peers": "Send less"},
			"messages": {"peers": "Peers must agree"},
			"stages": {"peers": {"title": "Peers", "quorum": 1, "approvers": [{"type": "group", "id": "peers"}]}},
		}},
		{{"code": "needs_approval", "message": "Peers must agree", "hint": "Send less", "rule": "actions.act.peers"}},
	],
	"a hint that is no text is none": [
		{"act": {"handles": {"act"}, "permit": {"yes"}, "deny": {"no"}, "hints": {"no": 7}}},
		{{"code": "no", "message": "no", "rule": "actions.act.no"}},
	],
	"an allow needs none": [
		{"act": {"handles": {"act"}, "permit": {"yes"}, "hints": {"yes": "Send more"}}},
		{{"code": "yes", "message": "yes", "rule": "actions.act.yes"}},
	],
}

test_hints[note] if {
	some note, [packages, expected] in hinted
	answer := main.decision with input as examples.request("act", {})
		with data.approvals.actions as packages
		with data.approvals.calendar as examples.no_freeze
	{reason | some reason in answer.reasons} == expected
}

test_a_guardrail_hints_too if {
	answer := main.decision with input as deletion
		with data.approvals.guardrails as {"gate": {"deny": {"shut"}, "hints": {"shut": "Knock"}}}
	answer.reasons == [{"code": "shut", "message": "shut", "hint": "Knock", "rule": "guardrails.gate.shut"}]
}

declined := {
	"without a reason": [{"emergency": true, "reason": ""}, {"emergency_without_reason"}],
	"not granted": [{"emergency": true, "reason": "I am in a hurry"}, {"emergency_not_granted"}],
	"no emergency": [{"reason": "I am in a hurry"}, set()],
}

test_an_emergency_that_is_not_granted_is_told[note] if {
	some note, [fields, expected] in declined
	answer := decide(object.union(refund, fields))
	answer.outcome == "require_approval"
	{reason.code | some reason in answer.reasons; startswith(reason.code, "emergency_")} == expected
}

test_a_code_without_words_is_its_own_words if {
	answer := main.decision with input as examples.request("quiet", {})
		with data.approvals.actions.quiet as {"handles": {"quiet"}, "permit": {"yes"}}
	answer.reasons == [{"code": "yes", "message": "yes", "rule": "actions.quiet.yes"}]
}

test_the_default_is_an_error if {
	answer := main.decision with main.outcome as "perhaps" with input as {}
	answer.outcome == "error"
	answer.reasons[0].code == "no_answer"
}

test_the_tables_are_not_empty if {
	count(answers) == 8
	count(shapeless) == 13
	count(tightest) == 7
	count(plain) == 3
	count(misspoken) == 6
	count(hinted) == 4
	count(declined) == 3
	every name, _ in tightest { count(removals[name]) > 15 }
}
