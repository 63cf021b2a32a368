# Break-glass: whom the action's package trusts with it goes ahead without the people it needs, and answers for it
# afterwards. Only where nobody denies, and never in silence.
package approvals.emergency

import rego.v2

import data.approvals.request
import data.approvals.route
import data.approvals.workspace

# Otherwise the request goes the usual way.
is_in_force if {
	is_trusted
	count(withheld) == 0
}

is_trusted if {
	input.emergency == true
	request.has_reason
	count(grounds) > 0
	are_settings(data.approvals.emergency.settings)
}

# What guardrails say against it, though it would be in force but for them: people are asked then, and read why.
withheld contains ["guardrails", name, code] if {
	is_trusted
	some name, code
	data.approvals.guardrails[name].no_emergency[code]
}

# Why this package trusts the requester with it: its own codes.
grounds contains ["actions", route.policy, code] if some code in data.approvals.actions[route.policy].emergency

grant := {"ttl": "5m", "max_uses": 1}

obligations contains {"type": "notify", "channel": workspace.channel(data.approvals.emergency.settings.channel)}

obligations contains object.union(
	{"type": "after_review", "within": data.approvals.emergency.settings.within},
	{"reviewers": reviewers | reviewers := data.approvals.emergency.settings.reviewers},
)

# Without somebody to tell and a time to look back, no glass is broken.
are_settings(settings) if {
	request.is_text(data.approvals.workspace.channels[settings.channel])
	request.is_duration(settings.within)
}
