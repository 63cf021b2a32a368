# The answer: denials override, then approvals still missing, then allow.
package approvals.main

import rego.v2

import data.approvals.emergency
import data.approvals.plan
import data.approvals.request
import data.approvals.standing
import data.approvals.tally

# METADATA
# title: Decision
# description: The one document Countersign asks for. Defined for every input.
# entrypoint: true
# custom:
#   rule: platform.main.no_answer
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
# says nothing unusual. It builds none of the sets below, and takes a third of the time. What it does not look at has
# nothing to say here: waivers and exclusions where nobody objects and nobody is asked, glass that nobody wants broken.
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
	name in data.approvals.actions[name].handles
	is_string(input.user.id)
	input.user.id != ""
	not request.is_nameless_actor
	not input.emergency
	not plan.is_guarded
	not data.approvals.actions[name].deny != set()
	not data.approvals.actions[name].need != set()
	not data.approvals.actions[name].grant
	not data.approvals.actions[name].obligations != set()
	permit := data.approvals.actions[name].permit
	is_set(permit)
	reasons := [{"code": code, "message": words, "rule": concat(".", ["actions", name, code])} |
		some code in permit
		words := data.approvals.actions[name].messages[code]
		is_string(words)
	]
	count(reasons) == count(permit)
	reasons[0]
} else := considered

considered := object.union_n([
	{
		"contract": 1,
		"outcome": outcome,
		"reasons": why,
		"votes": tally.verdicts,
		"obligations": [obligation | some obligation in obligations],
	},
	{"approval": approval | outcome == "require_approval"},
	{"grant": grant | outcome == "allow"},
]) if outcome in {"allow", "deny", "require_approval", "error"}

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
	passes_by
} else := "require_approval"

# What stands in for the people who are needed, where it is not they themselves. The mildest comes first.
passes_by := "people" if {
	tally.is_complete
	count(kept) == 0
} else := "standing" if {
	tally.is_complete
} else := "emergency" if {
	emergency.is_in_force
}

# Who let it pass before it was asked: their votes were kept, and count.
kept contains input.votes[i].by.user if {
	some i in tally.seated
	standing.is_kept(input.votes[i])
}

# METADATA
# title: The question is complete
faults contains ["platform", "request", "incomplete_question"] if not request.is_complete

# METADATA
# title: Votes can be read
faults contains ["platform", "tally", "unreadable_vote"] if not tally.is_readable

obligations contains obligation if some obligation in plan.obligations

obligations contains obligation if {
	is_emergency
	some obligation in emergency.obligations
}

grant := emergency.grant if {
	is_emergency
} else := plan.grant

is_emergency if {
	outcome == "allow"
	passes_by == "emergency"
}
