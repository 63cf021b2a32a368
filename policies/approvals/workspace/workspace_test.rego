package approvals.workspace_test

import rego.v2

import data.approvals.workspace

slack := {"channels": {"security": "C1", "broken": 7}, "usergroups": {"owners": "S1"}}

test_a_name_is_its_id if {
	workspace.channel("security") == "C1" with data.approvals.workspace.channels as slack.channels
	workspace.usergroup("owners") == {"type": "slack_usergroup", "id": "S1"} with data.approvals.workspace.usergroups as slack.usergroups
}

# Never undefined: a rule that used it would be gone, and its people with it.
test_an_unknown_name_is_nowhere_and_nobody[name] if {
	some name in ["securty", "broken", ""]
	workspace.channel(name) == $"unknown channel {name}" with data.approvals.workspace.channels as slack.channels
	workspace.usergroup(name).id == $"unknown user group {name}" with data.approvals.workspace.usergroups as slack.usergroups
}

test_without_the_file_everything_is_unknown if {
	workspace.channel("security") == "unknown channel security" with data.approvals.workspace.channels as null
	workspace.usergroup("owners").id == "unknown user group owners" with data.approvals.workspace.usergroups as null
}

test_what_is_shipped_is_text if {
	every _, id in data.approvals.workspace.channels { is_string(id) }
	every _, id in data.approvals.workspace.usergroups { is_string(id) }
}
