# A policy for what comes afterwards: it lets everything pass, at once or with anybody's approval, tells two channels, and
# wants it reviewed. Who is asked, who may review, and whether anybody is told at all, a test says in the request.
package approvals.main

import rego.v2

decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": [{"code": "break_glass", "message": "On call may break glass", "rule": "afterwards"}],
	"votes": verdicts,
	"obligations": array.concat(told, [object.union({"type": "after_review", "within": within}, reviewers)]),
} if {
	not waits
}

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "owners", "message": "An owner must approve", "rule": "afterwards"}],
	"approval": {"stages": [{
		"id": "owners",
		"quorum": 1,
		"have": 0,
		"approvers": [{"type": "group", "id": "db-owners"}],
	}]},
	"votes": verdicts,
} if {
	waits
}

waits if {
	input.params.asked
	count(input.votes) == 0
}

verdicts := [{"by": vote.by.id, "counted": true} | some vote in input.votes]

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
