# Who fills the stages. Stages of one order are a level: open at the same time. The next level opens after the vote that
# filled the one before, and a vote counts for the level that was open when it was stored.
package approvals.tally

import rego.v2

import data.approvals.plan

# The positions of the stages in each level, in the order in which the levels open.
levels := [level |
	some order in sort({stage.order | some stage in plan.stages})
	level := {position | some position, stage in plan.stages; stage.order == order}
]

# Each level: its stages, the vote after which it opens, and the votes that have counted before. Written out three
# times, for Rego has no recursion; a level that is not there is full as soon as it opens.
first := {"stages": level_at(0), "after": -1, "before": set()}

second := next(first, counted_in(first), 1)

third := next(second, counted_in(second), 2)

next(level, counted, number) := {
	"stages": level_at(number),
	"after": filled_at(level, counted),
	"before": (level.before | counted),
}

default level_at(_) := set()

level_at(number) := levels[number]

seated := third.before | counted_in(third)

# How many people each stage has.
have[position] := number if {
	some level in [first, second, third]
	some position, number in have_in(level)
}

is_complete if {
	every position, stage in plan.stages { have[position] >= stage.quorum }
}

# People can answer for a stage while its level is open and not full. Within a level a full stage is open too: somebody
# in it may have a seat in another stage instead, and make room.
open contains position if {
	some level in [first, second, third]
	level.after < count(input.votes)
	not is_full(level)
	some position in level.stages
}

is_full(level) if {
	filled := have_in(level)
	every position in level.stages { filled[position] == plan.stages[position].quorum }
}

# The vote that filled a level; one that is not full is filled after the last vote, so the next never opens.
filled_at(level, counted) := max(counted | {level.after}) if {
	is_full(level)
} else := count(input.votes)

have_in(level) := seats_in(level) if not fills_all

have_in(level) := everywhere_in(level) if fills_all

counted_in(level) := counted_once(level) if not fills_all

counted_in(level) := counted_everywhere(level) if fills_all

fills_all if plan.approval.one_click_fills_all == true

# Why an approval by an eligible person has no seat.
unplaced(i) := "already_voted" if {
	some j in seated
	j < i
	approvers[j] == approvers[i]
} else := "stage_not_open" if {
	some level in [first, second, third]
	some position in (level.stages & eligible[i])
	i <= level.after
} else := "stage_full"
