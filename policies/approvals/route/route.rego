# Which package answers for the action: exactly one, and only by its own declaration.
package approvals.route

import rego.v2

# The folder with the action's own name comes first: no other package can capture the action, and none is evaluated,
# however many folders there are.
policy := input.action if {
	data.approvals.actions[input.action].handles[input.action]
} else := name if {
	count(claimants) == 1
	some name in claimants
}

# Packages that handle an action which is not named like their folder.
claimants contains name if {
	some name
	data.approvals.actions[name].handles[input.action]
}
