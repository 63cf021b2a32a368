# Who must approve is said in the request: a policy for what becomes of one that nobody can approve.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "owners", "message": "Somebody must approve", "rule": "staffing"}],
	"approval": object.union(
		{"stages": [{
			"id": "owners",
			"title": "Owners",
			"quorum": object.get(input.params, "quorum", 1),
			"have": 0,
			"approvers": input.params.approvers,
		}]},
		object.get(input.params, "more", {}),
	),
	"votes": [{"by": vote.by.id, "counted": false} | some vote in input.votes],
}
