# What OPA's own API answers to: our two fixed questions, its health and its status, and to `countersign doctor` the names
# of Slack's channels and groups. All else, its policy and data API first, is refused.
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

allow := {"allowed": true} if {
	input.method == "GET"
	input.path == ["v1", "data", "approvals", "workspace"] # exact: below it and beside it stands what decides
	object.keys(input.params) == set()
}
