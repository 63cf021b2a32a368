# What policies call channels and user groups of Slack, as the ids that Slack knows; data.yaml says which they are.
package approvals.workspace

import rego.v2

# Total, or a misspelt name would leave the whole rule undefined, and ask fewer people than it should. No channel and no
# group has such an id: nobody is told there and nobody counts, and `policy test` and `doctor` say so.
channel(name) := data.approvals.workspace.channels[name] if {
	is_string(data.approvals.workspace.channels[name])
} else := $"unknown channel {name}"

usergroup(name) := {"type": "slack_usergroup", "id": data.approvals.workspace.usergroups[name]} if {
	is_string(data.approvals.workspace.usergroups[name])
} else := {"type": "slack_usergroup", "id": $"unknown user group {name}"}
