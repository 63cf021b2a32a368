# Allows everything, for a second; and denies a restart at the moment when it would happen.
package approvals.main

import rego.v2

decision := {"contract": 1, "outcome": "deny", "reasons": reasons, "votes": []} if is_too_late

decision := {"contract": 1, "outcome": "allow", "votes": [], "grant": {"ttl": ttl}} if not is_too_late

is_too_late if {
	input.action == "restart"
	input.phase == "redeem"
}

reasons := [{"code": "busy_hours", "message": "No restarts in busy hours"}]

default ttl := "1s"

ttl := "5m" if input.action == "restart"
