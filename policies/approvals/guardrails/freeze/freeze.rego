# Change freezes: nothing happens while one holds.
package approvals.guardrails.freeze

import rego.v2

import data.approvals.request

# A calendar that got lost must not lift a freeze.
deny contains "no_calendar" if not is_array(data.approvals.calendar.freezes)

deny contains "change_freeze" if {
	some freeze in data.approvals.calendar.freezes
	not is_elsewhere(freeze)
	not is_over(freeze)
	not is_ahead(freeze)
}

is_elsewhere(freeze) if {
	is_array(freeze.environments)
	not request.environment in freeze.environments
}

is_over(freeze) if request.now_ns >= request.instant_ns(freeze.until)

is_ahead(freeze) if request.now_ns < request.instant_ns(freeze.from)

messages["change_freeze"] := "A change freeze holds; ask again when it is over"

messages["no_calendar"] := "The calendar of change freezes is missing; restore approvals/calendar/data.yaml"
