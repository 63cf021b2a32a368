# Running a database migration: an owner of the database and a release manager approve, side by side, and neither is
# its author.
package approvals.actions["run-migration"]

import rego.v2

import data.approvals.request

handles contains "run-migration"

permit contains "anyone_may_ask"

need contains "owners" if is_protected

need contains "release" if is_protected

is_protected if not request.environment in {"dev", "test"}

# Without an author in the request this denies: who must not approve has to be known.
exclude contains "author"

excluded["author"] := input.context.author

# One order: both stages are open at once.
stages["owners"] := {"title": "Database owners", "quorum": 1, "approvers": [{"type": "group", "id": "db-owners"}]}

stages["release"] := {"title": "Release managers", "quorum": 1, "approvers": [{"type": "group", "id": "release-managers"}]}

approval := {"severity": "high", "expires_in": "8h"}

messages := {
	"anyone_may_ask": "Everybody may ask for a migration to be run",
	"owners": "An owner of the database must approve",
	"release": "A release manager must approve",
	"author": "Wrote the migration",
	"unknown_author": "The migration's author must be known, so that they do not approve it; send context.author",
}
