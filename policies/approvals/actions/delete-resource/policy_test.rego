package approvals.actions["delete-resource_test"]

import rego.v2

import data.approvals.actions["delete-resource"] as policy
import data.approvals.examples_test as examples
import data.approvals.main

admin := {"user": {"id": "alice", "role": "admin"}, "resource": {"type": "bucket", "id": "b-42", "state": "active"}}

permitted := {
	"code": "admin_deletes_active",
	"message": "An admin may delete a resource that is active",
	"rule": "actions.delete-resource.admin_deletes_active",
}

not_permitted := {
	"code": "not_permitted",
	"message": "Only an admin may delete a resource, and only while it is active",
	"rule": "actions.delete-resource.not_permitted",
}

deletes := {
	"an admin deletes an active resource": [{}, "allow", {permitted}],
	"also in production, also by force": [
		{"resource": {"environment": "prod"}, "params": {"force": true}},
		"allow", {permitted},
	],
	"a developer does not": [{"user": {"role": "developer"}}, "deny", {not_permitted}],
	"a sealed resource stays": [{"resource": {"state": "sealed"}}, "deny", {not_permitted}],
}

test_delete[note] if {
	some note, [change, outcome, reasons] in deletes
	asked := examples.request("delete-resource", object.union(admin, change))
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
	answer.outcome == outcome
	{reason | some reason in answer.reasons} == reasons
}

test_handles_one_action if policy.handles == {"delete-resource"}

test_the_table_is_not_empty if count(deletes) == 4
