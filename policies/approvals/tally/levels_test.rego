package approvals.tally_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.tally

# Carol is in both stages, Bob owns data, Dave is of privacy here.
owners := at_order("owners", "Owners", 1, "data-owners", 1)

finance := at_order("finance", "Finance", 1, "finance", 1)

side_by_side := [owners, finance]

then_call := [owners, finance, at_order("call", "On call", 1, "on-call", 2)]

# What is seen after these votes: verdicts, how many each stage has, which stages are open.
seen(stages, approval, votes, fields) := {"verdicts": verdicts_of(stages, approval, votes, fields), "have": have, "open": open} if {
	have := tally.have with input as examples.request("example", object.union(fields, {"votes": votes}))
		with data.approvals.plan.stages as stages
		with data.approvals.plan.approval as object.union(usual, approval)
	open := tally.open with input as examples.request("example", object.union(fields, {"votes": votes}))
		with data.approvals.plan.stages as stages
		with data.approvals.plan.approval as object.union(usual, approval)
}

# stages, votes, verdicts, how many each stage has, the open ones
levels := {
	"nobody yet: both are open": [side_by_side, [], [], {0: 0, 1: 0}, {0, 1}],
	"in either order: finance first": [side_by_side, [yes("dave"), yes("bob")], ["yes", "yes"], {0: 1, 1: 1}, set()],
	"in either order: owners first": [side_by_side, [yes("bob"), yes("dave")], ["yes", "yes"], {0: 1, 1: 1}, set()],
	"who is in both makes room for who is in the first": [
		side_by_side, [yes("carol"), yes("bob")], ["yes", "yes"], {0: 1, 1: 1}, set(),
	],
	"and for who is in the second": [side_by_side, [yes("carol"), yes("dave")], ["yes", "yes"], {0: 1, 1: 1}, set()],
	"one person is one seat": [side_by_side, [yes("carol"), yes("carol")], ["yes", "already_voted"], {0: 1, 1: 0}, {0, 1}],
	"too many of one kind": [
		[object.union(owners, {"quorum": 2}), finance],
		[yes("dave"), at("dave", "approve", "2026-11-24T10:21:00Z"), yes("carol"), yes("bob")],
		["yes", "already_voted", "yes", "yes"], {0: 2, 1: 1}, set(),
	],
	"a full stage turns away": [side_by_side, [yes("dave"), yes("carol"), yes("bob")], ["yes", "yes", "stage_full"], {0: 1, 1: 1}, set()],
	"the next level waits for both": [then_call, [yes("bob"), yes("dave")], ["yes", "yes"], {0: 1, 1: 1, 2: 0}, {2}],
	"who sits in a level does not sit in the next": [
		then_call, [yes("bob"), yes("dave"), yes("dave")], ["yes", "yes", "already_voted"], {0: 1, 1: 1, 2: 0}, {2},
	],
	"who comes too early comes again": [
		[owners, at_order("call", "On call", 1, "on-call", 2)],
		[yes("dave"), yes("carol"), yes("dave")], ["stage_not_open", "yes", "yes"], {0: 1, 1: 1}, set(),
	],
	"a no is heard whatever is open": [then_call, [no("dave")], ["yes"], {0: 0, 1: 0, 2: 0}, {0, 1}],
}

test_levels[note] if {
	some note, [stages, votes, verdicts, have, open] in levels
	seen(stages, {}, votes, {}) == {"verdicts": verdicts, "have": have, "open": open}
}

everywhere := {
	"one click in both": [side_by_side, [yes("carol")], ["yes"], {0: 1, 1: 1}, set()],
	"a click in one": [side_by_side, [yes("bob")], ["yes"], {0: 1, 1: 0}, {0, 1}],
	"and one in the other": [side_by_side, [yes("bob"), yes("carol")], ["yes", "yes"], {0: 1, 1: 1}, set()],
	"not twice in one": [
		[object.union(owners, {"quorum": 2}), finance],
		[yes("carol"), yes("carol")], ["yes", "already_voted"], {0: 1, 1: 1}, {0, 1},
	],
	"also in what opens later": [staged, [yes("carol")], ["yes"], {0: 1, 1: 1}, set()],
	"not before it opens": [staged, [examples.vote_with("dave", "approve", {"by": {"groups": ["privacy"]}})], ["stage_not_open"], {0: 0, 1: 0}, {0}],
	"who adds nothing is too many": [side_by_side, [yes("bob"), examples.vote_with("erin", "approve", {"by": {"groups": ["data-owners"]}})], ["yes", "stage_full"], {0: 1, 1: 0}, {0, 1}],
}

test_one_click_fills_all[note] if {
	some note, [stages, votes, verdicts, have, open] in everywhere
	seen(stages, {"one_click_fills_all": true}, votes, {}) == {"verdicts": verdicts, "have": have, "open": open}
}

# Dave is on call, and of no stage here, until he is called in at 10:15.
called := {"escalate": {"after": "15m", "approvers": [{"type": "group", "id": "on-call"}]}}

escalated := {"request": {"escalated_at": "2026-11-24T10:15:00Z"}}

data_only := [owners]

escalations := {
	"before it escalates": [called, {}, [yes("dave")], ["not_eligible"]],
	"from then on": [called, escalated, [yes("dave")], ["yes"]],
	"at that very moment": [called, escalated, [at("dave", "approve", "2026-11-24T10:15:00Z")], ["yes"]],
	"not for an approval given before": [called, escalated, [at("dave", "approve", "2026-11-24T10:14:59Z")], ["not_eligible"]],
	"a no needs no escalation": [called, {}, [no("dave")], ["yes"]],
	"who was asked first may still approve": [called, escalated, [yes("bob")], ["yes"]],
	"nobody is called in by a package that calls nobody": [{"escalate": {"after": "15m", "channel": "C1"}}, escalated, [yes("dave")], ["not_eligible"]],
	"a time that cannot be read": [called, {"request": {"escalated_at": "then"}}, [yes("dave")], ["not_eligible"]],
}

test_escalation[note] if {
	some note, [approval, fields, votes, verdicts] in escalations
	verdicts_of(data_only, approval, votes, fields) == verdicts
}

test_the_tables_of_levels_are_not_empty if {
	count(levels) == 12
	count(everywhere) == 7
	count(escalations) == 8
}
