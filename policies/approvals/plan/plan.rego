# What the policies ask of this request, in codes: who permits it, who denies it, whose approval it needs.
package approvals.plan

import rego.v2

import data.approvals.request
import data.approvals.route

# Every entry is [room, name, code], so that a reason can name its rule and find its words.
permits contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].permit

# METADATA
# title: Every request has a user
denials contains ["platform", "request", "no_user"] if not request.is_text(input.user.id)

# METADATA
# title: An actor has a name
denials contains ["platform", "request", "no_actor"] if not request.has_named_actor

# METADATA
# title: What no policy handles is denied
denials contains ["platform", "route", "no_policy"] if {
	not route.policy
	count(route.claimants) == 0
}

denials contains denial if some denial in (denied - waived)

denials contains denial if some denial in nameless_exclusions

needs := needed - waived

exclusions := excluding - waived

# Waivers that made a difference: everybody who is asked, or reads why it was allowed, is told.
waivers := ((denied | needed) | excluding) & waived

# What the action's package and every guardrail say. Each kind of rule is written out: a kind that were a variable
# could be any rule of a package, and the compiler would see a circle.
denied contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].deny

denied contains ["guardrails", name, code] if {
	some name, code
	data.approvals.guardrails[name].deny[code]
}

needed contains ["actions", route.policy, id] if some id in data.approvals.actions[route.policy].need

needed contains ["guardrails", name, id] if {
	some name, id
	data.approvals.guardrails[name].need[id]
}

# Where nobody is asked, nobody is excluded.
excluding contains ["actions", route.policy, code] if {
	count(needs) > 0
	some code in data.approvals.actions[route.policy].exclude
}

excluding contains ["guardrails", name, code] if {
	count(needs) > 0
	some name, code
	data.approvals.guardrails[name].exclude[code]
}

# What policy lets pass for once, by its own word. Who makes a rule may waive it, and nobody else: a guardrail its own,
# the action's package its own and self-approval.
waived contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].waive

waived contains ["guardrails", name, code] if {
	some name, code
	data.approvals.guardrails[name].waive[code]
}

# Told without collecting who and why: most requests meet no objection, and this is all they cost. Anything but an
# empty set objects, so `deny if …` (a boolean, which no loop over codes hears) does too.
is_guarded if data.approvals.guardrails[_].deny != set()

is_guarded if data.approvals.guardrails[_].need != set()

is_guarded if data.approvals.guardrails[_].obligations != set()

obligations contains obligation if some obligation in data.approvals.actions[route.policy].obligations

obligations contains obligation if some obligation in data.approvals.guardrails[_].obligations

usual_grant := {"ttl": "5m", "max_uses": 1}

grant := data.approvals.actions[route.policy].grant if {
	data.approvals.actions[route.policy].grant
} else := usual_grant
