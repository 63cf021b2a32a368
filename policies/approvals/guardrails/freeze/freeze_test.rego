package approvals.guardrails.freeze_test

import rego.v2

import data.approvals.guardrails.freeze

open_end := {"name": "until further notice", "from": "2026-11-24T00:00:00Z"}

past := {"name": "past", "from": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}

# The question is asked at 10:00; a freeze ends at `until` and begins at `from`.
freezes := {
	"none": [[], set()],
	"past": [[past], set()],
	"just over": [[{"from": "2026-11-24T09:00:00Z", "until": "2026-11-24T10:00:00Z"}], set()],
	"just begun": [[{"from": "2026-11-24T10:00:00Z", "until": "2026-11-24T11:00:00Z"}], {"change_freeze"}],
	"not yet": [[{"from": "2026-11-24T10:00:01Z", "until": "2026-11-24T11:00:00Z"}], set()],
	"in another zone": [[{"from": "2026-11-24T10:30:00+01:00", "until": "2026-11-24T12:00:00+01:00"}], {"change_freeze"}],
	"no end": [[open_end], {"change_freeze"}],
	"no beginning": [[{"until": "2026-11-25T00:00:00Z"}], {"change_freeze"}],
	"misspelt end": [[{"from": "2026-11-01T00:00:00Z", "until": "yesterday"}], {"change_freeze"}],
	"elsewhere": [[object.union(open_end, {"environments": ["staging"]})], set()],
	"here": [[object.union(open_end, {"environments": ["staging", "prod"]})], {"change_freeze"}],
	"environments is no list": [[object.union(open_end, {"environments": "staging"})], {"change_freeze"}],
	"one of two": [[past, open_end], {"change_freeze"}],
	"no list": [{}, {"no_calendar"}],
}

asked := {"now": "2026-11-24T10:00:00Z", "resource": {"environment": "prod"}}

test_freeze[note] if {
	some note, [list, expected] in freezes
	freeze.deny == expected with input as asked with data.approvals.calendar as {"freezes": list}
}

test_a_lost_calendar_lifts_no_freeze if {
	freeze.deny == {"no_calendar"} with input as asked with data.approvals.calendar as {}
}

test_an_unreadable_clock_is_frozen_where_there_is_a_freeze if {
	freeze.deny == {"change_freeze"} with input as object.union(asked, {"now": "noon"})
		with data.approvals.calendar.freezes as [past]
}

test_every_code_has_words if {
	every code in {"change_freeze", "no_calendar"} { is_string(freeze.messages[code]) }
}

test_the_table_is_not_empty if count(freezes) == 14
