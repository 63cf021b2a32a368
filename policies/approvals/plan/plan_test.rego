package approvals.plan_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main
import data.approvals.plan

stage := {"title": "Owners", "quorum": 1, "approvers": [{"type": "group", "id": "db-owners"}]}

sound := {"handles": {"act"}, "permit": {"may"}, "need": {"owners"}, "stages": {"owners": stage}}

decide(package_changes, guardrails) := answer if {
	answer := main.decision with input as examples.request("act", {})
		with data.approvals.actions as {"act": object.union(sound, package_changes)}
		with data.approvals.guardrails as guardrails
}

codes(answer) := {reason.code | some reason in answer.reasons}

changed(fields) := {"stages": {"owners": object.union(stage, fields)}}

# A broken policy is an error, never an answer. What the package says differently, and the code of the defect.
defects := {
	"permit is a boolean": [{"permit": true}, "permit_is_no_set"],
	"deny is a boolean": [{"deny": true}, "deny_is_no_set"],
	"need is a boolean": [{"need": true}, "need_is_no_set"],
	"exclude is a boolean": [{"exclude": true}, "exclude_is_no_set"],
	"waive is a boolean": [{"waive": true}, "waive_is_no_set"],
	"obligations are a list": [{"obligations": [{"type": "notify", "channel": "C1"}]}, "obligations_is_no_set"],
	"need is a list": [{"need": ["owners"]}, "need_is_no_set"],
	"a stage that nobody defined": [{"need": {"owners", "others"}}, "bad_stage"],
	"no stages": [{"stages": null}, "bad_stage"],
	"a stage that is no object": [{"stages": {"owners": "all"}}, "bad_stage"],
	"no title": [{"need": {"others"}, "stages": {"others": object.remove(stage, ["title"])}}, "bad_stage"],
	"no quorum": [{"need": {"others"}, "stages": {"others": object.remove(stage, ["quorum"])}}, "bad_stage"],
	"a quorum of zero": [changed({"quorum": 0}), "bad_stage"],
	"a quorum and a half": [changed({"quorum": 1.5}), "bad_stage"],
	"a quorum in words": [changed({"quorum": "1"}), "bad_stage"],
	"no approvers": [{"need": {"others"}, "stages": {"others": object.remove(stage, ["approvers"])}}, "bad_stage"],
	"nobody among the approvers": [changed({"approvers": []}), "bad_stage"],
	"an approver of another type": [changed({"approvers": [{"type": "role", "id": "admin"}]}), "bad_stage"],
	"an approver without a name": [changed({"approvers": [{"type": "user", "id": ""}]}), "bad_stage"],
	"an approver with more to it": [changed({"approvers": [{"type": "user", "id": "bob", "unless": "asleep"}]}), "bad_stage"],
	"fewer people than the quorum": [
		changed({"quorum": 2, "approvers": [{"type": "user", "id": "bob"}, {"type": "user", "id": "bob"}]}),
		"bad_stage",
	],
	"an order in words": [changed({"order": "first"}), "bad_stage"],
	"B9: an unknown key": [changed({"quorom": 2}), "bad_stage"],
	"four stages": [
		{"need": {"a", "b", "c", "d"}, "stages": {"a": stage, "b": stage, "c": stage, "d": stage}},
		"too_many_stages",
	],
	"approval is no object": [{"approval": ["slack"]}, "bad_approval"],
	"an unknown requester in words": [{"approval": {"unknown_requester": "yes"}}, "bad_approval"],
	"an unknown key of approval": [{"approval": {"self_aproval": true}}, "bad_approval"],
	"no surface": [{"approval": {"surfaces": []}}, "bad_approval"],
	"an unknown surface": [{"approval": {"surfaces": ["mail"]}}, "bad_approval"],
	"surfaces as text": [{"approval": {"surfaces": "slack"}}, "bad_approval"],
	"no duration": [{"approval": {"expires_in": "soon"}}, "bad_approval"],
	"a reason sometimes": [{"approval": {"reason_required": "sometimes"}}, "bad_approval"],
	"self approval in words": [{"approval": {"self_approval": "yes"}}, "bad_approval"],
	"no severity": [{"approval": {"severity": ""}}, "bad_approval"],
	"an empty channel": [{"approval": {"channel": ""}}, "bad_approval"],
	"three reminders": [{"approval": {"remind_after": ["1m", "2m", "3m"]}}, "bad_approval"],
	"a reminder that is no list": [{"approval": {"remind_after": "20m"}}, "bad_approval"],
	"a reminder in words": [{"approval": {"remind_after": ["soon"]}}, "bad_approval"],
	"an escalation without a time": [{"approval": {"escalate": {"channel": "C1"}}}, "bad_approval"],
	"an escalation to nobody": [{"approval": {"escalate": {"after": "1m"}}}, "bad_approval"],
	"an escalation to a nameless channel": [{"approval": {"escalate": {"after": "1m", "channel": ""}}}, "bad_approval"],
	"an escalation to an empty list": [{"approval": {"escalate": {"after": "1m", "approvers": []}}}, "bad_approval"],
	"an escalation to a role": [
		{"approval": {"escalate": {"after": "1m", "approvers": [{"type": "role", "id": "x"}]}}},
		"bad_approval",
	],
	"an escalation with more to it": [{"approval": {"escalate": {"after": "1m", "channel": "C1", "when": "late"}}}, "bad_approval"],
	"an escalation in words": [{"approval": {"escalate": "soon"}}, "bad_approval"],
	"what may be hidden as text": [{"approval": {"may_hide": "/params/iban"}}, "bad_approval"],
	"what may be hidden by name": [{"approval": {"may_hide": ["iban"]}}, "bad_approval"],
	"what may be hidden as a number": [{"approval": {"may_hide": [7]}}, "bad_approval"],
	"told to somebody": [{"approval": {"notify": "everybody"}}, "bad_approval"],
	"asked once more in words": [{"approval": {"confirm": "yes"}}, "bad_approval"],
	"one click in words": [{"approval": {"one_click_fills_all": "yes"}}, "bad_approval"],
	"a standing approval without an end": [{"approval": {"standing": {"max_uses": 1}}}, "bad_approval"],
	"a standing approval without limit": [{"approval": {"standing": {"max_duration": "1h"}}}, "bad_approval"],
	"half a use": [{"approval": {"standing": {"max_duration": "1h", "max_uses": 1.5}}}, "bad_approval"],
	"no use": [{"approval": {"standing": {"max_duration": "1h", "max_uses": 0}}}, "bad_approval"],
	"any params in words": [
		{"approval": {"standing": {"max_duration": "1h", "max_uses": 1, "any_params": "yes"}}},
		"bad_approval",
	],
	"a standing approval with more to it": [
		{"approval": {"standing": {"max_duration": "1h", "max_uses": 1, "max_use": 2}}},
		"bad_approval",
	],
	"a grant for no time": [{"grant": {"ttl": "0m", "max_uses": 1}}, "bad_grant"],
	"a grant for half a use": [{"grant": {"ttl": "1m", "max_uses": 0.5}}, "bad_grant"],
	"a grant with more to it": [{"grant": {"ttl": "1m", "uses": 1}}, "bad_grant"],
	"a grant that nobody may take back": [{"grant": {"ttl": "1m", "revokers": []}}, "bad_grant"],
	"a grant that somebody may take back": [{"grant": {"ttl": "1m", "revokers": ["carol"]}}, "bad_grant"],
	"a grant in words": [{"grant": "5m"}, "bad_grant"],
	"an obligation without a type": [{"obligations": {{"channel": "C1"}}}, "bad_obligation"],
	"an obligation in words": [{"obligations": {"notify"}}, "bad_obligation"],
	"mandatory in words": [{"obligations": {{"type": "seal", "mandatory": "yes"}}}, "bad_obligation"],
	"a notice to nobody": [{"obligations": {{"type": "notify"}}}, "bad_obligation"],
	"a notice without words": [{"obligations": {{"type": "notify", "channel": "C1", "message": ""}}}, "bad_obligation"],
	"a review at no time": [{"obligations": {{"type": "after_review"}}}, "bad_obligation"],
	"a review by nobody": [{"obligations": {{"type": "after_review", "within": "1h", "reviewers": []}}}, "bad_obligation"],
}

