# Requests and votes that the tests begin with.
package approvals.examples_test

import rego.v2

# What Countersign adds to every request, and a request around it.
request(action, fields) := object.union(
	{
		"action": action,
		"user": {"id": "alice", "role": "engineer"},
		"resource": {"type": "thing", "id": "t-1", "environment": "prod"},
		"service": {"id": "deployer", "auth": "api_key"},
		"request": {
			"id": "req_1",
			"digest": "sha256:00",
			"submitted_at": "2026-11-24T10:00:00Z",
			"expires_at": "2026-11-24T11:00:00Z",
		},
		"phase": "vote",
		"now": "2026-11-24T10:30:00Z",
		"votes": [],
	},
	fields,
)

groups := {
	"alice": ["release-engineers"],
	"bob": ["db-owners", "release-managers", "data-owners"],
	"carol": ["db-owners", "finance", "data-owners", "privacy"],
	"dave": ["on-call", "finance", "release-managers"],
	"erin": [],
}

vote(person, ballot) := vote_with(person, ballot, {})

vote_with(person, ballot, fields) := object.union(
	{
		"by": {
			"id": concat("", ["slack:T1:U-", person]),
			"user": person,
			"groups": groups[person],
			"kind": "member",
		},
		"vote": ballot,
		"at": "2026-11-24T10:20:00Z",
		"surface": "slack",
		"card": "sha256:11",
	},
	fields,
)

no_freeze := {"freezes": [], "hours": []}

with_votes(asked, votes) := object.union(asked, {"votes": votes})
