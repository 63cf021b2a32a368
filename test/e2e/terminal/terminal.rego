# A policy of people who live in a terminal: one database owner decides, and only on the command line.
package approvals.main

import rego.v2

owners := {"type": "group", "id": "db-owners"}

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "owners", "message": "An owner must approve", "rule": "terminal.owners"}],
	"approval": {
		"stages": [{"id": "owners", "title": "Owners", "quorum": 1, "have": 0, "approvers": [owners]}],
		"surfaces": ["cli"],
		"reason_required": "on_deny",
	},
	"votes": verdicts,
} if {
	not is_answered
}

decision := {"contract": 1, "outcome": outcome, "reasons": [], "votes": verdicts} if is_answered

verdicts := [{"by": vote.by.id, "counted": owners.id in vote.by.groups, "code": "not_eligible"} |
	some vote in input.votes
]

is_answered if {
	some vote in input.votes
	owners.id in vote.by.groups
}

default outcome := "allow"

outcome := "deny" if {
	some vote in input.votes
	vote.vote == "deny"
}
