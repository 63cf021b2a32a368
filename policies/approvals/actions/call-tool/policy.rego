# METADATA
# title: Calling a tool
# description: >-
#   Tools that are known to be harmless pass; reviewers look at every other call, those of MCP servers included. The lists are in approvals/tools/data.yaml.
# custom:
#   owner: security
package approvals.actions["call-tool"]

import rego.v2

import data.approvals.tools

handles contains "call-tool"

# METADATA
# title: Agents may ask
permit contains "agents_may_ask"

# METADATA
# title: Reviewers look at calls of tools that are not listed
need contains "reviewers" if not is_harmless

is_harmless if tools.is_harmless_tool(input.resource)

stages["reviewers"] := tools.stage

# METADATA
# title: The person whom the agent works for may approve
# description: >-
#   Where the data says so.
waive contains "self_approval" if tools.is_owner_enough

approval := {
	"severity": severity,
	"expires_in": "1h",
	# The same call again, for a working day.
	"standing": {"max_duration": "8h", "max_uses": 100},
}

severity := "medium"

# An agent that was told to make its call again may be late.
grant := {"ttl": "15m", "max_uses": 1} if not is_harmless

messages := {
	"agents_may_ask": "Agents call tools that are listed as harmless",
	"reviewers": "Somebody must look at this call of a tool",
	"waived_self_approval": "The person whom the agent works for may approve",
}

hints := {"reviewers": "Harmless tools are listed in approvals/tools/data.yaml"}
