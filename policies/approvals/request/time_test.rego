package approvals.request_test

import rego.v2

import data.approvals.request

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
	some text in ["", "0m", "0h00m", "h", "-1h", "1.5h", "1h ", "30m1h", "1y", "99999999999s"]
	not request.is_duration(text)
}

test_only_text_is_a_duration if not request.is_duration(60)

test_now_in_nanoseconds if request.now_ns == 1000000000 with input.now as "1970-01-01T00:00:01Z"

berlin := {"tz": "Europe/Berlin", "days": ["Monday", "Tuesday"], "from": "08:00", "until": "18:00"}

# A Tuesday in winter (UTC+1), one in summer (UTC+2).
windows := {
	"as it opens": [berlin, "2026-11-24T07:00:00Z", true],
	"a moment before": [berlin, "2026-11-24T06:59:59Z", false],
	"just before it closes": [berlin, "2026-11-24T16:59:59Z", true],
	"as it closes": [berlin, "2026-11-24T17:00:00Z", false],
	"summer opens an hour sooner": [berlin, "2026-07-21T06:00:00Z", true],
	"another day": [berlin, "2026-11-25T10:00:00Z", false],
	"the day is the zone's own": [
		object.union(berlin, {"tz": "Asia/Tokyo", "from": "00:00", "until": "24:00"}),
		"2026-11-22T15:30:00Z", true,
	],
	"a whole day": [object.union(berlin, {"from": "00:00", "until": "24:00"}), "2026-11-24T22:59:59Z", true],
	"UTC": [object.union(berlin, {"tz": "UTC"}), "2026-11-24T17:30:00Z", true],
	"over midnight is never": [object.union(berlin, {"from": "22:00", "until": "06:00"}), "2026-11-24T22:30:00Z", false],
	"no zone": [object.remove(berlin, ["tz"]), "2026-11-24T10:00:00Z", false],
	"a zone that is none": [object.union(berlin, {"tz": "CET+1"}), "2026-11-24T10:00:00Z", false],
	"a zone that is a number": [object.union(berlin, {"tz": 1}), "2026-11-24T10:00:00Z", false],
	"no days": [object.remove(berlin, ["days"]), "2026-11-24T10:00:00Z", false],
	"days in text": [object.union(berlin, {"days": "Tuesday"}), "2026-11-24T10:00:00Z", false],
	"misspelt days": [object.union(berlin, {"days": ["Tue"]}), "2026-11-24T10:00:00Z", false],
	"an hour in short": [object.union(berlin, {"from": "8:00"}), "2026-11-24T10:00:00Z", false],
	"an hour that is a number": [object.union(berlin, {"until": 18}), "2026-11-24T10:00:00Z", false],
	"no clock": [berlin, "noon", false],
	"no window": ["always", "2026-11-24T10:00:00Z", false],
}

default is_within(_) := false

is_within(window) if request.is_within(window)

test_window[note] if {
	some note, [window, now, expected] in windows
	is_within(window) == expected with input.now as now
}

test_the_time_tables_are_not_empty if {
	count(instants) == 19
	count(durations) == 4
	count(windows) == 20
}
