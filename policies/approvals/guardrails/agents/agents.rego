# Whoever acts on behalf of a user has an owner that the directory knows.
package approvals.guardrails.agents

import rego.v2

deny contains "unknown_owner" if {
	input.actor
	not has_owner
}

has_owner if {
	is_string(input.actor.owner)
	input.actor.owner != ""
}

messages["unknown_owner"] := "The agent has no known owner; add it to the directory under agents"
