package approvals.tally_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.tally

group(id, title, quorum, name) := at_order(id, title, quorum, name, 10)

at_order(id, title, quorum, name, order) := {
	"id": id,
	"order": order,
	"title": title,
	"quorum": quorum,
	"approvers": [{"type": "group", "id": name}],
	"need": ["actions", "example", id],
}

one := [group("finance", "Finance", 1, "finance")]

two := [group("finance", "Finance", 2, "finance")]

staged := [at_order("owners", "Owners", 1, "data-owners", 1), at_order("privacy", "Privacy", 1, "privacy", 2)]

three := [
	at_order("owners", "Owners", 2, "data-owners", 1),
	at_order("release", "Release", 1, "release-managers", 2),
	at_order("call", "On call", 1, "on-call", 3),
]

usual := {"surfaces": ["slack", "cli", "api"], "reason_required": "on_deny", "self_approval": false, "expires_in": "1h"}

# Each vote's verdict: "yes", or the code.
verdicts_of(stages, approval, votes, fields) := [verdict |
	some answer in answers
	verdict := object.get(answer, "code", "yes")
] if {
	asked := examples.request("example", object.union(fields, {"votes": votes}))
	answers := tally.verdicts with input as asked
		with data.approvals.plan.stages as stages
		with data.approvals.plan.approval as object.union(usual, approval)
	count(answers) == count(votes)
}

is_complete_with(stages, votes) if {
	tally.is_complete with input as examples.request("example", {"votes": votes})
		with data.approvals.plan.stages as stages
		with data.approvals.plan.approval as usual
}

yes(name) := examples.vote(name, "approve")

no(name) := examples.vote(name, "deny")

at(name, ballot, text) := examples.vote_with(name, ballot, {"at": text})

gone(name) := examples.vote_with(name, "approve", {"by": {"unknown": true}})

kind(name, ballot, word) := examples.vote_with(name, ballot, {"by": {"kind": word}})

