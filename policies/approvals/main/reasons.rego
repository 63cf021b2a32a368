# Why: every reason has a code for programs, words for people and the rule that spoke; and where something can be done
# about it, a hint that is for the requester alone.
package approvals.main

import rego.v2

import data.approvals.emergency
import data.approvals.plan
import data.approvals.request
import data.approvals.route
import data.approvals.tally

why := [reason | some reason in reasons_of(outcome)] if {
	outcome == "allow"
} else := [object.union(reason, {"hint": words | words := hints[reason.rule]}) | some reason in reasons_of(outcome)]

reasons_of("error") := {reason(entry, entry[2]) | some entry in (faults | plan.defects)}

reasons_of("deny") := ({reason(entry, entry[2]) | some entry in plan.denials} | unpermitted) | refused_by_people

reasons_of("require_approval") := ({named(stage, "needs_approval", message(stage.need, words)) |
	some position, stage in plan.stages
	tally.have[position] < stage.quorum
	words := $"{stage.title} must approve"
} | emergency_declined) | {reason(entry, entry[2]) | some entry in emergency.withheld}

# METADATA
# title: An emergency that policy does not grant goes the usual way, and everybody is told
# custom:
#   rule: platform.emergency.emergency_*
emergency_declined contains reason(["platform", "emergency", declined], "Requested as an emergency; policy still wants approval") if {
	input.emergency == true
}

default declined := "emergency_without_reason"

declined := "emergency_not_granted" if request.has_reason

reasons_of("allow") := ({reason(entry, entry[2]) | some entry in plan.permits} | approved) | let_pass

approved contains named(stage, "approved", words) if {
	passes_by == "people"
	some stage in plan.stages
	words := $"{stage.title} approved"
}

# METADATA
# title: A standing approval lets it pass
approved contains reason(["platform", "standing", "standing_approval"], words) if {
	passes_by == "standing"
	words := $"{concat(" and ", sort(kept))} approved this in advance"
}

approved contains reason(entry, "Allowed as an emergency; it is reviewed afterwards") if {
	passes_by == "emergency"
	some entry in emergency.grounds
}

# A rule that was waived is told also where nobody was asked, and no approval tells it.
let_pass contains waiver(entry) if some entry in plan.waivers

# METADATA
# title: Policy lets people approve their own
# custom:
#   rule: actions.*.self_approval
let_pass contains waiver(["actions", route.policy, "self_approval"]) if {
	passes_by in {"people", "standing"}
	some i in tally.seated
	tally.is_among(request.involved, input.votes[i].by)
}

# METADATA
# title: What nothing permits is denied
# custom:
#   rule: actions.*.not_permitted
unpermitted contains reason(entry, "No rule of this action allows it") if {
	count(plan.permits) == 0
	entry := ["actions", route.policy, "not_permitted"]
}

refused_by_people contains named(stage, "denied_by_person", words) if {
	some i in tally.denied
	stage := plan.stages[min(tally.eligible[i])]
	words := $"Denied by {stage.title}"
}

reason(entry, fallback) := {"code": entry[2], "message": message(entry, fallback), "rule": rule_of(entry)}

named(stage, code, words) := {"code": code, "message": words, "rule": rule_of(stage.need)}

# A template, for concat fails on a code that is no text.
rule_of([room, name, code]) := $"{room}.{name}.{code}"

# Never undefined, or the reason would fall out of its set.
message(entry, fallback) := words if {
	words := package_words(entry)
	is_string(words)
} else := $"There is no policy for “{input.action}”" if {
	entry[2] == "no_policy"
} else := object.get(platform_words, entry[2], fallback)

package_words(entry) := data.approvals.actions[entry[1]].messages[entry[2]] if entry[0] == "actions"

package_words(entry) := data.approvals.guardrails[entry[1]].messages[entry[2]] if entry[0] == "guardrails"

# What the requester can do about it, by rule.
hints[rule_of(["actions", route.policy, code])] := words if {
	some code, words in data.approvals.actions[route.policy].hints
	is_string(words)
}

hints[rule_of(["guardrails", name, code])] := words if {
	some name, code
	words := data.approvals.guardrails[name].hints[code]
	is_string(words)
}

hints["platform.request.no_user"] := "Send user.id"

hints["platform.request.no_actor"] := "Send actor.id"

hints["platform.route.no_policy"] := $"Add policies/approvals/actions/{input.action}"

hints["platform.emergency.emergency_without_reason"] := "An emergency needs a reason; submit it again with one"

platform_words := {
	"incomplete_question": "The question lacks `now` or `votes`, which Countersign adds; update Countersign",
	"unreadable_vote": "A vote cannot be read; update Countersign so that it fits the contract",
	"no_user": "The request names no user",
	"no_actor": "The request has an actor without a name",
	"self_approval": "Requesters must not approve their own request",
	"unknown_requester": "Nobody approves what was asked by somebody whom nobody knows",
	"emergency_without_reason": "Requested as an emergency without a reason; policy still wants approval",
	"ambiguous_policy": "More than one policy handles this action; leave it in one package's `handles`",
	"too_many_stages": "More than three stages are needed; merge some of them",
	"same_stage_twice": "Two policies need a stage with the same id; rename one",
	"bad_stage": "A stage that is needed is not defined, or not as a stage must be; mend `stages`",
	"bad_approval": "The package's `approval` is not as it must be; mend it",
	"bad_grant": "The package's `grant` is not as it must be; mend it",
	"bad_obligation": "An obligation is not as it must be; mend `obligations`",
	"permit_is_no_set": "`permit` is no set of codes; write `permit contains \"code\" if …`",
	"deny_is_no_set": "`deny` is no set of codes; write `deny contains \"code\" if …`",
	"need_is_no_set": "`need` is no set of codes; write `need contains \"stage\" if …`",
	"exclude_is_no_set": "`exclude` is no set of codes; write `exclude contains \"code\" if …`",
	"waive_is_no_set": "`waive` is no set of codes; write `waive contains \"code\" if …`",
	"no_emergency_is_no_set": "`no_emergency` is no set of codes; write `no_emergency contains \"code\" if …`",
	"emergency_is_no_set": "`emergency` is no set of codes; write `emergency contains \"code\" if …`",
	"obligations_is_no_set": "`obligations` is no set; write `obligations contains {…} if …`",
}
