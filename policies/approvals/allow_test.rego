package approvals.allow_test

import rego.v2

import data.approvals

deletes := {
	"an admin deletes an active resource": [{}, true],
	"a developer does not": [{"user": {"id": "erin", "role": "developer"}}, false],
	"a sealed resource stays": [{"resource": {"id": "b-1", "state": "sealed"}}, false],
	"another action is not a deletion": [{"action": "rename-resource"}, false],
	"a user without a role": [{"user": {"id": "erin", "role": null}}, false],
}

request := {
	"action": "delete-resource",
	"user": {"id": "alice", "role": "admin"},
	"resource": {"id": "b-1", "state": "active"},
}

test_the_rule[note] if {
	some note, [change, expected] in deletes
	approvals.allow == expected with input as object.union(request, change)
}

test_nothing_is_not_allowed if not approvals.allow with input as {}

test_the_table_is_not_empty if count(deletes) == 5
