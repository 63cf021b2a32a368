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

instants := {
	"2026-11-24T01:51:00Z": true,
	"2026-11-24T01:51:00.123456789Z": true,
	"2026-11-24T01:51:00+23:59": true,
	"2024-02-29T00:00:00Z": true,
	"2000-02-29T00:00:00Z": true,
	"1900-02-29T00:00:00Z": false,
	"2026-02-29T00:00:00Z": false,
	"2026-02-30T00:00:00Z": false,
	"2026-04-31T00:00:00Z": false,
	"2026-13-01T00:00:00Z": false,
	"2026-11-24T24:00:00Z": false,
	"2026-11-24T01:51:60Z": false,
	"2026-11-24 01:51:00Z": false,
	"2026-11-24t01:51:00z": false,
	"2026-11-24T01:51:00": false,
	"2026-11-24": false,
	"2300-01-01T00:00:00Z": false,
	"2026-11-24T01:51:00Z\n": false,
	"": false,
}

test_instant[text] if {
	some text, expected in instants
	can_read(text) == expected
}

default can_read(_) := false

can_read(text) if is_number(request.instant_ns(text))

test_only_text_is_an_instant if {
	not request.is_instant(5)
	not request.is_instant(null)
	not request.is_instant(["2026-11-24T01:51:00Z"])
}

durations := {
	"20m": 1200000000000,
	"1h30m": 5400000000000,
	"7d": 604800000000000,
	"999w": 604195200000000000,
}

test_duration[text] if {
	some text, expected in durations
	request.duration_ns(text) == expected
}

test_no_duration[text] if {
	some text in ["", "h", "-1h", "1.5h", "1h ", "30m1h", "1y", "99999999999s"]
	not request.is_duration(text)
}

test_only_text_is_a_duration if not request.is_duration(60)

test_involved_are_user_actor_and_owner if {
	request.involved == {"alice", "release-bot", "dave"} with input as {
		"user": {"id": "alice"},
		"actor": {"type": "ai_agent", "id": "release-bot", "owner": "dave"},
	}
	request.involved == set() with input as {}
}

test_a_question_needs_now_and_votes if {
	request.is_complete with input as {"now": "2026-11-24T01:51:00Z", "votes": []}
	not request.is_complete with input as {"now": "2026-11-24T01:51:00Z"}
	not request.is_complete with input as {"votes": []}
	not request.is_complete with input as {"now": 5, "votes": []}
	not request.is_complete with input as {"now": "2026-11-24T01:51:00Z", "votes": {}}
}

test_now_in_nanoseconds if request.now_ns == 1000000000 with input.now as "1970-01-01T00:00:01Z"

test_the_tables_are_not_empty if {
	count(environments) == 7
	count(instants) == 19
	count(durations) == 4
}
