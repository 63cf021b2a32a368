# What a policy may rely on: safe readings of the request, where whatever is missing tightens.
package approvals.request

import rego.v2

# Whatever is missing, misspelt or unknown is production.
default environment := "prod"

environment := input.resource.environment if input.resource.environment in {"dev", "test", "staging"}

# Who stands behind the request. None of them countersigns it.
involved contains input.user.id

involved contains input.actor.id

involved contains input.actor.owner

now_ns := instant_ns(input.now)

# Nanoseconds of an RFC 3339 text. Undefined, never an error, for anything else.
instant_ns(text) := time.parse_rfc3339_ns(text) if is_instant(text)

# The calendar is spelled out because the builtin fails the whole query on the 30th of February.
is_instant(text) if {
	is_string(text)
	regex.match(instant, text)
}

day := `(?:19|20|21)\d\d-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))`

leap_day := `(?:2000|(?:19|20|21)(?:0[48]|[2468][048]|[13579][26]))-02-29`

time_of_day := `(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`

instant := concat("", ["^(?:", day, "|", leap_day, ")T", time_of_day, "$"])

# Nanoseconds of a duration such as "20m" or "1h30m", largest unit first.
duration_ns(text) := time.parse_duration_ns(text) if is_duration(text)

is_duration(text) if {
	is_string(text)
	text != ""
	regex.match(`^(?:\d{1,3}w)?(?:\d{1,4}d)?(?:\d{1,5}h)?(?:\d{1,6}m)?(?:\d{1,8}s)?$`, text)
}

# What only Countersign may say is there. Without it nothing can be judged.
is_complete if {
	is_string(input.now)
	is_array(input.votes)
}
