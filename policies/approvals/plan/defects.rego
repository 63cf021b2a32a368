# What is wrong with the policies themselves. A broken policy is an error, never an answer.
package approvals.plan

import rego.v2

import data.approvals.route

max_stages := 3 # Rego has no recursion: the tally writes each of them out.

# METADATA
# title: One package handles an action
defects contains ["platform", "route", "ambiguous_policy"] if {
	not route.policy
	count(route.claimants) > 1
}

# METADATA
# title: A package says sets of codes
# description: Somebody wrote `deny if …`, a boolean, which no loop over codes would hear.
# custom:
#   rule: actions.*.*_is_no_set
defects contains ["actions", route.policy, concat("", [kind, "_is_no_set"])] if {
	some kind, answer in said_by_action
	not is_set(answer)
}

# METADATA
# title: A guardrail says sets of codes
# custom:
#   rule: guardrails.*.*_is_no_set
defects contains ["guardrails", name, concat("", [kind, "_is_no_set"])] if {
	some name, kinds in said_by_guardrail
	some kind, answer in kinds
	not is_set(answer)
}

# METADATA
# title: How people are asked can be done
# custom:
#   rule: actions.*.bad_approval
defects contains ["actions", route.policy, "bad_approval"] if {
	count(needs) > 0
	not is_approval(approval)
}

# METADATA
# title: A grant has a time and a number of uses
# custom:
#   rule: actions.*.bad_grant
defects contains ["actions", route.policy, "bad_grant"] if not is_grant(grant)

# METADATA
# title: Obligations are as they must be
defects contains ["platform", "plan", "bad_obligation"] if {
	some obligation in obligations
	not is_obligation(obligation)
}

# METADATA
# title: A stage that is needed is defined
# custom:
#   rule: "*.*.bad_stage"
defects contains [need[0], need[1], "bad_stage"] if {
	some need in needs
	not need in sound
}

# METADATA
# title: A stage is defined once
defects contains ["platform", "plan", "same_stage_twice"] if count({need[2] | some need in needs}) < count(needs)

# METADATA
# title: At most three stages are needed
defects contains ["platform", "plan", "too_many_stages"] if count(needs) > max_stages

# Kinds of rules are written out, as in `plan`: a kind that were a variable could be any rule of a package. Those that
# loosen or keep out nobody where nobody objects, is asked or wants glass broken are looked at where they matter.
said_by_action.permit := data.approvals.actions[route.policy].permit

said_by_action.deny := data.approvals.actions[route.policy].deny

said_by_action.need := data.approvals.actions[route.policy].need

said_by_action.exclude := data.approvals.actions[route.policy].exclude if count(needs) > 0

said_by_action.waive := data.approvals.actions[route.policy].waive if is_objected

said_by_action.emergency := data.approvals.actions[route.policy].emergency if input.emergency

said_by_action.obligations := data.approvals.actions[route.policy].obligations

said_by_guardrail[name].deny := data.approvals.guardrails[name].deny

said_by_guardrail[name].need := data.approvals.guardrails[name].need

said_by_guardrail[name].exclude := data.approvals.guardrails[name].exclude if count(needs) > 0

said_by_guardrail[name].waive := data.approvals.guardrails[name].waive if is_objected

said_by_guardrail[name].no_emergency := data.approvals.guardrails[name].no_emergency if input.emergency

said_by_guardrail[name].obligations := data.approvals.guardrails[name].obligations

is_objected if count(denied | needed) > 0
