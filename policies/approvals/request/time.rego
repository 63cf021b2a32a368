# Instants, durations and hours of the week, read so that nothing malformed fails the whole query.
package approvals.request

import rego.v2

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

# Not of nothing but zeros: what lasts no time at all is a slip.
is_duration(text) if {
	is_string(text)
	regex.match(`[1-9]`, text)
	regex.match(`^(?:\d{1,3}w)?(?:\d{1,4}d)?(?:\d{1,5}h)?(?:\d{1,6}m)?(?:\d{1,8}s)?$`, text)
}

# Whether it is now within a window of the week, in the window's own zone:
# {"tz": "Europe/Berlin", "days": ["Monday"], "from": "08:00", "until": "18:00"}. A window that cannot be read, or that
# ends before it begins, is never open. A zone that nobody knows fails the query, which allows nothing.
is_within(window) if {
	is_window(window)
	time.weekday([now_ns, window.tz]) in window.days
	[hour, minute, _] := time.clock([now_ns, window.tz])
	at := sprintf("%02d:%02d", [hour, minute])
	at >= window.from
	at < window.until
}

is_window(window) if {
	every text in [window.tz, window.from, window.until] { is_string(text) }
	regex.match(`^(?:UTC|[A-Z][A-Za-z]+/[A-Za-z_/+-]+\d*)$`, window.tz)
	is_array(window.days)
	every hour in [window.from, window.until] { regex.match(`^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$`, hour) }
}
