# METADATA
# title: Exporting data
# description: >-
#   Its owners approve every export; where personal data may be in it, privacy approves next. An export that recurs can be
#   approved for a week, the same data to the same place.
# custom:
#   owner: data-governance
package approvals.actions["export-data"]

import rego.v2

handles contains "export-data"

# METADATA
# title: Anybody may ask for an export
permit contains "anyone_may_ask"

# METADATA
# title: The owners of the data approve every export
need contains "data_owners"

# METADATA
# title: Privacy approves where personal data may be in it
# description: >-
#   Free of personal data is what the request says in so many words; silence is not enough.
need contains "privacy" if not input.resource.contains_pii == false

stages["data_owners"] := {
	"title": "Data owners",
	"order": 1,
	"quorum": 1,
	"approvers": [{"type": "group", "id": "data-owners"}],
}

stages["privacy"] := {
	"title": "Privacy",
	"order": 2,
	"quorum": 1,
	"approvers": [{"type": "group", "id": "privacy"}],
}

approval := {
	"severity": "high",
	"expires_in": "4h",
	"standing": {"max_duration": "7d", "max_uses": 7},
}

grant := {"ttl": "15m", "max_uses": 1}

messages := {
	"anyone_may_ask": "Anyone may ask for an export",
	"data_owners": "An owner of the data must approve the export",
	"privacy": "Privacy must approve an export that may hold personal data",
}

hints := {"privacy": "Where it holds no personal data, send resource.contains_pii = false"}
