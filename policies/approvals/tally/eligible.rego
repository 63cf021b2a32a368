# Who may answer for which stage.
package approvals.tally

import rego.v2

import data.approvals.plan
import data.approvals.request

# The stages, by position, in which each vote's person is among the approvers.
eligible[i] := {position |
	some position, stage in plan.stages
	some approver in array.concat(stage.approvers, called(vote))
	is_named(approver, vote.by)
} if some i, vote in input.votes

default called(_) := []

# Whom an escalation calls in may approve whatever is open from then on. They may say no before.
called(vote) := plan.approval.escalate.approvers if is_escalated_at(vote.at)

called(vote) := plan.approval.escalate.approvers if vote.vote == "deny"

is_escalated_at(text) if request.instant_ns(text) >= request.instant_ns(input.request.escalated_at)

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

# Who is in a user group or a channel, Slack says: `slack_usergroup:S1`, `slack_channel:C1`.
is_named(approver, by) if {
	approver.type in {"slack_usergroup", "slack_channel"}
	concat(":", [approver.type, approver.id]) in by.groups
}
