# What a policy may rely on: safe readings of the request, where whatever is missing tightens.
package approvals.request

import rego.v2

# Whatever is missing, misspelt or unknown is production.
default environment := "prod"

environment := input.resource.environment if input.resource.environment in {"dev", "test", "staging"}

# Who stands behind the request. None of them countersigns it.
involved contains input.user.id

# Of a user that is an agent, as Countersign fills it in.
involved contains input.user.owner

involved contains input.actor.id

involved contains input.actor.owner

# What the directory, not the service, says of the user; and of whatever acts for them. Empty for whom it does not
# know: let groups permit, and never let their absence do so.
groups contains group if some group in input.directory.user.groups

roles contains role if some role in input.directory.user.roles

actor_groups contains group if some group in input.directory.actor.groups

actor_roles contains role if some role in input.directory.actor.roles

is_in_directory if is_object(input.directory.user)

# What only Countersign may say is there. Without it nothing can be judged.
is_complete if {
	is_string(input.now)
	is_array(input.votes)
}

# Whoever acts for the user, if anybody does, has a name.
has_named_actor if not is_nameless_actor

is_nameless_actor if {
	input.actor
	not is_text(input.actor.id)
}

has_reason if {
	is_string(input.reason)
	trim_space(input.reason) != ""
}

is_text(value) if {
	is_string(value)
	value != ""
}
