# What the policies ask of this request, in codes: who permits it, who denies it, whose approval it needs.
package approvals.plan

import rego.v2

import data.approvals.route

# Every entry is [room, name, code], so that a reason can name its rule and find its words.
permits contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].permit

denials contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].deny

denials contains ["guardrails", name, code] if {
	some name, code
	data.approvals.guardrails[name].deny[code]
}

denials contains ["platform", "request", "no_user"] if not is_text(input.user.id)

denials contains ["platform", "route", "no_policy"] if {
	not route.policy
	count(route.claimants) == 0
}

needs contains ["actions", route.policy, id] if some id in data.approvals.actions[route.policy].need

needs contains ["guardrails", name, id] if {
	some name, id
	data.approvals.guardrails[name].need[id]
}

# Told without collecting who and why: most requests meet no objection, and this is all they cost. Anything but an
# empty set objects, so `deny if …` (a boolean, which no loop over codes hears) does too.
is_guarded if data.approvals.guardrails[_].deny != set()

is_guarded if data.approvals.guardrails[_].need != set()

obligations := [obligation | some obligation in data.approvals.actions[route.policy].obligations]

usual_grant := {"ttl": "5m", "max_uses": 1}

grant := data.approvals.actions[route.policy].grant if {
	data.approvals.actions[route.policy].grant
} else := usual_grant
