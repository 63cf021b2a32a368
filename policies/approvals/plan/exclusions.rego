# Separation of duties: whom the rules keep from approving. The rule holds by its code; whom it names may come from the
# request, so an exclusion that names nobody is a denial, or leaving a field out would admit whom it excludes.
package approvals.plan

import rego.v2

import data.approvals.request

# Every entry is [need-like entry, person].
excluded contains [entry, person] if {
	some entry in exclusions
	some person in people_of(whom(entry[0], entry[1], entry[2]))
}

excluded_people contains person if some [_, person] in excluded

# METADATA
# title: An exclusion names somebody
# description: >-
#   What a rule excludes must be known, or leaving a field out would admit whom it excludes.
# custom:
#   rule: "*.*.unknown_*"
nameless_exclusions contains [entry[0], entry[1], concat("", ["unknown_", entry[2]])] if {
	some entry in exclusions
	not people_of(whom(entry[0], entry[1], entry[2]))
}

whom("actions", name, code) := data.approvals.actions[name].excluded[code]

whom("guardrails", name, code) := data.approvals.guardrails[name].excluded[code]

people_of(named) := {named} if request.is_text(named)

people_of(named) := {person | some person in named} if {
	is_list(named)
	count(named) > 0
	every person in named { request.is_text(person) }
}

is_list(named) if is_array(named)

is_list(named) if is_set(named)
