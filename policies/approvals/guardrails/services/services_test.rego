package approvals.guardrails.services_test

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.guardrails.services
import data.approvals.main

registry := {
	"free": {},
	"deployer": {"actions": ["deploy"], "groups": ["release-engineers"], "users": ["alice"], "glass": true},
	"by-group": {"groups": ["release-engineers"]},
	"nobody": {"users": []},
	"nothing": {"actions": []},
	"text-action": {"actions": "deploy"},
	"null-action": {"actions": null},
	"text-users": {"users": "alice"},
	"text-glass": {"glass": "true"},
	"no-role": "all",
}

ask(id, fields) := object.union(
	{"action": "deploy", "user": {"id": "alice"}, "service": {"id": id, "auth": "api_key"}},
	fields,
)

engineer := {"user": {"id": "erin"}, "directory": {"user": {"groups": ["release-engineers"], "roles": []}}}

glass := {"emergency": true, "reason": "payments are down"}

cases := {
	"whatever is free": [ask("free", {}), set()],
	"whoever is not listed": [ask("other", {}), set()],
	"glass for whoever is not listed": [ask("other", glass), {"no_glass"}],
	"glass for whoever was not given it": [ask("free", glass), {"no_glass"}],
	"glass for whoever was": [ask("deployer", glass), set()],
	"glass given in words": [ask("text-glass", glass), {"no_glass"}],
	"glass asked in words": [ask("free", {"emergency": "yes"}), {"no_glass"}],
	"no glass asked": [ask("free", {"emergency": false}), set()],
	"its own action": [ask("deployer", {}), set()],
	"another action": [ask("deployer", {"action": "refund"}), {"not_its_action"}],
	"no action": [ask("nothing", {}), {"not_its_action"}],
	"actions as text": [ask("text-action", {}), {"not_its_action"}],
	"actions as null": [ask("null-action", {}), {"not_its_action"}],
	"for a member of its group": [ask("deployer", engineer), set()],
	"for a member of its group alone": [ask("by-group", engineer), set()],
	"for somebody else": [ask("deployer", {"user": {"id": "mallory"}}), {"not_its_people"}],
	"for who only claims to be in the group": [
		ask("by-group", {"user": {"id": "erin", "groups": ["release-engineers"]}}),
		{"not_its_people"},
	],
	"for nobody": [ask("nobody", {}), {"not_its_people"}],
	"people as text": [ask("text-users", {}), {"not_its_people"}],
	"a role that is none": [ask("no-role", {}), {"not_its_action", "not_its_people"}],
	"no service": [object.remove(ask("free", {}), ["service"]), {"not_its_action", "not_its_people"}],
}

test_service[note] if {
	some note, [asked, expected] in cases
	services.deny == expected with input as asked
		with data.approvals.services.registry as registry
		with data.approvals.services.unlisted as {}
}

# Of a lost registry nobody is merely unlisted.
test_a_lost_registry_closes[note] if {
	some note, lost in {"null": null, "text": "deployer", "false": false, "list": []}
	services.deny == {"not_its_action", "not_its_people"} with input as ask("other", {})
		with data.approvals.services.registry as lost
}

test_a_lost_default_closes[note] if {
	some note, lost in {"null": null, "text": "all", "false": false, "list": []}
	services.deny == {"not_its_action", "not_its_people"} with input as ask("other", {})
		with data.approvals.services.registry as registry
		with data.approvals.services.unlisted as lost
}

test_a_role_of_false_closes if {
	services.deny == {"not_its_action", "not_its_people"} with input as ask("shut", {})
		with data.approvals.services.registry as {"shut": false}
}

# Said as false or null is not left out.
test_a_role_with_a_false_member_closes if {
	services.deny == {"not_its_action", "not_its_people"} with input as ask("shut", {})
		with data.approvals.services.registry as {"shut": {"actions": false, "users": false, "groups": null}}
}

lasting := {
	"usual": {"glass": true},
	"once": {"glass": true, "per_day": 1},
	"never": {"glass": true, "per_day": 0},
	"text": {"glass": true, "per_day": "5"},
	"null": {"glass": true, "per_day": null},
	"no-role": "all",
}

# Whether glass is left for a service of that role which broke so much lately.
days := {
	"the first": ["usual", 0, true],
	"the last": ["usual", 1, true],
	"one too many": ["usual", 2, false],
	"many too many": ["usual", 20, false],
	"its own first": ["once", 0, true],
	"its own second": ["once", 1, false],
	"none at all": ["never", 0, false],
	"a limit in words": ["text", 0, false],
	"no limit": ["null", 0, false],
	"a role that is none": ["no-role", 0, false],
	"a count in words": ["usual", "0", false],
	"a count of nothing": ["usual", null, false],
}

test_glass_lasts[note] if {
	some note, [id, others, expected] in days
	asked := ask(id, object.union(glass, {"service": {"id": id, "auth": "api_key", "emergencies_24h": others}}))
	has_glass(asked) == expected
}

default has_glass(_) := false

has_glass(asked) if {
	services.no_emergency == set() with input as asked
		with data.approvals.services.registry as lasting
		with data.approvals.services.per_day as 2
}

test_uncounted_glass_does_not_break if {
	services.no_emergency == {"glass_used_up"} with input as ask("usual", glass)
		with data.approvals.services.registry as lasting
}

test_lost_limits_break_no_glass if {
	services.no_emergency == {"glass_used_up"} with input as breaking(0)
		with data.approvals.services.per_day as null
}

breaking(others) := examples.request("deploy", {
	"emergency": true,
	"reason": "payments are down",
	"directory": {"user": {"groups": ["on-call"], "roles": []}},
	"service": {"id": "deployer", "auth": "api_key", "emergencies_24h": others},
})

# As it is shipped: three in a day, then people are asked and read why.
shipped := {
	"the first": [0, "allow", set()],
	"the third": [2, "allow", set()],
	"the fourth": [3, "require_approval", {"guardrails.services.glass_used_up"}],
}

test_shipped[note] if {
	some note, [others, outcome, rules] in shipped
	answer := main.decision with input as breaking(others) with data.approvals.calendar as examples.no_freeze
	answer.outcome == outcome
	rules == {reason.rule | some reason in answer.reasons; reason.code == "glass_used_up"}
}

test_unlisted_services_have_the_role_that_data_gives_them if {
	services.deny == {"not_its_action"} with input as ask("other", {})
		with data.approvals.services.registry as registry
		with data.approvals.services.unlisted as {"actions": ["refund"]}
}

test_lost_data_closes if {
	services.deny == {"not_its_action", "not_its_people", "no_glass"} with input as ask("free", glass)
		with data.approvals.services.registry as null
}

test_nobody_waives_it_and_the_request_is_denied if {
	asked := object.union(examples.request("deploy", glass), {"service": {"id": "other", "auth": "api_key"}})
	answer := main.decision with input as asked with data.approvals.calendar as examples.no_freeze
	answer.outcome == "deny"
	{reason.rule | some reason in answer.reasons} == {"guardrails.services.no_glass"}
}

test_every_code_has_words if {
	every code in {"not_its_action", "not_its_people", "no_glass", "glass_used_up"} { is_string(services.messages[code]) }
}

test_the_tables_are_not_empty if {
	count(cases) == 21
	count(days) == 12
	count(shipped) == 3
}
