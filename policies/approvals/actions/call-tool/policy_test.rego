package approvals.actions["call-tool_test"]

import rego.v2

import data.approvals.actions["call-tool"] as policy
import data.approvals.examples_test as examples
import data.approvals.main

harmless := {"resource": {"type": "tool", "id": "Read", "paths": []}}

asking := {"resource": {"type": "mcp_tool", "id": "github/create_issue", "paths": []}}

actor := {"type": "ai_agent", "id": "alice/claude", "owner": "alice"}

answer_to(change) := answer if {
	asked := examples.request("call-tool", object.union({"actor": actor}, change))
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
}

approved_by(person, change) := answer_to(object.union(change, {"votes": [object.union(
	examples.vote(person, "approve"),
	{"by": {"groups": ["agent-reviewers"]}},
)]}))

test_what_is_harmless_passes if answer_to(harmless).outcome == "allow"

test_all_else_asks_the_reviewers if {
	answer := answer_to(asking)
	answer.outcome == "require_approval"
	{stage.id | some stage in answer.approval.stages} == {"reviewers"}
}

test_a_reviewer_approves if {
	answer := approved_by("bob", asking)
	answer.outcome == "allow"
	answer.grant == {"ttl": "15m", "max_uses": 1}
}

test_who_the_agent_works_for_does_not_unless_the_data_says_so if {
	approved_by("alice", asking).outcome == "require_approval"
	approved_by("alice", asking).outcome == "allow" with data.approvals.tools.owner_approves as true
}

test_handles_one_action if policy.handles == {"call-tool"}
