# Whose vote counts, and why another does not: a verdict for each vote, in the order in which they were stored.
package approvals.tally

import rego.v2

import data.approvals.plan
import data.approvals.request
import data.approvals.standing

# What Countersign stores. A vote unlike this was never cast, and the whole question is refused: dropping a denial
# that cannot be read would approve.
is_readable if {
	every vote in input.votes { is_vote(vote) }
}

is_vote(vote) if {
	is_string(vote.by.id)
	request.is_text(vote.by.user)
	is_string(vote.by.kind)
	is_array(vote.by.groups)
	vote.vote in {"approve", "deny"}
	request.is_instant(vote.at)
}

default verdicts := []

verdicts := [verdict(i) | some i, _ in input.votes] if is_array(input.votes)

verdict(i) := {"by": object.get(input, ["votes", i, "by", "id"], ""), "counted": false, "code": "unreadable"} if {
	not is_readable
} else := {"by": input.votes[i].by.id, "counted": true} if {
	i in (denied | seated)
} else := {"by": input.votes[i].by.id, "counted": false, "code": refusals[i]} if {
	refusals[i]
} else := {"by": input.votes[i].by.id, "counted": false, "code": unplaced(i)}

denied contains i if {
	some i, vote in input.votes
	vote.vote == "deny"
	not refusals[i]
}

# Approvals that may take a seat, and the person behind each.
approvers[i] := vote.by.user if {
	some i, vote in input.votes
	vote.vote == "approve"
	not refusals[i]
}

refusals[i] := code if {
	some i, vote in input.votes
	code := refusal(i, vote)
}

# Saying no needs an eligible person in time, and no more: nobody is held to a form, or kept from stopping what is
# done in their own name or what they may not approve.
refusal(i, vote) := "not_a_member" if {
	vote.by.kind != "member"
} else := "unknown_person" if {
	vote.vote == "approve"
	vote.by.unknown == true
} else := "late" if {
	is_late(vote)
} else := "self_approval" if {
	vote.vote == "approve"
	is_among(request.involved, vote.by)
	plan.approval.self_approval == false
} else := "excluded" if {
	vote.vote == "approve"
	is_among(plan.excluded_people, vote.by)
} else := "not_eligible" if {
	count(eligible[i]) == 0
} else := code if {
	vote.vote == "approve"
	code := unfit(vote)
}

# Where no deadline can be read, every approval is late, and no denial.
is_late(vote) if request.instant_ns(vote.at) >= closes_ns

is_late(vote) if {
	vote.vote == "approve"
	not closes_ns
}

# An approval by the right person in the wrong form.
unfit(vote) := "surface_not_allowed" if {
	not vote.surface in plan.approval.surfaces
} else := "reason_required" if {
	plan.approval.reason_required == "always"
	not request.is_text(vote.reason)
} else := code if {
	vote.standing
	code := standing.refusal(vote)
}

is_among(people, by) if by.user in people

is_among(people, by) if by.id in people

# Voting ends when Countersign says; before it has said so, when policy or the requester would have it end.
closes_ns := request.instant_ns(input.request.expires_at)

closes_ns := request.instant_ns(input.request.submitted_at) + min(lifetimes_ns) if not input.request.expires_at

lifetimes_ns contains request.duration_ns(plan.approval.expires_in)

lifetimes_ns contains request.duration_ns(input.expires_in)
