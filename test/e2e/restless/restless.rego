# A policy in a hurry: it reminds after a second, asks the people on call after two, changes its mind after five,
# and lets emergencies pass.
package approvals.main

import rego.v2

owners := {"type": "group", "id": "db-owners"}

on_call := {"type": "group", "id": "on-call"}

approvers := [owners, on_call] if {
	input.request.escalated_at
} else := [owners]

decision := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": [{"code": "owners", "message": "An owner must approve", "rule": "restless.owners"}],
	"approval": object.union(offer, {
		"stages": [{"id": "owners", "title": "Owners", "quorum": 1, "have": 0, "approvers": approvers}],
		"expires_in": expires_in,
		"may_hide": ["/params/iban"],
		"remind_after": ["1s"],
		"escalate": {"after": "2s", "channel": "C0ONCALL", "approvers": [on_call]},
	}),
	"votes": verdicts,
} if {
	not is_approved
	not input.emergency
	not is_patient
}

decision := {"contract": 1, "outcome": "allow", "reasons": [], "votes": verdicts} if is_approved

# The last question finds a policy that allows now.
decision := {"contract": 1, "outcome": "allow", "reasons": [], "votes": verdicts} if is_patient

is_patient if {
	input.phase == "deadline"
	input.params.patience
}

decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": [{"code": "break_glass", "message": "On call may break glass", "rule": "restless.emergency"}],
	"votes": verdicts,
	"obligations": [
		{"type": "notify", "channel": "C0SEC", "message": "Glass was broken"},
		{"type": "after_review", "within": "1s"},
	],
} if input.emergency

default offer := {}

offer := {"standing": {"max_duration": "1h", "max_uses": 5}} if input.params.lasting

default expires_in := "4s"

expires_in := "1h" if input.params.long

verdicts := [{"by": vote.by.id, "counted": counts, "code": "not_eligible"} |
	some vote in input.votes
	counts := is_counted(vote)
]

is_counted(vote) if {
	some approver in approvers
	approver.id in vote.by.groups
} else := false

is_approved if {
	some vote in input.votes
	is_counted(vote)
}
