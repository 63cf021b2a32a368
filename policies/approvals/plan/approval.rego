# How people are asked: what is usual, and what the action's package states differently.
package approvals.plan

import rego.v2

import data.approvals.request
import data.approvals.route

usual := {
	"severity": "medium",
	"surfaces": ["slack", "cli", "api"],
	"expires_in": "1h",
	"reason_required": "on_deny",
	"self_approval": false,
}

default own_approval := {}

own_approval := data.approvals.actions[route.policy].approval

# Falls back to what is usual where the package's own is no object; that is a defect too, so nobody is asked by it.
stated := object.union(usual, own_approval) if {
	is_object(own_approval)
} else := usual

approval := object.union(stated, let_pass)

# What a package waives for the case is stated with it. Countersign keeps both itself, so that no package forgets them.
let_pass[code] := true if {
	some code in {"self_approval", "unknown_requester"}
	["actions", route.policy, code] in waived
}

is_approval(approval) if {
	request.is_text(approval.severity)
	request.is_text(object.get(approval, "channel", "left out"))
	are_surfaces(approval.surfaces)
	request.is_duration(approval.expires_in)
	approval.reason_required in {"never", "on_deny", "always"}
	is_boolean(approval.self_approval)
	is_boolean(object.get(approval, "unknown_requester", false))
	is_boolean(object.get(approval, "one_click_fills_all", false))
	are_pointers(object.get(approval, "may_hide", []))
	are_reminders(object.get(approval, "remind_after", []))
	is_escalation(object.get(approval, "escalate", {"after": "1m", "channel": "left out"}))
	is_standing(object.get(approval, "standing", {"max_duration": "1m", "max_uses": 1}))
	object.get(approval, "notify", "members") in {"members", "channel", "none"}
	is_boolean(object.get(approval, "confirm", true))
	every key, _ in own_approval { key in approval_keys }
}

approval_keys := {
	"channel", "severity", "surfaces", "expires_in", "remind_after", "escalate", "reason_required", "self_approval",
	"one_click_fills_all", "standing", "unknown_requester", "may_hide", "notify", "confirm",
}

are_surfaces(surfaces) if {
	is_array(surfaces)
	count(surfaces) > 0
	every surface in surfaces { surface in {"slack", "cli", "api"} }
}

are_pointers(pointers) if {
	is_array(pointers)
	every pointer in pointers { startswith(pointer, "/") }
}

# More than two reminders would be nagging.
are_reminders(reminders) if {
	is_array(reminders)
	count(reminders) <= 2
	every reminder in reminders { request.is_duration(reminder) }
}

# After that time the request is shown in another channel, more people may approve it, or both.
is_escalation(escalation) if {
	request.is_duration(escalation.after)
	keys := object.keys(escalation)
	keys & {"channel", "approvers"} != set()
	keys - {"after", "channel", "approvers"} == set()
	request.is_text(object.get(escalation, "channel", "left out"))
	are_approvers(object.get(escalation, "approvers", [{"type": "user", "id": "left out"}]))
}

is_standing(standing) if {
	request.is_duration(standing.max_duration)
	is_count(standing.max_uses)
	is_boolean(object.get(standing, "any_params", false))
	object.keys(standing) - {"max_duration", "max_uses", "any_params"} == set()
}

is_count(number) if {
	is_number(number)
	number >= 1
	number == floor(number)
}
