package approvals.guardrails.freeze_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.guardrails.freeze
import data.approvals.main

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

exception := {
	"action": "deploy",
	"resource": {"type": "service", "id": "payments-api"},
	"until": "2026-11-24T11:00:00Z",
	"why": "INC-204",
}

frozen_deploy := examples.request("deploy", {
	"resource": {"type": "service", "id": "payments-api", "environment": "prod"},
	"now": "2026-11-24T10:30:00Z",
})

exceptions := {
	"for this very case": [[exception], "require_approval"],
	"for another action": [[object.union(exception, {"action": "refund"})], "deny"],
	"for another resource": [[object.union(exception, {"resource": {"id": "ledger"}})], "deny"],
	"for another type": [[object.union(exception, {"resource": {"type": "bucket"}})], "deny"],
	"over": [[object.union(exception, {"until": "2026-11-24T10:30:00Z"})], "deny"],
	"without an end": [[object.remove(exception, ["until"])], "deny"],
	"with an end that cannot be read": [[object.union(exception, {"until": "soon"})], "deny"],
	"for everything": [[{"until": "2026-11-24T11:00:00Z"}], "deny"],
	"none": [[], "deny"],
	"no list": ["all", "deny"],
}

decide(asked, calendar) := answer if {
	answer := main.decision with input as asked
		with data.approvals.calendar as object.union({"freezes": [open_end], "hours": []}, calendar)
}

test_exception[note] if {
	some note, [cases, outcome] in exceptions
	decide(frozen_deploy, {"exceptions": cases}).outcome == outcome
}

waived := {
	"code": "change_freeze",
	"message": "A change freeze is in force; the calendar makes an exception for this",
	"rule": "guardrails.freeze.change_freeze",
}

# Who is asked is told; and where nobody is asked, the reasons tell it.
test_an_exception_is_told if {
	asked := decide(frozen_deploy, {"exceptions": [exception]})
	asked.approval.waivers == [waived]
	allowed := decide(object.union(frozen_deploy, {"resource": {"environment": "dev"}}), {"exceptions": [exception]})
	allowed.outcome == "allow"
	waived in allowed.reasons
}

test_where_no_freeze_holds_there_is_nothing_to_tell if {
	answer := decide(frozen_deploy, {"freezes": [], "exceptions": [exception]})
	not answer.approval.waivers
}

test_an_exception_needs_a_request_that_can_be_read[note] if {
	some note, asked in {
		"no action": object.remove(frozen_deploy, ["action"]),
		"no resource": object.remove(frozen_deploy, ["resource"]),
		"no clock": object.remove(frozen_deploy, ["now"]),
	}
	not "change_freeze" in freeze.waive with input as asked with data.approvals.calendar as {"exceptions": [exception]}
}

test_every_code_has_words if {
	every code in {"change_freeze", "no_calendar", "waived_change_freeze"} { is_string(freeze.messages[code]) }
}

test_the_tables_are_not_empty if {
	count(freezes) == 14
	count(exceptions) == 10
}
