# METADATA
# title: Change freezes
# description: >-
#   Nothing happens while one holds, except for cases that the calendar names.
# custom:
#   owner: security
package approvals.guardrails.freeze

import rego.v2

import data.approvals.request

# METADATA
# title: A calendar that got lost lifts no freeze
deny contains "no_calendar" if not is_array(data.approvals.calendar.freezes)

# METADATA
# title: Nothing changes while a freeze holds
deny contains "change_freeze" if {
	_ = data.approvals.calendar.freezes[0] # so that OPA's index spares the rule where there are none
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

# METADATA
# title: The calendar makes an exception
# description: >-
#   One action on one resource, until an hour that is stated. An exception without an end is none.
waive contains "change_freeze" if {
	_ = data.approvals.calendar.exceptions[0]
	some case in data.approvals.calendar.exceptions
	case.action == input.action
	case.resource.type == input.resource.type
	case.resource.id == input.resource.id
	request.now_ns < request.instant_ns(case.until)
}

messages["change_freeze"] := "A change freeze is in force"

hints["change_freeze"] := "Ask again when it is over"

messages["no_calendar"] := "The calendar of change freezes is missing; restore approvals/calendar/data.yaml"

messages["waived_change_freeze"] := "A change freeze is in force; the calendar makes an exception for this"
