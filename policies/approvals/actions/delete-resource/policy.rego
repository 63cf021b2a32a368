# Deleting a resource: the rule at approvals/allow decides it alone.
package approvals.actions["delete-resource"]

import rego.v2

handles contains "delete-resource"

permit contains "admin_deletes_active" if data.approvals.allow

messages := {
	"admin_deletes_active": "An admin may delete a resource that is active",
	"not_permitted": "Only an admin may delete a resource, and only while it is active",
}
