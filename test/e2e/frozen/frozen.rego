# A policy that has tightened since: everything is frozen.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "deny",
	"reasons": [{"code": "frozen", "message": "Changes are frozen until Monday", "rule": "frozen"}],
	"votes": [{"by": vote.by.id, "counted": false, "code": "frozen"} | some vote in input.votes],
}