# stages, what the approval says differently, votes, the request's own fields, verdicts
cases := {
	"B6: one person in two groups is one vote": [
		[object.union(two[0], {"approvers": [{"type": "group", "id": "finance"}, {"type": "group", "id": "privacy"}]})],
		{}, [yes("carol")], {}, ["yes"],
	],
	"B8: a repeated name adds nothing": [two, {}, [yes("carol"), yes("carol")], {}, ["yes", "already_voted"]],
	"two accounts of one person are one vote": [
		two, {}, [yes("carol"), examples.vote_with("carol", "approve", {"by": {"id": "cli:carol"}})], {},
		["yes", "already_voted"],
	],
	"different people fill it": [two, {}, [yes("carol"), yes("dave")], {}, ["yes", "yes"]],
	"one more than needed": [one, {}, [yes("carol"), yes("dave")], {}, ["yes", "stage_full"]],
	"not eligible": [one, {}, [yes("erin"), no("bob")], {}, ["not_eligible", "not_eligible"]],
	"A9: a guest's click is refused": [one, {}, [kind("carol", "approve", "guest")], {}, ["not_a_member"]],
	"nor does a guest's no count": [one, {}, [kind("carol", "deny", "guest")], {}, ["not_a_member"]],
	"bot": [one, {}, [kind("carol", "approve", "bot")], {}, ["not_a_member"]],
	"deleted": [one, {}, [kind("carol", "approve", "deleted")], {}, ["not_a_member"]],
	"external": [one, {}, [kind("carol", "approve", "external")], {}, ["not_a_member"]],
	"somebody who has left the directory since": [one, {}, [gone("carol")], {}, ["unknown_person"]],
	"stranger": [one, {}, [kind("carol", "approve", "stranger")], {}, ["not_a_member"]],
	"B3: the requester's own click is refused": [
		one, {}, [yes("carol")], {"user": {"id": "carol"}}, ["self_approval"],
	],
	"B4: an admin cannot approve their own request": [
		one, {}, [yes("carol")], {"user": {"id": "carol", "role": "admin"}}, ["self_approval"],
	],
	"B2: an agent's owner cannot approve its request": [
		one, {}, [yes("carol")], {"actor": {"type": "ai_agent", "id": "bot", "owner": "carol"}}, ["self_approval"],
	],
	"the actor neither": [
		one, {}, [yes("carol")], {"actor": {"type": "user", "id": "carol"}}, ["self_approval"],
	],
	"B1: the account is the person": [
		one, {}, [yes("carol")], {"user": {"id": "slack:T1:U-carol"}}, ["self_approval"],
	],
	"B5: a waiver in policy works": [
		one, {"self_approval": true}, [yes("carol")], {"user": {"id": "carol"}}, ["yes"],
	],
	"but a waiver makes nobody an approver": [
		one, {"self_approval": true}, [yes("erin")], {"user": {"id": "erin"}}, ["not_eligible"],
	],
	"one may stop what is done in one's own name": [
		one, {}, [no("carol")], {"actor": {"type": "ai_agent", "id": "bot", "owner": "carol"}}, ["yes"],
	],
	"on time": [one, {}, [at("carol", "approve", "2026-11-24T10:59:59.999Z")], {}, ["yes"]],
	"at the deadline is late": [one, {}, [at("carol", "approve", "2026-11-24T11:00:00Z")], {}, ["late"]],
	"late in another zone": [one, {}, [at("carol", "approve", "2026-11-24T12:00:00+01:00")], {}, ["late"]],
	"a late no": [one, {}, [at("carol", "deny", "2026-11-24T11:00:00Z")], {}, ["late"]],
	"A13: a surface that policy does not name": [
		one, {"surfaces": ["cli"]}, [yes("carol"), no("dave")], {}, ["surface_not_allowed", "yes"],
	],
	"a reason that policy wants": [
		one, {"reason_required": "always"},
		[yes("carol"), examples.vote_with("dave", "approve", {"reason": "checked"})], {},
		["reason_required", "yes"],
	],
	"a no without a reason is a no": [one, {"reason_required": "always"}, [no("carol")], {}, ["yes"]],
	"stages in turn": [staged, {}, [yes("bob"), yes("carol")], {}, ["yes", "yes"]],
	"too early": [
		[staged[0], at_order("call", "On call", 1, "on-call", 2)], {}, [yes("dave"), yes("bob"), yes("dave")], {},
		["stage_not_open", "yes", "yes"],
	],
	"one person, one seat": [staged, {}, [yes("carol"), yes("carol")], {}, ["yes", "already_voted"]],
	"three stages": [three, {}, [yes("bob"), yes("carol"), yes("dave"), yes("dave")], {}, ["yes", "yes", "yes", "already_voted"]],
	"no stage, no voter": [[], {}, [yes("carol"), no("carol")], {}, ["not_eligible", "not_eligible"]],
	"yes, then no": [one, {}, [yes("carol"), no("carol")], {}, ["yes", "yes"]],
}

test_verdicts[note] if {
	some note, [stages, approval, votes, fields, expected] in cases
	verdicts_of(stages, approval, votes, fields) == expected
}

named := {
	"by user": [{"type": "user", "id": "carol"}, "yes"],
	"by account": [{"type": "user", "id": "slack:T1:U-carol"}, "yes"],
	"by group": [{"type": "group", "id": "privacy"}, "yes"],
	"by Slack user group": [{"type": "slack_usergroup", "id": "S1"}, "yes"],
	"a group is no user group": [{"type": "group", "id": "S1"}, "not_eligible"],
	"a user group is no group": [{"type": "slack_usergroup", "id": "privacy"}, "not_eligible"],
	"by Slack channel": [{"type": "slack_channel", "id": "C1"}, "yes"],
	"a user group is no channel": [{"type": "slack_channel", "id": "S1"}, "not_eligible"],
	"a channel is no user group": [{"type": "slack_usergroup", "id": "C1"}, "not_eligible"],
	"another user": [{"type": "user", "id": "car"}, "not_eligible"],
}

carol := examples.vote_with("carol", "approve", {"by": {"groups": ["privacy", "slack_usergroup:S1", "slack_channel:C1"]}})

test_approver[note] if {
	some note, [approver, expected] in named
	verdicts_of([object.union(one[0], {"approvers": [approver]})], {}, [carol], {}) == [expected]
}

# Nobody mapped the account: groups of the directory do not hold for it, whatever the vote carries.
unmapped := object.union(carol, {"by": {"id": "slack:T1:U7", "user": "slack:T1:U7"}})

