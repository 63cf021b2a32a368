# A policy for what comes after an emergency: it lets everything pass, tells two channels, and wants it reviewed within a
# second. Who may review it, and whether anybody is told at all, a test says in the request.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": [{"code": "break_glass", "message": "On call may break glass", "rule": "afterwards"}],
	"votes": [],
	"obligations": array.concat(told, [object.union({"type": "after_review", "within": within}, reviewers)]),
}

default told := []

told := [
	{"type": "notify", "channel": "C0SEC", "message": "Glass was broken"},
	{"type": "notify", "channel": "C0ONCALL"},
] if {
	not input.params.quiet
}

default within := "1h"

within := "1s" if input.params.due

default reviewers := {}

reviewers := {"reviewers": input.params.reviewers} if input.params.reviewers
