# Deploying: freely to dev, test and staging; to production with a release manager's approval.
package approvals.actions.deploy

import rego.v2

import data.approvals.request

handles contains "deploy"

permit contains "anyone_may_deploy"

need contains "release" if request.environment == "prod"

stages["release"] := {
	"title": "Release managers",
	"quorum": 1,
	"approvers": [
		{"type": "group", "id": "release-managers"},
		{"type": "slack_usergroup", "id": "S0DBA"},
	],
}

approval := {"severity": "high", "expires_in": "1h"}

messages := {
	"anyone_may_deploy": "Everybody may deploy; production needs approval",
	"release": "A release manager must approve a deployment to production",
}
