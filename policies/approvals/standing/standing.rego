# Standing approvals: what somebody has approved in advance, for a scope, a time and a number of uses.
package approvals.standing

import rego.v2

import data.approvals.plan
import data.approvals.request

# The one that ends first is used first.
used := {"id": id, "granted_by": person} if [_, id, person] := min(usable)

usable contains [ends_ns(claim), claim.id, claim.granted_by] if {
	some claim in input.standing
	request.is_text(claim.id)
	request.now_ns < ends_ns(claim)
	is_number(claim.uses_left)
	claim.uses_left >= 1
	request.is_text(claim.granted_by)
	not claim.granted_by in request.involved
	not claim.granted_by in plan.excluded_people
	covers(claim)
}

# As it was given, or as policy allows now, whichever is sooner.
ends_ns(claim) := min([
	request.instant_ns(claim.expires_at),
	request.instant_ns(claim.granted_at) + request.duration_ns(plan.approval.standing.max_duration),
])

# The same arguments, unless policy lets it cover others. Both must be there to be the same.
covers(_) if plan.approval.standing.any_params == true

covers(claim) if {
	is_object(claim.params)
	claim.params == input.params
}

# Why an approval that comes with the wish for a standing one does not count.
refusal(vote) := "standing_not_allowed" if {
	not plan.approval.standing
} else := "standing_too_long" if {
	not is_within_limits(vote.standing)
}

is_within_limits(wish) if {
	request.duration_ns(wish.duration) <= request.duration_ns(plan.approval.standing.max_duration)
	plan.is_count(wish.uses)
	wish.uses <= plan.approval.standing.max_uses
}
