# What is wrong with the policies themselves. A broken policy is an error, never an answer.
package approvals.plan

import rego.v2

import data.approvals.route

max_stages := 3 # Rego has no recursion: the tally writes each of them out.

defects contains ["platform", "route", "ambiguous_policy"] if {
	not route.policy
	count(route.claimants) > 1
}

# Somebody wrote `deny if …`: a boolean, which no loop over codes would hear.
defects contains ["actions", route.policy, "permit_is_no_set"] if {
	not is_set(data.approvals.actions[route.policy].permit)
	data.approvals.actions[route.policy].permit
}

defects contains ["actions", route.policy, "deny_is_no_set"] if {
	answer := data.approvals.actions[route.policy].deny
	not is_set(answer)
}

defects contains ["actions", route.policy, "need_is_no_set"] if {
	answer := data.approvals.actions[route.policy].need
	not is_set(answer)
}

defects contains ["guardrails", name, "deny_is_no_set"] if {
	some name
	answer := data.approvals.guardrails[name].deny
	not is_set(answer)
}

defects contains ["guardrails", name, "need_is_no_set"] if {
	some name
	answer := data.approvals.guardrails[name].need
	not is_set(answer)
}

defects contains ["actions", route.policy, "bad_approval"] if {
	count(needs) > 0
	not is_approval(approval)
}

defects contains [need[0], need[1], "bad_stage"] if {
	some need in needs
	not need in sound
}

defects contains ["platform", "plan", "same_stage_twice"] if count({need[2] | some need in needs}) < count(needs)

defects contains ["platform", "plan", "too_many_stages"] if count(needs) > max_stages
