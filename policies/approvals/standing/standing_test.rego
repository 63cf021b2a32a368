package approvals.standing_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main
import data.approvals.standing

claim := {
	"id": "sta_1",
	"granted_by": "bob",
	"granted_at": "2026-11-24T08:00:00Z",
	"expires_at": "2026-11-25T08:00:00Z",
	"uses_left": 3,
	"request": "req_0",
	"params": {"format": "csv"},
}

export := examples.request("export-data", {
	"resource": {"contains_pii": false},
	"params": {"format": "csv"},
	"standing": [claim],
})

decide(asked) := answer if {
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
}

changed(fields) := object.union(export, {"standing": [object.union(claim, fields)]})

without(field) := object.union(export, {"standing": [object.remove(claim, [field])]})

test_what_was_approved_in_advance_passes if {
	decide(export) == {
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
		"votes": [],
		"obligations": [],
		"grant": {"ttl": "15m", "max_uses": 1},
		"standing": "sta_1",
	}
}

dead := {
	"none": object.remove(export, ["standing"]),
	"an empty list": object.union(export, {"standing": []}),
	"null": object.union(export, {"standing": null}),
	"expired": changed({"expires_at": "2026-11-24T10:30:00Z"}),
	"no end": without("expires_at"),
	"an end in words": changed({"expires_at": "never"}),
	"used up": changed({"uses_left": 0}),
	"uses in words": changed({"uses_left": "many"}),
	"no uses": without("uses_left"),
	"given by the requester": changed({"granted_by": "alice"}),
	"given by nobody": without("granted_by"),
	"without a name": without("id"),
	"given longer ago than policy lets it last": changed({
		"granted_at": "2026-11-17T10:30:00Z",
		"expires_at": "2026-12-24T00:00:00Z",
	}),
	"given nobody knows when": without("granted_at"),
	"for other arguments": object.union(export, {"params": {"format": "parquet"}}),
	"for more arguments": object.union(export, {"params": {"rows": 5}}),
	"for arguments that nobody noted": without("params"),
	"without arguments": object.remove(export, ["params"]),
	"without a clock that can be read": object.union(export, {"now": "noon"}),
}

test_otherwise_people_are_asked[note] if {
	some note, asked in dead
	answer := decide(asked)
	answer.outcome == "require_approval"
	not answer.standing
}

test_for_any_arguments_where_policy_says_so if {
	lax := {"standing": {"max_duration": "7d", "max_uses": 7, "any_params": true}}
	every asked in [dead["for other arguments"], dead["without arguments"], dead["for arguments that nobody noted"]] {
		answer := decide(asked) with data.approvals.actions["export-data"].approval as lax
		answer.standing == "sta_1"
	}
}

test_a_package_that_says_nothing_of_them_knows_none if {
	answer := decide(export) with data.approvals.actions["export-data"].approval as {}
	answer.outcome == "require_approval"
}

test_an_agents_owner_gave_it_to_themselves if {
	asked := object.union(export, {"actor": {"type": "ai_agent", "id": "bot", "owner": "bob"}})
	decide(asked).outcome == "require_approval"
}

test_who_is_excluded_cannot_have_given_it if {
	answer := decide(export) with data.approvals.guardrails.duties as {"exclude": {"author"}, "excluded": {"author": "bob"}}
	answer.outcome == "require_approval"
}

sooner := object.union(claim, {"id": "sta_9", "expires_at": "2026-11-24T12:00:00Z"})

twin := object.union(claim, {"id": "sta_0"})

choices := {
	"what ends first": [[claim, sooner], "sta_9"],
	"in any order": [[sooner, claim], "sta_9"],
	"then by name": [[claim, twin], "sta_0"],
	"what is dead is passed over": [[object.union(sooner, {"uses_left": 0}), claim], "sta_1"],
}

test_which_one_is_used[note] if {
	some note, [claims, expected] in choices
	decide(object.union(export, {"standing": claims})).standing == expected
}

# Denials override; people come first, and then none is used up.
test_a_person_may_stop_it if {
	answer := decide(examples.with_votes(export, [examples.vote("bob", "deny")]))
	answer.outcome == "deny"
	not answer.standing
}

test_a_freeze_holds_all_the_same if {
	answer := main.decision with input as export
		with data.approvals.calendar as {"freezes": [{"from": "2026-11-24T00:00:00Z"}], "hours": []}
	answer.outcome == "deny"
}

test_people_come_before_it if {
	answer := decide(examples.with_votes(export, [examples.vote("bob", "approve")]))
	answer.outcome == "allow"
	not answer.standing
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
	answer := decide(object.union(export, {
		"standing": [],
		"votes": [examples.vote_with("bob", "approve", {"standing": wish})],
	}))
	answer.votes == [object.union({"by": "slack:T1:U-bob"}, expected)]
}

test_a_wish_where_policy_knows_none if {
	answer := decide(object.union(examples.request("deploy", {}), {"votes": [examples.vote_with("bob", "approve", {"standing": {
		"duration": "1h",
		"uses": 1,
	}})]}))
	answer.votes == [{"by": "slack:T1:U-bob", "counted": false, "code": "standing_not_allowed"}]
}

test_nothing_is_used_where_nothing_is_asked if not standing.used with input as {}

test_the_tables_are_not_empty if {
	count(dead) == 19
	count(choices) == 4
	count(wishes) == 7
}
