# METADATA
# title: Running a database migration
# description: >-
#   An owner of the database and a release manager approve, side by side, and neither is its author.
# custom:
#   owner: databases
package approvals.actions["run-migration"]

import rego.v2

import data.approvals.request

handles contains "run-migration"

# METADATA
# title: Anybody may ask for a migration
permit contains "anyone_may_ask"

# METADATA
# title: An owner of the database agrees
need contains "owners" if is_protected

# METADATA
# title: A release manager agrees
need contains "release" if is_protected

is_protected if not request.environment in {"dev", "test"}

# METADATA
# title: Its author does not approve it
# description: >-
#   Without an author in the request this denies: who must not approve has to be known.
exclude contains "author"

excluded["author"] := input.context.author

# One order: both stages are open at once.
stages["owners"] := {"title": "Database owners", "quorum": 1, "approvers": [{"type": "group", "id": "db-owners"}]}

stages["release"] := {"title": "Release managers", "quorum": 1, "approvers": [{"type": "group", "id": "release-managers"}]}

approval := {"severity": "high", "expires_in": "8h"}

messages := {
	"anyone_may_ask": "Anyone may ask for a migration",
	"owners": "A database owner must approve",
	"release": "A release manager must approve",
	"author": "Wrote the migration",
	"unknown_author": "The migration's author is not known, and must not approve it",
}

hints := {"unknown_author": "Send context.author: the author must not approve their own migration"}