test_defect[note] if {
	some note, [fields, code] in defects
	answer := decide(fields, {})
	answer.outcome == "error"
	codes(answer) == {code}
}

guardrail_defects := {
	"exclude is a boolean": [{"exclude": true}, "error", {"exclude_is_no_set"}],
	"waive is a boolean": [{"waive": true}, "error", {"waive_is_no_set"}],
	"obligations are an object": [{"obligations": {"type": "seal"}}, "error", {"obligations_is_no_set", "bad_obligation"}],
	"deny is a boolean": [{"deny": true}, "error", {"deny_is_no_set"}],
	"need is a boolean": [{"need": true}, "error", {"need_is_no_set"}],
	"a need without a stage": [{"need": {"eyes"}}, "error", {"bad_stage"}],
	"a stage of the same name": [{"need": {"owners"}, "stages": {"owners": stage}}, "error", {"same_stage_twice"}],
	"a need with a stage": [{"need": {"eyes"}, "stages": {"eyes": stage}}, "require_approval", {"needs_approval"}],
	"a denial": [{"deny": {"closed"}}, "deny", {"closed"}],
}

test_guardrail[note] if {
	some note, [guardrail, outcome, expected] in guardrail_defects
	answer := decide({}, {"gate": guardrail})
	answer.outcome == outcome
	codes(answer) == expected
}

