package approvals.standing_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main
import data.approvals.standing

kept := {
	"id": "sta_1",
	"request": "req_0",
	"granted_at": "2026-11-24T08:00:00Z",
	"expires_at": "2026-11-25T08:00:00Z",
	"used": 3,
	"same_params": true,
}

plain := {"resource": {"contains_pii": false}, "params": {"format": "csv"}}

given_by(person, mark) := examples.vote_with(person, "approve", {"at": "2026-11-24T08:00:00Z", "standing": mark})

export(fields, votes) := examples.request("export-data", object.union_n([plain, fields, {"votes": votes}]))

decide(asked) := answer if {
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
}

changed(fields) := export({}, [given_by("bob", object.union(kept, fields))])

without(field) := export({}, [given_by("bob", object.remove(kept, [field]))])

test_what_was_approved_in_advance_passes if {
	decide(export({}, [given_by("bob", kept)])) == {
		"contract": 1,
		"outcome": "allow",
		"reasons": [
			{
				"code": "anyone_may_ask",
				"message": "Anyone may ask for an export",
				"rule": "actions.export-data.anyone_may_ask",
			},
			{
				"code": "standing_approval",
				"message": "bob approved this in advance",
				"rule": "platform.standing.standing_approval",
			},
		],
		"votes": [{"by": "slack:T1:U-bob", "counted": true}],
		"obligations": [],
		"grant": {"ttl": "15m", "max_uses": 1},
	}
}

over := "standing_over"

other := "standing_other_params"

dead := {
	"expired": [changed({"expires_at": "2026-11-24T10:30:00Z"}), over],
	"no end": [without("expires_at"), over],
	"an end in words": [changed({"expires_at": "never"}), over],
	"used as often as policy lets it be": [changed({"used": 7}), over],
	"used less than never": [changed({"used": "0"}), over],
	"used nobody knows how often": [without("used"), over],
	"given longer ago than policy lets it last": [
		changed({"granted_at": "2026-11-17T10:30:00Z", "expires_at": "2026-12-24T00:00:00Z"}),
		over,
	],
	"given nobody knows when": [without("granted_at"), over],
	"for other arguments": [changed({"same_params": false}), other],
	"for arguments that nobody compared": [without("same_params"), other],
	"for the same arguments, in words": [changed({"same_params": "true"}), other],
	"without a name": [without("id"), "standing_too_long"],
	"a mark in words": [export({}, [given_by("bob", "sta_1")]), "standing_too_long"],
	"without a clock that can be read": [object.union(changed({}), {"now": "noon"}), over],
	"given by the requester": [export({}, [given_by("alice", kept)]), "self_approval"],
	"given by who owns the agent": [
		export({"actor": {"type": "ai_agent", "id": "bot", "owner": "bob"}}, [given_by("bob", kept)]),
		"self_approval",
	],
	"given by who is no owner": [export({}, [given_by("dave", kept)]), "not_eligible"],
}

test_otherwise_people_are_asked[note] if {
	some note, [asked, code] in dead
	answer := decide(asked)
	answer.outcome == "require_approval"
	[verdict.code | some verdict in answer.votes] == [code]
	answer.approval.stages[0].have == 0
}

test_it_passes_what_it_completes_and_no_more if {
	answer := decide(export({"resource": {"contains_pii": true}}, [given_by("bob", kept)]))
	answer.outcome == "require_approval"
	[stage.have | some stage in answer.approval.stages] == [1, 0]
}

test_several_who_gave_it_together_are_named_together if {
	asked := export({"resource": {"contains_pii": true}}, [given_by("bob", kept), given_by("carol", kept)])
	answer := decide(asked)
	answer.outcome == "allow"
	{"standing_approval": "bob and carol approved this in advance"} == {reason.code: reason.message |
		some reason in answer.reasons
		reason.code == "standing_approval"
	}
}

