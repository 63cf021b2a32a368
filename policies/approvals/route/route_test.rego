package approvals.route_test

import rego.v2

import data.approvals.route

packages := {
	"deploy": {"handles": {"deploy"}},
	"releases": {"handles": {"deploy", "iam/role.create", "rollback"}},
	"reverts": {"handles": {"rollback"}},
	"silent": {},
}

routes := {
	"deploy": {"deploy"}, # the folder of the action's own name, whatever others declare
	"iam/role.create": {"releases"},
	"rollback": set(), # claimed twice
	"silent": set(), # a folder that declares nothing
	"releases": set(), # a folder is not an action
	"unknown": set(),
}

test_route[action] if {
	some action, expected in routes
	found := {route.policy | true} with input as {"action": action} with data.approvals.actions as packages
	found == expected
}

test_no_action_no_route[note] if {
	some note, asked in {
		"nothing": {},
		"null": {"action": null},
		"a number": {"action": 1},
		"a list": {"action": ["deploy"]},
		"an object": {"action": {"deploy": true}},
	}
	not route.policy with input as asked with data.approvals.actions as packages
}

test_who_claims if {
	route.claimants == {"releases", "reverts"} with input as {"action": "rollback"}
		with data.approvals.actions as packages
}

# Over the packages that are shipped: every action has one owner.
test_no_two_packages_handle_the_same_action if {
	claims := [[action, name] | some name; some action in data.approvals.actions[name].handles]
	count(claims) > 0
	count(claims) == count({action | some [action, _] in claims})
}

test_the_table_is_not_empty if count(routes) == 6
