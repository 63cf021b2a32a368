# The answer: denials override, then approvals still missing, then allow.
package approvals.main

import rego.v2

import data.approvals.plan
import data.approvals.request
import data.approvals.tally

# METADATA
# title: Decision
# description: The one document Countersign asks for. Defined for every input.
# entrypoint: true
default decision := {
	"contract": 1,
	"outcome": "error",
	"reasons": [{
		"code": "no_answer",
		"message": "The policy gave no answer; run its tests",
		"rule": "platform.main.no_answer",
	}],
	"votes": [],
	"obligations": [],
}

# The short way to the same answer, for a request that nobody has voted on and nobody objects to, in a package that
# says nothing unusual. It builds none of the sets below, and takes a third of the time.
decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": reasons,
	"votes": [],
	"obligations": [],
	"grant": {"ttl": "5m", "max_uses": 1},
} if {
	input.votes == []
	is_string(input.now)
	name := input.action
	data.approvals.actions[name].handles[name]
	is_string(input.user.id)
	input.user.id != ""
	not plan.is_guarded
	not data.approvals.actions[name].deny != set()
	not data.approvals.actions[name].need != set()
	not data.approvals.actions[name].grant
	not data.approvals.actions[name].obligations
	permit := data.approvals.actions[name].permit
	is_set(permit)
	reasons := [{"code": code, "message": words, "rule": concat(".", ["actions", name, code])} |
		some code in permit
		words := data.approvals.actions[name].messages[code]
	]
	count(reasons) == count(permit)
	reasons != []
} else := considered

considered := {
	"contract": 1,
	"outcome": "allow",
	"reasons": why,
	"votes": tally.verdicts,
	"obligations": plan.obligations,
	"grant": plan.grant,
} if outcome == "allow"

considered := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": why,
	"approval": object.union(plan.approval, {"stages": stages}),
	"votes": tally.verdicts,
	"obligations": plan.obligations,
} if outcome == "require_approval"

considered := {
	"contract": 1,
	"outcome": outcome,
	"reasons": why,
	"votes": tally.verdicts,
	"obligations": plan.obligations,
} if outcome in {"deny", "error"}

outcome := "error" if {
	count(faults) > 0
} else := "deny" if {
	count(plan.denials) > 0
} else := "error" if {
	count(plan.defects) > 0
} else := "deny" if {
	count(plan.permits) == 0
} else := "deny" if {
	count(tally.denied) > 0
} else := "allow" if {
	tally.is_complete
} else := "require_approval"

faults contains ["platform", "request", "incomplete_question"] if not request.is_complete

faults contains ["platform", "tally", "unreadable_vote"] if not tally.is_readable

stages := [stage |
	some position, planned in plan.stages
	stage := object.union(object.remove(planned, ["need"]), {"have": count(tally.seats[position])})
]