test_whom_nobody_needs_any_more_is_not_named if {
	answer := decide(export({}, [given_by("bob", kept), given_by("carol", kept)]))
	answer.outcome == "allow"
	"bob approved this in advance" in {reason.message | some reason in answer.reasons}
	answer.votes[1].code == "stage_full"
}

test_for_any_arguments_where_policy_says_so if {
	lax := {"standing": {"max_duration": "7d", "max_uses": 7, "any_params": true}}
	every note in ["for other arguments", "for arguments that nobody compared"] {
		answer := decide(dead[note][0]) with data.approvals.actions["export-data"].approval as lax
		answer.outcome == "allow"
	}
}

test_a_package_that_says_nothing_of_them_knows_none if {
	answer := decide(changed({})) with data.approvals.actions["export-data"].approval as {}
	answer.outcome == "require_approval"
	answer.votes[0].code == "standing_not_allowed"
}

test_who_is_excluded_cannot_have_given_it if {
	rule := {"exclude": {"author"}, "excluded": {"author": "bob"}}
	answer := decide(changed({})) with data.approvals.guardrails.duties as rule
	answer.outcome == "require_approval"
	answer.votes[0].code == "excluded"
}

# What lets people approve their own request is told, whenever they approved it.
test_a_waiver_is_told if {
	answer := decide(dead["given by the requester"][0])
		with data.approvals.actions["export-data"].approval as {"self_approval": true, "standing": {"max_duration": "7d", "max_uses": 7}}
		with data.approvals.actions["export-data"].stages as {"data_owners": {
			"title": "Data owners",
			"quorum": 1,
			"approvers": [{"type": "user", "id": "alice"}],
		}}
	answer.outcome == "allow"
	{"self_approval", "standing_approval"} & {reason.code | some reason in answer.reasons} == {"self_approval", "standing_approval"}
}

# Denials override.
test_a_person_may_stop_it if {
	decide(export({}, [given_by("bob", kept), examples.vote("carol", "deny")])).outcome == "deny"
}

test_a_freeze_holds_all_the_same if {
	answer := main.decision with input as changed({})
		with data.approvals.calendar as {"freezes": [{"from": "2026-11-24T00:00:00Z"}], "hours": []}
	answer.outcome == "deny"
}

wishes := {
	"as long and as often as policy lets it": [{"duration": "7d", "uses": 7}, {"counted": true}],
	"longer": [{"duration": "169h", "uses": 7}, {"counted": false, "code": "standing_too_long"}],
	"more often": [{"duration": "1h", "uses": 8}, {"counted": false, "code": "standing_too_long"}],
	"never": [{"duration": "1h", "uses": 0}, {"counted": false, "code": "standing_too_long"}],
	"half a time": [{"duration": "1h", "uses": 1.5}, {"counted": false, "code": "standing_too_long"}],
	"for ever": [{"uses": 1}, {"counted": false, "code": "standing_too_long"}],
	"in words": ["always", {"counted": false, "code": "standing_too_long"}],
}

test_a_wish[note] if {
	some note, [wish, expected] in wishes
	answer := decide(export({}, [examples.vote_with("bob", "approve", {"standing": wish})]))
	answer.votes == [object.union({"by": "slack:T1:U-bob"}, expected)]
}

test_a_wish_is_no_approval_in_advance if {
	answer := decide(export({}, [examples.vote_with("bob", "approve", {"standing": {"duration": "1h", "uses": 1}})]))
	answer.outcome == "allow"
	not "standing_approval" in {reason.code | some reason in answer.reasons}
}

test_a_wish_where_policy_knows_none if {
	vote := examples.vote_with("bob", "approve", {"standing": {"duration": "1h", "uses": 1}})
	answer := decide(examples.request("deploy", {"votes": [vote]}))
	answer.votes == [{"by": "slack:T1:U-bob", "counted": false, "code": "standing_not_allowed"}]
}

test_nothing_was_kept_where_nothing_is_said if not standing.is_kept({})

test_the_tables_are_not_empty if {
	count(dead) == 17
	count(wishes) == 7
}
