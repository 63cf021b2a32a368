// A first policy for an action: its rules, their tests and its scenarios, as they pass every gate of `policy test`.

export type Scaffold = { readonly action: string; readonly team: string };

/** Each file by its path below the policies' folder. */
export function scaffold(of: Scaffold): { readonly [path: string]: string } {
  const folder = `approvals/actions/${of.action}`;
  return {
    [`${folder}/policy.rego`]: policy(of),
    [`${folder}/policy_test.rego`]: tests(of),
    [`scenarios/${of.action}.yaml`]: scenarios(of),
  };
}

/** A name that Rego would read as something else is written in brackets. */
function packageOf(name: string): string {
  return `approvals.actions${/^[a-z_][a-z0-9_]*$/.test(name) ? `.${name}` : `["${name}"]`}`;
}

function policy({ action, team }: Scaffold): string {
  return `# METADATA
# title: ${JSON.stringify(action)}
# description: Anybody may ask; one of ${team} must approve, two in production.
# custom:
#   owner: ${JSON.stringify(team)}
package ${packageOf(action)}

import rego.v2

import data.approvals.request

handles contains "${action}"

# METADATA
# title: Anybody may ask
permit contains "anyone_may_ask"

# METADATA
# title: It has a reason
# description: What is denied is refused, whoever asks and whoever agrees.
deny contains "no_reason" if not has_reason

has_reason if trim_space(input.reason) != ""

# METADATA
# title: Owners approve
need contains "owners"

stages["owners"] := {
	"title": "Owners",
	"quorum": quorum,
	"approvers": [{"type": "group", "id": "${team}"}],
}

# The strict case is the default: a request that does not say where it acts is treated as production.
default quorum := 2

quorum := 1 if request.environment != "prod"

approval := {"severity": "high", "expires_in": "1h"}

messages := {
	"anyone_may_ask": "Everybody may ask for this",
	"no_reason": "This needs a reason; send reason = why it must happen",
	"owners": "The owners must approve",
}
`;
}

function tests({ action, team }: Scaffold): string {
  return `package ${packageOf(`${action}_test`)}

import rego.v2

import data.approvals.examples_test as examples
import data.approvals.main

vote(person) := object.union(examples.vote("erin", "approve"), {"by": {
	"id": concat("", ["slack:T1:U-", person]),
	"user": person,
	"groups": ["${team}"],
	"kind": "member",
}})

# What the request says otherwise than usual, who approved, and what comes of it.
cases := {
	"nobody yet": [{}, [], "require_approval"],
	"without a reason": [{"reason": " "}, [], "deny"],
	"one, in production": [{}, ["bob"], "require_approval"],
	"two, in production": [{}, ["bob", "carol"], "allow"],
	"the same twice": [{}, ["bob", "bob"], "require_approval"],
	"one, in test": [{"resource": {"environment": "test"}}, ["bob"], "allow"],
}

test_cases[note] if {
	some note, [change, people, outcome] in cases
	votes := [vote(person) | some person in people]
	asked := object.union({"reason": "it must", "votes": votes}, change)
	answer := main.decision with input as examples.request("${action}", asked)
		with data.approvals.calendar as examples.no_freeze
	answer.outcome == outcome
}

test_the_table_is_not_empty if count(cases) == 6
`;
}

function scenarios({ action, team }: Scaffold): string {
  return `# What production would say, asked of a real OPA: countersign policy test
people:
  alice: []
  bob: [${JSON.stringify(team)}]
  carol: [${JSON.stringify(team)}]
  erin: []
request:
  action: ${JSON.stringify(action)}
  user: { id: alice, role: engineer }
  resource: { type: thing, id: t-1, environment: prod }
  reason: it must
scenarios:
  - name: two owners approve in production
    votes:
      - bob approves: { expect: { status: pending, have: 1 of 2 } }
      - carol approves
    expect: approved

  - name: nobody approves what they asked for
    request: { user: { id: bob }, resource: { environment: test } }
    votes:
      - bob approves: { expect: self_approval }
    expect: { status: pending, have: 0 of 1 }

  - name: an owner says no
    votes:
      - carol denies: not today
    expect: denied

  - name: somebody else has no say
    votes:
      - erin approves: { expect: not_eligible }
    expect: pending

  - name: what was approved is done once
    story:
      - bob approves
      - carol approves
      - redeem: { expect: redeemed }
      - redeem: { expect: grant_used_up }
    expect: approved

  - name: nobody answers
    story:
      - bob approves
      - wait: 1h
        expect: { told: direct_message }
    expect: { status: expired, resolved_by: clock }
`;
}
