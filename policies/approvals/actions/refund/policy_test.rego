package approvals.actions.refund_test

import rego.v2

import data.approvals.actions.refund
import data.approvals.examples_test as examples
import data.approvals.main

decide(fields) := answer if {
	answer := main.decision with input as examples.request("refund", fields)
		with data.approvals.calendar as examples.no_freeze
		with data.approvals.actions.refund.limits as {"alone_cents": 10000, "one_cents": 100000}
}

refunds := {
	"one cent by support": ["support", 1, "allow", 0],
	"the small limit itself": ["support", 10000, "allow", 0],
	"above it": ["support", 10001, "require_approval", 1],
	"a fraction above it": ["support", 10000.5, "require_approval", 1],
	"small, not by support": ["engineer", 1, "require_approval", 1],
	"the large limit itself": ["support", 100000, "require_approval", 1],
	"above that": ["support", 100001, "require_approval", 2],
	"zero": ["support", 0, "deny", 0],
	"below zero": ["support", -5, "deny", 0],
	"text": ["support", "50", "deny", 0],
	"null": ["support", null, "deny", 0],
	"a list": ["support", [1], "deny", 0],
}

test_refund[note] if {
	some note, [role, amount, outcome, quorum] in refunds
	answer := decide({"user": {"role": role}, "params": {"amount_cents": amount}})
	answer.outcome == outcome
	sum([stage.quorum | some stage in object.get(answer, ["approval", "stages"], [])]) == quorum
}

test_no_amount_is_refused if {
	answer := decide({"user": {"role": "support"}})
	answer.outcome == "deny"
	{reason.code | some reason in answer.reasons} == {"bad_amount"}
}

test_lost_limits_ask_two if {
	asked := examples.request("refund", {"user": {"role": "support"}, "params": {"amount_cents": 1}})
	answer := main.decision with input as asked
		with data.approvals.calendar as examples.no_freeze
		with data.approvals.actions.refund.limits as {}
	answer.outcome == "require_approval"
	answer.approval.stages[0].quorum == 2
}

large := {"user": {"id": "erin", "role": "support"}, "params": {"amount_cents": 250000}}

people := {
	"one of two": [["carol"], "require_approval"],
	"two": [["carol", "dave"], "allow"],
	"the same twice": [["carol", "carol"], "require_approval"],
	"an outsider and one": [["bob", "carol"], "require_approval"],
}

test_people[note] if {
	some note, [names, outcome] in people
	votes := [examples.vote(name, "approve") | some name in names]
	decide(object.union(large, {"votes": votes})).outcome == outcome
}

test_finance_is_asked_in_its_own_channel if {
	decide(large).approval == {
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
			"have": 0,
			"open": true,
			"approvers": [{"type": "group", "id": "finance"}, {"type": "slack_usergroup", "id": "S0FINANCE"}],
		}],
	}
}

test_handles_one_action if refund.handles == {"refund"}

test_the_tables_are_not_empty if {
	count(refunds) == 12
	count(people) == 4
}
