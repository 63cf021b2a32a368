# METADATA
# title: Running a command
# description: >-
#   What only reads passes; an agent's reviewers look at every other command. The lists are in approvals/tools/data.yaml.
# custom:
#   owner: security
package approvals.actions["run-command"]

import rego.v2

import data.approvals.tools

handles contains "run-command"

# METADATA
# title: Agents may ask
permit contains "agents_may_ask"

# METADATA
# title: Reviewers look at what does more than read
need contains "reviewers" if not is_harmless

is_harmless if tools.only_reads(input.params.command)

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

default severity := "high"

severity := "critical" if tools.is_destructive(input.params.command)

# An agent that was told to make its call again may be late.
grant := {"ttl": "15m", "max_uses": 1} if not is_harmless

messages := {
	"agents_may_ask": "Agents run commands that only read",
	"reviewers": "Somebody must look at a command that may change something",
	"waived_self_approval": "The person whom the agent works for may approve",
}

hints := {"reviewers": "Commands that only read run without asking; see commands in approvals/tools/data.yaml"}
