# METADATA
# title: Editing files
# description: >-
#   Files of the workspace may be edited; what lies outside, and what agents, shells or CI obey, is looked at. The lists are in approvals/tools/data.yaml.
# custom:
#   owner: security
package approvals.actions["edit-file"]

import rego.v2

import data.approvals.tools

handles contains "edit-file"

# METADATA
# title: Agents may ask
permit contains "agents_may_ask"

# METADATA
# title: Reviewers look at edits outside the workspace, and of what is obeyed
need contains "reviewers" if not is_harmless

is_harmless if tools.edits_workspace(input.resource)

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

severity := "high"

# An agent that was told to make its call again may be late.
grant := {"ttl": "15m", "max_uses": 1} if not is_harmless

messages := {
	"agents_may_ask": "Agents edit the files of their workspace",
	"reviewers": "Somebody must look at an edit outside the workspace, or of a file that is obeyed",
	"waived_self_approval": "The person whom the agent works for may approve",
}

hints := {"reviewers": "Files of the workspace are edited without asking; see files in approvals/tools/data.yaml"}
