# METADATA
# title: Agents have owners
# description: >-
#   Whatever acts on behalf of a user, and is not a person, has an owner that the directory knows. Countersign fills the
#   owner in; the submission cannot.
# custom:
#   owner: security
package approvals.guardrails.agents

import rego.v2

# METADATA
# title: An agent without a known owner does nothing
deny contains "unknown_owner" if {
	input.actor
	not input.actor.type == "user"
	not has_owner
}

has_owner if {
	is_string(input.actor.owner)
	input.actor.owner != ""
}

messages["unknown_owner"] := "The agent has no known owner; add it to the directory under agents"
