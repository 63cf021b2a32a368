# METADATA
# title: Deleting a resource
# description: >-
#   The rule at approvals/allow decides it alone.
# custom:
#   owner: storage
package approvals.actions["delete-resource"]

import rego.v2

handles contains "delete-resource"

# METADATA
# title: An administrator deletes what is active
permit contains "admin_deletes_active" if data.approvals.allow

messages := {
	"admin_deletes_active": "An admin may delete a resource that is active",
	"not_permitted": "Only an admin may delete a resource, and only while it is active",
}