test_one_guardrail_does_not_hide_another if {
	codes(decide({}, {"gate": {"deny": {"closed"}}, "moat": {"deny": {"flooded"}}, "quiet": {}})) == {"closed", "flooded"}
}

test_a_denial_stands_even_where_a_stage_is_broken if {
	answer := decide({"deny": {"never"}, "stages": {}}, {})
	answer.outcome == "deny"
	codes(answer) == {"never"}
}

orders := {
	"by order": [{"b": 1, "a": 2}, ["b", "a"]],
	"by name within one": [{"b": 1, "a": 1}, ["a", "b"]],
	"ten where none is given": [{"b": 11, "a": null, "c": 9}, ["c", "a", "b"]],
}

ordered(order) := object.union(stage, {"order": order}) if is_number(order)

ordered(null) := stage

test_order[note] if {
	some note, [given, expected] in orders
	stages := {id: ordered(order) | some id, order in given}
	answer := decide({"need": object.keys(stages), "stages": stages}, {})
	[asked.id | some asked in answer.approval.stages] == expected
}

test_approval_says_what_is_usual_and_what_differs if {
	decide({"approval": {"severity": "high", "channel": "C1"}}, {}).approval == {
		"channel": "C1",
		"severity": "high",
		"surfaces": ["slack", "cli", "api"],
		"expires_in": "1h",
		"reason_required": "on_deny",
		"self_approval": false,
		"stages": [object.union(stage, {"id": "owners", "have": 0, "open": true})],
	}
}

free := {"need": set()}

terms := {
	"neither": [{}, {"ttl": "5m", "max_uses": 1}, []],
	"a grant": [{"grant": {"ttl": "1m", "max_uses": 3}}, {"ttl": "1m", "max_uses": 3}, []],
	"obligations": [
		{"obligations": {{"type": "notify", "channel": "C0SEC"}}},
		{"ttl": "5m", "max_uses": 1}, [{"type": "notify", "channel": "C0SEC"}],
	],
	"a grant that a group may take back": [
		{"grant": {"revokers": [{"type": "group", "id": "on-call"}]}},
		{"revokers": [{"type": "group", "id": "on-call"}]},
		[],
	],
	"a grant that says half": [{"grant": {"ttl": "1m"}}, {"ttl": "1m"}, []],
	"all that Countersign performs": [
		{"obligations": {
			{"type": "notify", "channel": "C0SEC", "message": "look"},
			{"type": "require_reason"},
			{"type": "after_review", "within": "1h", "reviewers": [{"type": "slack_channel", "id": "C1"}], "mandatory": false},
		}},
		{"ttl": "5m", "max_uses": 1},
		[
			{"type": "notify", "channel": "C0SEC", "message": "look"},
			{"type": "require_reason"},
			{"type": "after_review", "within": "1h", "reviewers": [{"type": "slack_channel", "id": "C1"}], "mandatory": false},
		],
	],
	"one that nobody here knows": [
		{"obligations": {{"type": "x-seal", "how": [1, 2], "mandatory": false}}},
		{"ttl": "5m", "max_uses": 1}, [{"type": "x-seal", "how": [1, 2], "mandatory": false}],
	],
}

test_terms[note] if {
	some note, [fields, grant, obligations] in terms
	answer := decide(object.union(fields, free), {})
	answer.outcome == "allow"
	answer.grant == grant
	{obligation | some obligation in answer.obligations} == {obligation | some obligation in obligations}
}

