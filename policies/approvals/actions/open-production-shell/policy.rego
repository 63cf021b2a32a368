# METADATA
# title: Opening a shell in production
# description: >-
#   For who is on call, by the directory's word. It is approved where the approver has signed in, by the command line or
#   the API, never by a click in Slack; and somebody reads the session afterwards.
# custom:
#   owner: site-reliability
package approvals.actions["open-production-shell"]

import rego.v2

import data.approvals.request
import data.approvals.workspace

handles contains "open-production-shell"

# METADATA
# title: Who is on call may ask
permit contains "on_call" if "on-call" in request.groups

# METADATA
# title: Incident commanders may approve their own
# description: >-
#   Policy waives for them what nobody else may do.
waive contains "self_approval" if "incident-commander" in request.roles

# METADATA
# title: A release manager agrees
need contains "release"

stages["release"] := {
	"title": "Release managers",
	"quorum": 1,
	"approvers": [{"type": "group", "id": "release-managers"}],
}

approval := {"severity": "critical", "surfaces": ["cli", "api"], "expires_in": "30m", "reason_required": "always"}

grant := {"ttl": "2m", "max_uses": 1}

obligations contains {"type": "require_reason"}

obligations contains {"type": "notify", "channel": workspace.channel("security")}

obligations contains {"type": "after_review", "within": "24h"}

messages := {
	"on_call": "People on call may ask for a production shell",
	"not_permitted": "Only people on call may open a production shell (the directory lists them)",
	"release": "A release manager must approve, from the command line or the API",
	"waived_self_approval": "An incident commander may approve their own shell",
}
