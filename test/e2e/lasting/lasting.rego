# A policy that lets approvers give a standing approval: for an hour and three uses at most, with the same parameters.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "owners", "message": "An owner must approve", "rule": "lasting.owners"}],
	"approval": {
		"stages": [{
			"id": "owners",
			"title": "Owners",
			"quorum": 1,
			"have": 0,
			"approvers": [{"type": "group", "id": "db-owners"}],
		}],
		"may_hide": ["/params/mode"],
		"standing": {"max_duration": "1h", "max_uses": 3},
	},
	"votes": verdicts,
} if {
	not is_approved
}

decision := {"contract": 1, "outcome": "allow", "reasons": reasons, "votes": verdicts} if is_approved

reasons contains {
	"code": "standing_approval",
	"message": "A standing approval covers this",
	"rule": "lasting.standing",
} if {
	some vote in input.votes
	vote.standing.id
}

verdicts := [{"by": vote.by.id, "counted": counts(vote)} | some vote in input.votes]

is_approved if {
	some vote in input.votes
	counts(vote)
}

default counts(_) := false

counts(vote) if {
	"db-owners" in vote.by.groups
	object.get(vote, ["standing", "same_params"], true) == true
}
