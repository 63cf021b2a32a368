# What OPA's decision log leaves out: whatever a requester or a voter wrote in their own words, the exact arguments, and
# every value that a service may mark as sensitive: policy sees those in clear. Its words may quote them, so that of an
# answer only the outcome and the names of its reasons stay.
# A mask does not cover `error`, which quotes the input of a rule that could not be evaluated.
package system.log

import rego.v2

mask contains path if some path in {"/input/params", "/input/context", "/input/reason"}

mask contains sprintf("/input/votes/%d/reason", [i]) if some i, _ in input.input.votes

mask contains sprintf("/input/standing/%d/params", [i]) if some i, _ in input.input.standing

# What may stay is named, since the rest may have any name.
mask contains {"op": "upsert", "path": "/input/user", "value": object.filter(input.input.user, ["id"])}

mask contains {"op": "upsert", "path": "/input/actor", "value": object.filter(input.input.actor, ["type", "id", "owner"])}

mask contains {"op": "upsert", "path": "/input/resource", "value": object.filter(input.input.resource, ["type", "id"])}

mask contains {"op": "upsert", "path": "/result", "value": told} if {
	answer := input.result
	not is_boolean(answer)
}

default told := {} # no answer that we know the form of

told := object.union(
	object.filter(input.result, ["contract", "outcome"]),
	{"reasons": [object.filter(reason, ["code", "rule"]) | some reason in input.result.reasons]},
) if {
	is_object(input.result)
}
