package approvals.guardrails.agents_test

import rego.v2

import data.approvals.guardrails.agents

known := {"actor": {"groups": [], "roles": []}}

actors := {
	"an agent with an owner": [{"actor": {"type": "ai_agent", "id": "bot", "owner": "alice"}}, set()],
	"an agent without": [{"actor": {"type": "ai_agent", "id": "bot"}}, {"unknown_owner"}],
	"an agent with an empty owner": [{"actor": {"type": "ai_agent", "id": "bot", "owner": ""}}, {"unknown_owner"}],
	"an agent whose owner is no text": [{"actor": {"type": "ai_agent", "id": "bot", "owner": true}}, {"unknown_owner"}],
	"an actor of no type": [{"actor": {"id": "bot"}}, {"unknown_owner"}],
	"an actor that is null": [{"actor": null}, {"unknown_owner"}],
	"a person": [{"actor": {"type": "user", "id": "bob"}, "directory": known}, set()],
	"a person whom the directory does not know": [{"actor": {"type": "user", "id": "bob"}}, {"unknown_actor"}],
	"a person, where the directory knows the user alone": [
		{"actor": {"type": "user", "id": "bob"}, "directory": {"user": known.actor}},
		{"unknown_actor"},
	],
	"an agent that calls itself a person": [{"actor": {"type": "user", "id": "bot", "owner": "alice"}}, set()],
	"nobody": [{}, set()],
}

test_actor[note] if {
	some note, [asked, expected] in actors
	agents.deny == expected with input as asked
}

test_every_code_has_words if {
	every code in {"unknown_actor", "unknown_owner"} { is_string(agents.messages[code]) }
}

test_the_table_is_not_empty if count(actors) == 11
