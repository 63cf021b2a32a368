# The stages behind the needs, in the order in which they open. Those of one order are open at the same time.
package approvals.plan

import rego.v2

import data.approvals.request

# Content may be undefined; the need stands by its code alone, and a need without a sound stage is a defect.
content("actions", name, id) := data.approvals.actions[name].stages[id]

content("guardrails", name, id) := data.approvals.guardrails[name].stages[id]

sound contains need if {
	some need in needs
	is_stage(content(need[0], need[1], need[2]))
}

stages := [stage | some [_, _, stage] in sort(ordered)]

ordered contains [order, need[2], named] if {
	some need in sound
	stage := content(need[0], need[1], need[2])
	order := object.get(stage, "order", 10)
	named := {
		"id": need[2], "title": stage.title, "quorum": stage.quorum, "approvers": stage.approvers,
		"order": order, "need": need,
	}
}

is_stage(stage) if {
	is_object(stage)
	object.keys(stage) - {"title", "order", "quorum", "approvers"} == set()
	request.is_text(stage.title)
	is_number(object.get(stage, "order", 10))
	stage.quorum in {1, 2, 3, 4, 5, 6, 7, 8, 9}
	are_approvers(stage.approvers)
	can_be_filled(stage)
}

are_approvers(approvers) if {
	is_array(approvers)
	count(approvers) > 0
	every approver in approvers { is_approver(approver) }
}

is_approver(approver) if {
	approver.type in {"user", "group", "slack_usergroup", "slack_channel"}
	request.is_text(approver.id)
	object.keys(approver) == {"type", "id"}
}

# A stage that names fewer people than it wants would wait for ever.
can_be_filled(stage) if {
	some approver in stage.approvers
	approver.type != "user"
}

can_be_filled(stage) if count({approver.id | some approver in stage.approvers}) >= stage.quorum
