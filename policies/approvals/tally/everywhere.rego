# Where the package says `one_click_fills_all`: a person's one approval counts in every stage that names them, also in
# those that open later.
package approvals.tally

import rego.v2

import data.approvals.plan

# An approval counts when it is among those that fill some stage.
counted_everywhere(level) := {i | some position in level.stages; some i in fillers(level, position); i > level.after}

everywhere_in(level) := {position: count(fillers(level, position)) | some position in level.stages}

# The first people, by their votes, as many as the stage wants. Those who counted before come first.
fillers(level, position) := array.slice(sort(carried | fresh), 0, plan.stages[position].quorum) if {
	carried := {i | some i in level.before; position in eligible[i]}
	fresh := {i | some i, mine in waiting(level); position in mine}
}
