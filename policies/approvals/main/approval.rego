# How people are asked: which stages are open to whom, who is kept out, and what is let pass for once.
package approvals.main

import rego.v2

import data.approvals.plan
import data.approvals.route
import data.approvals.tally

approval := object.union_n([
	plan.approval,
	{"stages": stages},
	{"excluded": excluded | excluded != []},
	{"waivers": waivers | waivers != []},
])

stages := [stage |
	some position, planned in plan.stages
	stage := object.union(object.remove(planned, ["need", "order"]), {
		"have": tally.have[position],
		"open": position in tally.open,
		"approvers": array.concat(planned.approvers, called_in(position, planned)),
	})
]

# Once the request has escalated, its open stages ask more people.
called_in(position, stage) := [approver |
	position in tally.open
	tally.is_escalated_at(input.now)
	some approver in plan.approval.escalate.approvers
	not approver in stage.approvers
]

excluded := [{"user": person, "code": entry[2], "message": message(entry, entry[2])} |
	some [entry, person] in plan.excluded
]

waivers := [waiver | some waiver in waived]

waived contains waiver(entry) if some entry in plan.waivers

waived contains waiver(["actions", route.policy, "self_approval"]) if plan.approval.self_approval == true

waived contains waiver(["actions", route.policy, "unknown_requester"]) if plan.approval.unknown_requester == true

waiver(entry) := {
	"code": entry[2],
	"message": message([entry[0], entry[1], concat("", ["waived_", entry[2]])], $"Waived: {message(entry, entry[2])}"),
	"rule": rule_of(entry),
}
