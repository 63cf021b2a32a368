# The answer: denials override, then approvals still missing, then allow.
package approvals.main

import rego.v2

import data.approvals.plan
import data.approvals.request
import data.approvals.route
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

# The short way to the same answer, for a request that nobody has voted on and nobody objects to.
decision := {
	"contract": 1,
	"outcome": "allow",
	"reasons": reasons,
	"votes": [],
	"obligations": plan.terms.obligations,
	"grant": plan.terms.grant,
} if {
	input.votes == []
	is_string(input.now)
	is_string(input.user.id)
	input.user.id != ""
	name := route.policy
	not plan.is_objected
	permit := data.approvals.actions[name].permit
	is_set(permit)
	reasons := [{"code": code, "message": message, "rule": concat(".", ["actions", name, code])} |
		some code in permit
		message := data.approvals.actions[name].messages[code]
	]
	count(reasons) == count(permit)
	reasons != []
} else := considered

considered := {
	"contract": 1,
	"outcome": "allow",
	"reasons": why,
	"votes": tally.verdicts,
	"obligations": plan.terms.obligations,
	"grant": plan.terms.grant,
} if outcome == "allow"

considered := {
	"contract": 1,
	"outcome": "require_approval",
	"reasons": why,
	"approval": object.union(plan.approval, {"stages": stages}),
	"votes": tally.verdicts,
	"obligations": plan.terms.obligations,
} if outcome == "require_approval"

considered := {
	"contract": 1,
	"outcome": outcome,
	"reasons": why,
	"votes": tally.verdicts,
	"obligations": plan.terms.obligations,
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
