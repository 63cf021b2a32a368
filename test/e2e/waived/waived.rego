# A one-person team: policy lets the requester countersign, and says so.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "self_approval_waived", "message": "A one-person team approves its own requests", "rule": "waived"}],
	"approval": {
		"stages": [{"id": "self", "title": "The team", "quorum": 1, "have": 0, "approvers": [{"type": "user", "id": "alice"}]}],
		"self_approval": true,
	},
	"votes": [{"by": vote.by.id, "counted": false, "code": "not_eligible"} | some vote in input.votes],
} if not has_approved

decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": [{"code": "self_approval_waived", "message": "A one-person team approves its own requests", "rule": "waived"}],
	"votes": [{"by": vote.by.id, "counted": vote.by.user == "alice"} | some vote in input.votes],
} if has_approved

has_approved if {
	some vote in input.votes
	vote.by.user == "alice"
	vote.vote == "approve"
}
