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
approval := object.union(usual, own_approval) if {
	is_object(own_approval)
} else := usual

is_approval(approval) if {
	is_text(approval.severity)
	is_text(object.get(approval, "channel", "left out"))
	is_array(approval.surfaces)
	count(approval.surfaces) > 0
	every surface in approval.surfaces { surface in {"slack", "cli", "api"} }
	request.is_duration(approval.expires_in)
	approval.reason_required in {"never", "on_deny", "always"}
	is_boolean(approval.self_approval)
	every key, _ in own_approval { key in approval_keys }
}

approval_keys := {
	"channel", "severity", "surfaces", "expires_in", "remind_after",
	"escalate", "reason_required", "self_approval", "standing",
}

is_text(value) if {
	is_string(value)
	value != ""
}
