# One person, one seat. Who belongs to several stages that are open together sits where they are needed most, and moves
# when somebody comes who belongs to fewer: nobody who could complete the request is turned away.
package approvals.tally

import rego.v2

import data.approvals.plan

# An approval counts exactly when one more person can be seated with it. Greedy is exact here: the sets of people that
# can be seated together are a transversal matroid.
counted_once(level) := {i |
	some i, _ in waiting(level)
	rank(level.stages, until(level, i)) > rank(level.stages, until(level, i - 1))
}

# How many people the stages have, the first stage counted first: what each adds to those before it.
seats_in(level) := {position: number |
	people := waiting(level)
	some position in level.stages
	upto := {other | some other in level.stages; other <= position}
	number := rank(upto, people) - rank(upto - {position}, people)
}

until(level, last) := {i: mine | some i, mine in waiting(level); i <= last}

# Who may take a seat in this level, by vote: the stages that name them. A person's first approval speaks for them, and
# who sits in an earlier level does not sit in this one.
waiting(level) := {i: mine |
	some i, person in approvers
	mine := eligible_in(level, i)
	not person in people(level.before)
	not spoke_before(level, i, person)
}

# Undefined where no stage of the level names them, or it was not open yet.
eligible_in(level, i) := mine if {
	i > level.after
	mine := eligible[i] & level.stages
	mine != set()
}

spoke_before(level, i, person) if {
	some j, other in approvers
	j < i
	other == person
	eligible_in(level, j)
}

people(votes) := {approvers[i] | some i in votes}

# How many of these people can be seated in these stages at once (Kőnig, Ore): for each choice of stages, no more than
# the seats in it and the people who could also sit elsewhere; the smallest of these bounds is met.
rank(stages, votes) := min({bound |
	some within in subsets
	within & stages == within
	seats := sum([plan.stages[position].quorum | some position in within])
	elsewhere := count({i | some i, mine in votes; (mine & stages) - within != set()})
	bound := seats + elsewhere
})

subsets := {set(), {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}}
