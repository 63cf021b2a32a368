package approvals.guardrails.hours_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.guardrails.hours
import data.approvals.main

weekday := {
	"tz": "Europe/Berlin",
	"days": ["Monday", "Tuesday", "Wednesday", "Thursday"],
	"from": "08:00",
	"until": "18:00",
}

rule := {"environments": ["prod"], "actions": ["deploy"], "outside": "ask", "windows": [weekday]}

on_call := {"title": "On call", "quorum": 1, "order": 20, "approvers": [{"type": "group", "id": "on-call"}]}

tuesday_noon := "2026-11-24T11:00:00Z"

tuesday_night := "2026-11-24T22:00:00Z"

changed(fields) := [object.union(rule, fields)]

closed := {"outside_hours"}

# The rules, when it is, what is denied, what is needed.
rules := {
	"none": [[], tuesday_night, set(), set()],
	"within hours": [[rule], tuesday_noon, set(), set()],
	"outside hours": [[rule], tuesday_night, set(), {"outside_hours"}],
	"outside hours, denied": [changed({"outside": "deny"}), tuesday_night, closed, set()],
	"what is outside is misspelt": [changed({"outside": "aks"}), tuesday_night, closed, set()],
	"what is outside is left out": [[object.remove(rule, ["outside"])], tuesday_night, closed, set()],
	"elsewhere": [changed({"environments": ["staging"]}), tuesday_night, set(), set()],
	"everywhere": [[object.remove(rule, ["environments"])], tuesday_night, set(), {"outside_hours"}],
	"environments in text": [changed({"environments": "staging"}), tuesday_night, set(), {"outside_hours"}],
	"another action": [changed({"actions": ["refund"]}), tuesday_night, set(), set()],
	"every action": [[object.remove(rule, ["actions"])], tuesday_night, set(), {"outside_hours"}],
	"actions in text": [changed({"actions": "refund"}), tuesday_night, set(), {"outside_hours"}],
	"in one of two windows": [
		changed({"windows": [object.union(weekday, {"days": ["Sunday"]}), weekday]}),
		tuesday_noon, set(), set(),
	],
	"no windows": [[object.remove(rule, ["windows"])], tuesday_noon, set(), {"outside_hours"}],
	"windows that are no list": [changed({"windows": "always"}), tuesday_noon, set(), {"outside_hours"}],
	"a window that cannot be read": [
		changed({"windows": [object.union(weekday, {"from": "8"})]}),
		tuesday_noon, set(), {"outside_hours"},
	],
	"a clock that cannot be read": [[rule], "noon", set(), {"outside_hours"}],
	"a rule that is text": [["always"], tuesday_noon, closed, set()],
	"both": [[rule, object.union(rule, {"outside": "deny"})], tuesday_night, closed, {"outside_hours"}],
	"no list": [{}, tuesday_noon, {"no_hours"}, set()],
}

test_hours[note] if {
	some note, [list, now, denied, needed] in rules
	said := [hours.deny, hours.need] with input as examples.request("deploy", {"now": now})
		with data.approvals.calendar as {"hours": list}
	said == [denied, needed]
}

test_a_lost_calendar_opens_no_night if {
	hours.deny == {"no_hours"} with input as examples.request("deploy", {}) with data.approvals.calendar as {}
}

decide(fields, calendar) := answer if {
	answer := main.decision with input as examples.request("deploy", fields) with data.approvals.calendar as calendar
}

# Late in the evening, with a deadline later still.
night := {"now": tuesday_night, "request": {"expires_at": "2026-11-24T23:00:00Z"}}

calendar := {"freezes": [], "hours": [rule], "outside_hours": on_call}

test_at_night_one_stage_more_is_asked if {
	answer := decide(night, calendar)
	answer.outcome == "require_approval"
	[[stage.id, stage.open] | some stage in answer.approval.stages] == [["release", true], ["outside_hours", false]]
	people := [examples.vote("bob", "approve"), examples.vote("dave", "approve")]
	decide(object.union(night, {"votes": people}), calendar).outcome == "allow"
	decide(object.union(night, {"votes": array.slice(people, 0, 1)}), calendar).outcome == "require_approval"
}

test_a_stage_that_got_lost_is_an_error if {
	answer := decide(night, object.remove(calendar, ["outside_hours"]))
	answer.outcome == "error"
	{reason.code | some reason in answer.reasons} == {"bad_stage"}
}

# What is shipped: a zone that nobody knows would fail every question about it.
test_every_zone_that_is_shipped_is_known if {
	every given in data.approvals.calendar.hours {
		every window in given.windows { is_string(time.weekday([0, window.tz])) }
	}
}

test_the_stage_that_is_shipped_is_sound if {
	answer := decide(night, object.union(calendar, {"outside_hours": data.approvals.calendar.outside_hours}))
	answer.outcome == "require_approval"
}

test_every_code_has_words if {
	every code in {"outside_hours", "no_hours"} { is_string(hours.messages[code]) }
}

test_the_table_is_not_empty if count(rules) == 20
