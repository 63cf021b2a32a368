# What OPA's own API answers to: our two fixed questions, its health and its status. All else, its policy and data API first, is refused.
package system.authz

import rego.v2

default allow := {"allowed": false, "reason": "not permitted"}

allow := {"allowed": true} if {
	input.method == "POST"
	input.path in {
		["v1", "data", "approvals", "main", "decision"], # exact, never a prefix
		["v1", "data", "approvals", "allow"],
	}
	object.keys(input.params) == {"strict-builtin-errors", "provenance"} # no explanation, no lenient question
	input.params["strict-builtin-errors"] == ["true"]
}

allow := {"allowed": true} if {
	input.method == "GET"
	input.path in {["health"], ["metrics"], ["v1", "status"]}
}