test_a_guardrail_adds_obligations if {
	seal := {"type": "notify", "channel": "C0SEC"}
	decide(object.union(free, {"messages": {"may": "It may"}}), {"watch": {"obligations": {seal}}}).obligations == [seal]
	decide({}, {"watch": {"obligations": {seal}}}).obligations == [seal]
}

test_what_approval_may_say_is_said_as_it_stands if {
	stated := {
		"severity": "critical", "channel": "C1", "surfaces": ["api"], "expires_in": "2h", "reason_required": "always",
		"self_approval": false, "one_click_fills_all": true, "may_hide": ["/params/iban"], "remind_after": ["20m", "40m"],
		"escalate": {"after": "30m", "channel": "C2", "approvers": [{"type": "slack_channel", "id": "C3"}]},
		"standing": {"max_duration": "1h", "max_uses": 3, "any_params": true},
	}
	object.remove(decide({"approval": stated}, {}).approval, ["stages"]) == stated
	decide({"approval": {"escalate": {"after": "30m", "channel": "C2"}}}, {}).outcome == "require_approval"
	decide({"approval": {"escalate": {"after": "30m", "approvers": stage.approvers}}}, {}).outcome == "require_approval"
}

actors := {
	"nobody": [{}, "allow"],
	"somebody": [{"actor": {"type": "user", "id": "bob"}}, "allow"],
	"without a name": [{"actor": {"type": "user"}}, "deny"],
	"null": [{"actor": null}, "deny"],
}

test_an_actor_has_a_name[note] if {
	some note, [fields, outcome] in actors
	answer := main.decision with input as examples.request("act", fields)
		with data.approvals.actions as {"act": object.union(sound, object.union(free, {"messages": {"may": "It may"}}))}
		with data.approvals.guardrails as {}
	answer.outcome == outcome
	{reason.code | some reason in answer.reasons; outcome == "deny"} == {"no_actor" | outcome == "deny"}
}

# Who objects to what would be allowed at once is heard: a package with words for its permit and without needs.
allowed := {"need": set(), "messages": {"may": "It may"}}

objections := {
	"nobody": [{}, {}, "allow"],
	"a guardrail denies": [{}, {"gate": {"deny": {"closed"}}}, "deny"],
	"a guardrail denies by a boolean": [{}, {"gate": {"deny": true}}, "error"],
	"a guardrail needs people": [{}, {"gate": {"need": {"eyes"}, "stages": {"eyes": stage}}}, "require_approval"],
	"a guardrail needs nobody knows whom": [{}, {"gate": {"need": {"eyes"}}}, "error"],
	"the action denies": [{"deny": {"never"}}, {}, "deny"],
	"the action denies by a boolean": [{"deny": true}, {}, "error"],
	"the action needs people": [{"need": {"owners"}}, {}, "require_approval"],
	"the action needs by a boolean": [{"need": true}, {}, "error"],
	"the action permits by a boolean": [{"permit": true}, {}, "error"],
	"the action permits as a list": [{"permit": ["may"]}, {}, "error"],
	"the action permits nothing": [{"permit": set()}, {}, "deny"],
}

test_objection[note] if {
	some note, [fields, guardrails, outcome] in objections
	decide(object.union(allowed, fields), guardrails).outcome == outcome
}

users := {
	"named": [{"id": "alice"}, true],
	"empty": [{"id": ""}, false],
	"a number": [{"id": 7}, false],
	"no id": [{"role": "admin"}, false],
	"nobody": [null, false],
}

test_user[note] if {
	some note, [user, is_known] in users
	found := plan.denials with input as {"action": "act", "user": user} with data.approvals.actions as {"act": sound}
	{note | ["platform", "request", "no_user"] in found} == {note | not is_known}
}

test_as_many_people_as_the_quorum_are_enough if {
	people := [{"type": "user", "id": "bob"}, {"type": "user", "id": "carol"}]
	decide(changed({"quorum": 2, "approvers": people}), {}).outcome == "require_approval"
}

test_the_tables_are_not_empty if {
	count(defects) == 70
	count(guardrail_defects) == 9
	count(orders) == 3
	count(terms) == 7
	count(actors) == 4
	count(users) == 5
	count(objections) == 12
}
