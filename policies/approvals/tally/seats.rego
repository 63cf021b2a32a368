# Who fills the stages: one person, one seat. An approval counts for the stage that was open when it was stored.
package approvals.tally

import rego.v2

import data.approvals.plan

# Positions in input.votes, in order. Written out three times, for Rego has no recursion.
first := seats_in(0, -1, set())

second := seats_in(1, first_filled, people(first))

third := seats_in(2, second_filled, people(first) | people(second))

seats := [first, second, third]

first_filled := filled_at(0, first)

second_filled := filled_at(1, second)

opened := [-1, first_filled, second_filled]

seated contains i if some i in seats[_]

is_complete if {
	every position, stage in plan.stages { count(seats[position]) >= stage.quorum }
}

seats_in(position, after, already) := array.slice(sort(firsts), 0, plan.stages[position].quorum) if {
	votes := {i: person |
		some i, person in approvers
		i > after
		position in eligible[i]
		not person in already
	}
	firsts := {min({j | some j, other in votes; other == person}) | some person in votes}
} else := []

people(positions) := {approvers[i] | some i in positions}

# The vote that filled a stage; one that is not full is filled after the last vote, so the next never opens.
filled_at(position, positions) := max(positions) if {
	count(positions) == plan.stages[position].quorum
} else := count(input.votes)

# Why an approval by an eligible person has no seat.
unplaced(i) := "already_voted" if {
	some j in seated
	j < i
	approvers[j] == approvers[i]
} else := "stage_not_open" if {
	some position in eligible[i]
	i <= opened[position]
} else := "stage_full"
