package approvals.request_test

import rego.v2

import data.approvals.request

environments := {
	"dev": "dev",
	"test": "test",
	"staging": "staging",
	"prod": "prod",
	"production": "prod",
	"Dev": "prod",
	"": "prod",
}

test_environment[written] if {
	some written, expected in environments
	request.environment == expected with input.resource.environment as written
}

test_a_missing_environment_is_production if {
	request.environment == "prod" with input as {}
	request.environment == "prod" with input.resource as {"environment": null}
	request.environment == "prod" with input.resource as {"environment": ["dev"]}
	request.environment == "prod" with input.resource as "dev"
}

test_involved_are_user_actor_and_owner if {
	request.involved == {"alice", "release-bot", "dave"} with input as {
		"user": {"id": "alice"},
		"actor": {"type": "ai_agent", "id": "release-bot", "owner": "dave"},
	}
	request.involved == {"build-bot", "dave"} with input as {"user": {"id": "build-bot", "owner": "dave"}}
	request.involved == set() with input as {}
}

test_a_question_needs_now_and_votes if {
	request.is_complete with input as {"now": "2026-11-24T01:51:00Z", "votes": []}
	not request.is_complete with input as {"now": "2026-11-24T01:51:00Z"}
	not request.is_complete with input as {"votes": []}
	not request.is_complete with input as {"now": 5, "votes": []}
	not request.is_complete with input as {"now": "2026-11-24T01:51:00Z", "votes": {}}
}

known := {"directory": {
	"user": {"groups": ["on-call"], "roles": ["incident-commander"]},
	"actor": {"groups": ["bots"], "roles": ["deployer"]},
}}

test_the_directory_says_who_somebody_is if {
	request.groups == {"on-call"} with input as known
	request.roles == {"incident-commander"} with input as known
	request.actor_groups == {"bots"} with input as known
	request.actor_roles == {"deployer"} with input as known
	request.is_in_directory with input as known
}

strangers := {
	"nobody asked": {},
	"unknown": {"directory": {}},
	"a user that is text": {"directory": {"user": "alice", "actor": null}},
	"groups that are text": {"directory": {"user": {"groups": "on-call", "roles": null}, "actor": {"groups": 1}}},
}

test_who_is_in_no_directory_is_in_no_group[note] if {
	some note, asked in strangers
	everybody := [request.groups, request.roles, request.actor_groups, request.actor_roles] with input as asked
	everybody == [set(), set(), set(), set()]
}

test_who_is_in_no_directory_is_known_to_be_in_none if not request.is_in_directory with input as strangers.unknown

actors := {
	"nobody": [{}, true],
	"an agent": [{"actor": {"type": "ai_agent", "id": "bot"}}, true],
	"an actor without a name": [{"actor": {"type": "user"}}, false],
	"an actor with an empty name": [{"actor": {"type": "user", "id": ""}}, false],
	"an actor that is null": [{"actor": null}, false],
}

default has_named_actor := false

has_named_actor if request.has_named_actor

test_who_acts_has_a_name[note] if {
	some note, [asked, expected] in actors
	has_named_actor == expected with input as asked
}

reasons := {"fixes it": true, "": false, " \t\n": false}

default has_reason := false

has_reason if request.has_reason

test_a_reason_says_something[reason] if {
	some reason, expected in reasons
	has_reason == expected with input.reason as reason
}

test_no_reason_is_none if {
	not request.has_reason with input as {}
	not request.has_reason with input as {"reason": 7}
}

test_the_tables_are_not_empty if {
	count(environments) == 7
	count(strangers) == 4
	count(actors) == 5
	count(reasons) == 3
}
