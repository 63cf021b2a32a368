# METADATA
# title: Agents have owners
# description: >-
#   Whatever acts on behalf of a user is a person whom the directory knows, or has an owner that it knows. Countersign
#   fills the owner in; the submission cannot, and calling itself a person makes nobody one.
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

# METADATA
# title: A person who acts for somebody is known
deny contains "unknown_actor" if {
	input.actor.type == "user"
	not is_object(input.directory.actor)
	not has_owner
}

has_owner if {
	is_string(input.actor.owner)
	input.actor.owner != ""
}

messages["unknown_actor"] := "The directory does not know the person who acts"

hints["unknown_actor"] := "Add them to the directory under people"

messages["unknown_owner"] := "The agent has no known owner"

hints["unknown_owner"] := "Add it to the directory under agents"
