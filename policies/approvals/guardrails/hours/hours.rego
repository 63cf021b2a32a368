# METADATA
# title: Working hours
# description: >-
#   Outside of them what the calendar names is denied, or asks one stage more.
# custom:
#   owner: security
package approvals.guardrails.hours

import rego.v2

import data.approvals.request

# METADATA
# title: A calendar that got lost does not open the night
deny contains "no_hours" if not is_array(data.approvals.calendar.hours)

# METADATA
# title: Nothing outside the working hours
deny contains "outside_hours" if {
	_ = data.approvals.calendar.hours[0] # so that OPA's index spares the rule where there are none
	some rule in outside
	not rule.outside == "ask"
}

# METADATA
# title: One stage more outside the working hours
need contains "outside_hours" if {
	_ = data.approvals.calendar.hours[0]
	some rule in outside
	rule.outside == "ask"
}

stages["outside_hours"] := data.approvals.calendar.outside_hours

# The rules in whose hours it is not now. Hours that cannot be read are no hours.
outside contains rule if {
	some rule in data.approvals.calendar.hours
	not is_elsewhere(rule)
	not is_another_action(rule)
	not is_open(rule)
}

is_elsewhere(rule) if {
	is_array(rule.environments)
	not request.environment in rule.environments
}

is_another_action(rule) if {
	is_array(rule.actions)
	not input.action in rule.actions
}

is_open(rule) if {
	some window in rule.windows
	request.is_within(window)
}

messages["outside_hours"] := "This is outside working hours"

messages["no_hours"] := "The calendar of working hours is missing; restore approvals/calendar/data.yaml"
