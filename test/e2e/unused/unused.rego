# One person approves, and what they approve can be used for a second.
package approvals.main

import rego.v2

default decision := {
	"contract": 1,
	"outcome": "require_approval",
	"votes": [],
	"approval": {"stages": [{"id": "owners", "quorum": 1, "have": 0, "approvers": [{"type": "user", "id": "bob"}]}]},
}

decision := {
	"contract": 1,
	"outcome": "allow",
	"votes": [{"by": vote.by.id, "counted": true} | some vote in input.votes],
	"grant": {"ttl": "1s"},
} if {
	count(input.votes) > 0
}
