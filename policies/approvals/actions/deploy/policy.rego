# METADATA
# title: Deploying
# description: >-
#   Freely to dev, test and staging; to production with a release manager's approval. Who is on call may do it in an
#   emergency, and is reviewed afterwards. Working hours, where there are any, are in the calendar.
# custom:
#   owner: release-engineering
package approvals.actions.deploy

import rego.v2

import data.approvals.request
import data.approvals.workspace

handles contains "deploy"

# METADATA
# title: Anybody may ask to deploy
permit contains "anyone_may_deploy"

# METADATA
# title: Production needs a release manager
need contains "release" if request.environment == "prod"

# METADATA
# title: Who is on call breaks the glass
# description: >-
#   By the directory's word, not by the requester's.
emergency contains "on_call_breaks_glass" if "on-call" in request.groups

stages["release"] := {
	"title": "Release managers",
	"quorum": 1,
	"approvers": [
		{"type": "group", "id": "release-managers"},
		workspace.usergroup("database_owners"),
	],
}

approval := {
	"severity": "high",
	"expires_in": "1h",
	"remind_after": ["20m"],
	"escalate": {"after": "30m", "channel": workspace.channel("on_call"), "approvers": [{"type": "group", "id": "on-call"}]},
}

messages := {
	"anyone_may_deploy": "Anyone may deploy; production needs approval",
	"release": "A release manager must approve a deployment to production",
	"on_call_breaks_glass": "On-call engineers may deploy without approval in an emergency; it is reviewed afterwards",
}
