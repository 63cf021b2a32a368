# Standing approvals: votes that were given with an earlier request, and wishes that votes be kept for later ones.
package approvals.standing

import rego.v2

import data.approvals.plan
import data.approvals.request

# Kept from an earlier request, whose givers saw it: Countersign adds such votes where the approval on offer admits them.
is_kept(vote) if vote.standing.id

# Why an approval that is more than an answer to this request does not count: one that was kept, or that is to be kept.
refusal(vote) := "standing_not_allowed" if {
	not plan.approval.standing
} else := "standing_other_params" if {
	is_kept(vote)
	not covers(vote.standing)
} else := "standing_over" if {
	is_kept(vote)
	not is_in_force(vote.standing)
} else := "standing_too_long" if {
	not is_kept(vote)
	not is_within_limits(vote.standing)
}

# The same arguments, unless policy lets it cover others.
covers(kept) if kept.same_params == true

covers(_) if plan.approval.standing.any_params == true

# As long and as often as it was given, or as policy allows now, whichever is less.
is_in_force(kept) if {
	request.now_ns < ends_ns(kept)
	is_number(kept.used)
	kept.used < plan.approval.standing.max_uses
}

ends_ns(kept) := min([
	request.instant_ns(kept.expires_at),
	request.instant_ns(kept.granted_at) + request.duration_ns(plan.approval.standing.max_duration),
])

is_within_limits(wish) if {
	request.duration_ns(wish.duration) <= request.duration_ns(plan.approval.standing.max_duration)
	plan.is_count(wish.uses)
	wish.uses <= plan.approval.standing.max_uses
}
