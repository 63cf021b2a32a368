# METADATA
# title: Refunding
# description: >-
#   Support alone up to a limit, above it with one person of finance, above the next with two. The limits are in data.yaml.
# custom:
#   owner: finance
package approvals.actions.refund

import rego.v2

import data.approvals.workspace

handles contains "refund"

# METADATA
# title: Anybody may ask for a refund
permit contains "anyone_may_ask"

# METADATA
# title: The amount is a positive number
deny contains "bad_amount" if not is_amount

# METADATA
# title: Finance approves above support's limit
need contains "finance" if not is_small

default quorum := 2

quorum := 1 if is_at_most(data.approvals.actions.refund.limits.one_cents)

stages["finance"] := {
	"title": "Finance",
	"quorum": quorum,
	"approvers": [
		{"type": "group", "id": "finance"},
		workspace.usergroup("finance"),
	],
}

approval := {
	"channel": workspace.channel("finance"),
	"severity": "high",
	"expires_in": "1h",
	"reason_required": "on_deny",
	# Whose account it is, finance need not read to judge the amount.
	"may_hide": ["/params/iban"],
}

is_small if {
	input.user.role == "support"
	is_at_most(data.approvals.actions.refund.limits.alone_cents)
}

is_amount if {
	is_number(input.params.amount_cents)
	input.params.amount_cents > 0
}

# Numbers only: text is greater than every number, and null smaller.
is_at_most(limit_cents) if {
	is_amount
	is_number(limit_cents)
	input.params.amount_cents <= limit_cents
}

messages := {
	"anyone_may_ask": "Anyone may ask for a refund; support may pay small ones without approval",
	"bad_amount": "The amount is missing or not above zero",
	"finance": "Finance must approve this refund",
}

hints := {"bad_amount": "Send params.amount_cents as a positive number"}
