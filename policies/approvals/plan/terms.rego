# What goes along with an allow: obligations and the grant, and whether they are as they must be.
package approvals.plan

import rego.v2

import data.approvals.request

is_grant(grant) if {
	is_object(grant)
	object.keys(grant) - {"ttl", "max_uses", "revokers"} == set()
	request.is_duration(object.get(grant, "ttl", "5m"))
	is_count(object.get(grant, "max_uses", 1))
	are_approvers(object.get(grant, "revokers", [{"type": "user", "id": "left out"}]))
}

# Obligations that Countersign performs are read strictly. Another type passes through: whoever enforces it knows its
# form, and one that nobody knows fails the request unless it says `"mandatory": false`.
is_obligation(obligation) if {
	request.is_text(obligation.type)
	is_boolean(object.get(obligation, "mandatory", true))
	is_well_formed(obligation.type, obligation)
}

is_well_formed("notify", obligation) if {
	request.is_text(obligation.channel)
	request.is_text(object.get(obligation, "message", "left out"))
}

is_well_formed("after_review", obligation) if {
	request.is_duration(obligation.within)
	are_approvers(object.get(obligation, "reviewers", [{"type": "user", "id": "left out"}]))
}

is_well_formed("require_reason", _)

is_well_formed(type, _) if not type in {"notify", "after_review", "require_reason"}
