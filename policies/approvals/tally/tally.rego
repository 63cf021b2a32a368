# Whose vote counts, and why another does not: a verdict for each vote, in the order in which they were stored.
package approvals.tally

import rego.v2

import data.approvals.plan
import data.approvals.request

# What Countersign stores. A vote unlike this was never cast, and the whole question is refused: dropping a denial
# that cannot be read would approve.
is_readable if {
	every vote in input.votes { is_vote(vote) }
}

is_vote(vote) if {
	is_string(vote.by.id)
	plan.is_text(vote.by.user)
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
# done in their own name.
refusal(i, vote) := "not_a_member" if {
	vote.by.kind != "member"
} else := "late" if {
	not request.instant_ns(vote.at) < closes_ns
} else := "self_approval" if {
	vote.vote == "approve"
	is_involved(vote.by)
	plan.approval.self_approval == false
} else := "not_eligible" if {
	count(eligible[i]) == 0
} else := "surface_not_allowed" if {
	vote.vote == "approve"
	not vote.surface in plan.approval.surfaces
} else := "reason_required" if {
	vote.vote == "approve"
	plan.approval.reason_required == "always"
	not plan.is_text(vote.reason)
}

is_involved(by) if by.user in request.involved

is_involved(by) if by.id in request.involved

# Voting ends when Countersign says; before it has said so, when policy or the requester would have it end.
closes_ns := request.instant_ns(input.request.expires_at)

closes_ns := request.instant_ns(input.request.submitted_at) + min(lifetimes_ns) if not input.request.expires_at

lifetimes_ns contains request.duration_ns(plan.approval.expires_in)

lifetimes_ns contains request.duration_ns(input.expires_in)

# The stages, by position, in which each vote's person is among the approvers.
eligible[i] := {position |
	some position, stage in plan.stages
	some approver in stage.approvers
	is_named(approver, vote.by)
} if some i, vote in input.votes

is_named(approver, by) if {
	approver.type == "user"
	approver.id in {by.user, by.id}
}

# An account that nobody mapped belongs to no group of the directory, whatever it carries.
is_named(approver, by) if {
	approver.type == "group"
	approver.id in by.groups
	not startswith(by.user, "slack:")
}

is_named(approver, by) if {
	approver.type == "slack_usergroup"
	concat("", ["slack_usergroup:", approver.id]) in by.groups
}