strangers := {
	"by its account": [{"type": "user", "id": "slack:T1:U7"}, "yes"],
	"by Slack user group": [{"type": "slack_usergroup", "id": "S1"}, "yes"],
	"by group": [{"type": "group", "id": "privacy"}, "not_eligible"],
}

test_unmapped[note] if {
	some note, [approver, expected] in strangers
	verdicts_of([object.union(one[0], {"approvers": [approver]})], {}, [unmapped], {}) == [expected]
}

deadlines := {
	"the one Countersign named": [{"request": {"expires_at": "2026-11-24T10:20:01Z"}}, ["yes"]],
	"an unreadable one counts nobody": [{"request": {"expires_at": "later"}}, ["late"]],
	"none named: what policy allows": [{"request": {"expires_at": false}}, ["yes"]],
	"none named: what the requester asked": [{"request": {"expires_at": false}, "expires_in": "20m"}, ["late"]],
	"none named: the sooner of both": [{"request": {"expires_at": false}, "expires_in": "7d"}, ["yes"]],
	"none at all": [{"request": {"expires_at": false, "submitted_at": "now"}}, ["late"]],
}

test_without_a_deadline_a_no_is_heard[note] if {
	some note in ["an unreadable one counts nobody", "none at all"]
	verdicts_of(one, {}, [no("carol")], deadlines[note][0]) == ["yes"]
}

test_deadline[note] if {
	some note, [fields, expected] in deadlines
	verdicts_of(one, {}, [yes("carol")], fields) == expected
}

unreadable := {
	"no account": json.remove(yes("carol"), ["by/id"]),
	"no person": json.remove(yes("carol"), ["by/user"]),
	"an empty person": examples.vote_with("carol", "approve", {"by": {"user": ""}}),
	"a person who is a number": examples.vote_with("carol", "approve", {"by": {"user": 7}}),
	"no kind": json.remove(yes("carol"), ["by/kind"]),
	"no groups": json.remove(yes("carol"), ["by/groups"]),
	"groups as text": examples.vote_with("carol", "approve", {"by": {"groups": "finance"}}),
	"no ballot": json.remove(yes("carol"), ["vote"]),
	"another ballot": examples.vote("carol", "abstain"),
	"no time": json.remove(yes("carol"), ["at"]),
	"no date": at("carol", "approve", "2026-02-30T00:00:00Z"),
	"null": null,
	"text": "approve",
}

test_unreadable[note] if {
	some note, vote in unreadable
	verdicts_of(one, {}, [vote, no("dave")], {}) == ["unreadable", "unreadable"]
}

test_votes_that_are_no_list_get_no_verdicts[note] if {
	some note, votes in {"null": null, "an object": {"0": yes("carol")}, "text": "none"}
	tally.verdicts == [] with input as {"votes": votes}
}

# However three people's votes arrive, two are enough and who comes third is one too many.
test_every_order_of_votes[order] if {
	some a in ["carol", "dave", "erin"]
	some b in ["carol", "dave", "erin"]
	some c in ["carol", "dave", "erin"]
	count({a, b, c}) == 3
	order := concat(" ", [a, b, c])
	votes := [yes(a), yes(b), yes(c)]
	is_complete_with(two, votes)
	{name | some i, verdict in verdicts_of(two, {}, votes, {}); verdict == "yes"; name := votes[i].by.user} == {"carol", "dave"}
}

completions := {
	"B9: a quorum of two is not met by one": [two, [yes("carol")], false],
	"two of two": [two, [yes("carol"), yes("dave")], true],
	"more than needed": [one, [yes("carol"), yes("dave")], true],
	"the second stage alone": [staged, [yes("carol")], false],
	"both stages": [staged, [yes("bob"), yes("carol")], true],
	"three stages": [three, [yes("bob"), yes("carol"), yes("dave")], false],
	"nothing asked": [[], [], true],
}

complete contains note if {
	some note, [stages, votes, _] in completions
	is_complete_with(stages, votes)
}

test_completion[note] if {
	some note, [_, _, expected] in completions
	{note | complete[note]} == {note | expected}
}

test_the_tables_are_not_empty if {
	count(cases) == 34
	count(named) == 10
	count(strangers) == 3
	count(deadlines) == 6
	count(unreadable) == 13
	count(completions) == 7
}
