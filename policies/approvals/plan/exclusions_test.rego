package approvals.plan_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main

excluding := object.union(sound, {
	"exclude": {"author"},
	"excluded": {"author": "bob"},
	"messages": {"author": "Wrote it", "unknown_author": "Say who wrote it"},
})

ask(spoken, guardrails, votes) := answer if {
	answer := main.decision with input as examples.request("act", {"votes": votes})
		with data.approvals.actions as {"act": spoken}
		with data.approvals.guardrails as guardrails
}

# Separation of duties: who wrote it does not approve it, but may say no.
test_who_is_excluded_does_not_approve if {
	answer := ask(excluding, {}, [examples.vote("bob", "approve")])
	answer.outcome == "require_approval"
	answer.votes == [{"by": "slack:T1:U-bob", "counted": false, "code": "excluded"}]
	answer.approval.excluded == [{"user": "bob", "code": "author", "message": "Wrote it"}]
}

test_who_is_excluded_may_stop_it if ask(excluding, {}, [examples.vote("bob", "deny")]).outcome == "deny"

test_others_approve if ask(excluding, {}, [examples.vote("carol", "approve")]).outcome == "allow"

# Whom the rule names, and whom it then keeps out.
named := {
	"one person": ["bob", ["bob"]],
	"a list": [["bob", "erin"], ["bob", "erin"]],
	"a set": [{"bob", "erin"}, ["bob", "erin"]],
	"an account": ["slack:T1:U-bob", ["slack:T1:U-bob"]],
}

test_named[note] if {
	some note, [given, expected] in named
	answer := ask(object.union(excluding, {"excluded": {"author": given}}), {}, [examples.vote("bob", "approve")])
	answer.votes[0].code == "excluded"
	[entry.user | some entry in answer.approval.excluded] == expected
}

# A rule that names nobody denies: a missing field must not let in whom it keeps out.
nameless := {
	"nobody": "",
	"an empty list": [],
	"a list with nobody in it": ["bob", ""],
	"null": null,
	"a number": 7,
	"an object": {"id": "bob"},
}

test_nameless[note] if {
	some note, given in nameless
	spoken := object.union(object.remove(excluding, ["excluded"]), {"excluded": {"author": given}})
	answer := ask(spoken, {}, [])
	answer.outcome == "deny"
	answer.reasons == [{"code": "unknown_author", "message": "Say who wrote it", "rule": "actions.act.unknown_author"}]
}

test_an_exclusion_that_says_nothing_of_whom_denies if {
	ask(object.remove(excluding, ["excluded"]), {}, []).outcome == "deny"
}

test_where_nobody_is_asked_nobody_is_excluded if {
	ask(object.union(object.remove(excluding, ["excluded", "need"]), {"need": set()}), {}, []).outcome == "allow"
}

duties := {"exclude": {"requester"}, "excluded": {"requester": "carol"}}

test_a_guardrail_excludes_too if {
	answer := ask(excluding, {"duties": duties}, [examples.vote("carol", "approve")])
	answer.votes[0].code == "excluded"
	{entry.code | some entry in answer.approval.excluded} == {"author", "requester"}
	ask(excluding, {"duties": object.remove(duties, ["excluded"])}, []).outcome == "deny"
}

# Who makes a rule may waive it, and everybody is told.
waivers := {
	"its own exclusion": [{"waive": {"author"}}, {}, "allow", "author"],
	"not another's": [{"waive": {"requester"}}, {"duties": {"exclude": {"requester"}, "excluded": {"requester": "bob"}}}, "require_approval", null],
	"a guardrail its own": [
		{"exclude": set()},
		{"duties": {"exclude": {"requester"}, "excluded": {"requester": "bob"}, "waive": {"requester"}}},
		"allow", "requester",
	],
	"a guardrail its own denial": [{"exclude": set()}, {"gate": {"deny": {"closed"}, "waive": {"closed"}}}, "allow", "closed"],
	"not another guardrail's": [{"exclude": set()}, {"gate": {"deny": {"closed"}}, "key": {"waive": {"closed"}}}, "deny", null],
	"the action's package not a guardrail's": [{"exclude": set(), "waive": {"closed"}}, {"gate": {"deny": {"closed"}}}, "deny", null],
	"what nobody rules needs no telling": [{"exclude": set(), "waive": {"closed"}}, {}, "allow", null],
}

test_waiver[note] if {
	some note, [fields, guardrails, outcome, told] in waivers
	answer := ask(object.union(excluding, fields), guardrails, [examples.vote("bob", "approve")])
	answer.outcome == outcome
	{code | code := told; code != null} == {reason.code | some reason in answer.reasons; startswith(reason.message, "Waived: ")}
}

test_a_waiver_has_words_of_its_own if {
	spoken := object.union(excluding, {"waive": {"author"}, "messages": {"waived_author": "Two people own this"}})
	ask(spoken, {}, []).approval.waivers == [{"code": "author", "message": "Two people own this", "rule": "actions.act.author"}]
}

# Nobody countersigns themselves, unless policy says so, always or in this case; and then it is told.
by_alice := [examples.vote_with("alice", "approve", {"by": {"groups": ["db-owners"]}})]

self_waiver := {"code": "self_approval", "message": "Waived: Requesters must not approve their own request", "rule": "actions.act.self_approval"}

test_self_approval_is_refused if ask(sound, {}, by_alice).votes[0].code == "self_approval"

test_self_approval_is_waived_always_or_in_a_case[note] if {
	some note, fields in {"always": {"approval": {"self_approval": true}}, "in this case": {"waive": {"self_approval"}}}
	asked := ask(object.union(sound, fields), {}, [])
	asked.approval.self_approval == true
	asked.approval.waivers == [self_waiver]
	answer := ask(object.union(sound, fields), {}, by_alice)
	answer.outcome == "allow"
	self_waiver in answer.reasons
}

test_self_approval_that_nobody_used_is_not_told_afterwards if {
	answer := ask(object.union(sound, {"waive": {"self_approval"}}), {}, [examples.vote("bob", "approve")])
	answer.outcome == "allow"
	not self_waiver in answer.reasons
}

stranger_waiver := {
	"code": "unknown_requester",
	"message": "Waived: Nobody approves what was asked by somebody whom nobody knows",
	"rule": "actions.act.unknown_requester",
}

test_that_nobody_knows_the_requester_is_waived_always_or_in_a_case[note] if {
	some note, fields in {
		"always": {"approval": {"unknown_requester": true}},
		"in this case": {"waive": {"unknown_requester"}},
	}
	asked := ask(object.union(sound, fields), {}, [])
	asked.approval.unknown_requester == true
	asked.approval.waivers == [stranger_waiver]
}

test_that_nobody_knows_the_requester_is_waived_by_nobody_unasked if {
	not "unknown_requester" in object.keys(ask(sound, {}, []).approval)
	not "unknown_requester" in object.keys(ask(sound, {"gate": {"waive": {"unknown_requester"}}}, []).approval)
}

test_a_guardrail_does_not_waive_self_approval if {
	ask(sound, {"gate": {"waive": {"self_approval"}}}, by_alice).votes[0].code == "self_approval"
}

test_the_tables_of_exclusions_are_not_empty if {
	count(named) == 4
	count(nameless) == 6
	count(waivers) == 7
}
