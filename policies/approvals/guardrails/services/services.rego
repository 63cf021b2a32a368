# METADATA
# title: Services have roles
# description: >-
#   Which service may ask for which actions, on whose behalf, and whether it may break glass: in approvals/services, by the service
#   that Countersign authenticated. Whoever gets hold of a service's key gets no more than that service's role.
# custom:
#   owner: security
package approvals.guardrails.services

import rego.v2

import data.approvals.request

# METADATA
# title: A service asks for its own actions
deny contains "not_its_action" if {
	not role == {} # most have no role that narrows anything, and this is all they cost
	not is_its_action
}

# METADATA
# title: A service acts for its own people
deny contains "not_its_people" if {
	not role == {}
	not are_its_people
}

# METADATA
# title: No glass for a service that was not given it
deny contains "no_glass" if {
	input.emergency # anything but a plain "no" asks for one
	not may_break_glass
}

# METADATA
# title: Glass breaks only so often
# description: Within 24 hours, by what Countersign counted of this service. Beyond it an emergency needs people too.
no_emergency contains "glass_used_up" if {
	input.emergency # anything but a plain "no" asks for one
	not has_glass_left
}

# Looked up by its id, not searched: what one service costs does not grow with how many are listed.
role := object.get(roles.registry, input.service.id, roles.unlisted) if {
	is_string(input.service.id)
	roles := data.approvals.services
	is_object(roles.registry)
}

# Left out is what has no type; null and false have one.
is_its_action if {
	is_object(role)
	not type_name(role.actions)
}

is_its_action if {
	is_array(role.actions)
	input.action in role.actions
}

are_its_people if {
	is_object(role)
	not type_name(role.users)
	not type_name(role.groups)
}

are_its_people if {
	is_array(role.users)
	input.user.id in role.users
}

are_its_people if {
	is_array(role.groups)
	some group in request.groups
	group in role.groups
}

may_break_glass if role.glass == true

has_glass_left if {
	is_number(input.service.emergencies_24h)
	is_number(most_in_a_day)
	input.service.emergencies_24h < most_in_a_day
}

most_in_a_day := object.get(role, "per_day", data.approvals.services.per_day)

messages := {
	"not_its_action": "This service may not ask for this action; ask through another, or add it to the service's role",
	"not_its_people": "This service may not act for this person; ask through another, or add them to the service's role",
	"glass_used_up": "This service has broken glass as often as it may within 24 hours, so people must approve",
	"no_glass": "This service may not break glass; ask again without emergency, or through one that may",
}
