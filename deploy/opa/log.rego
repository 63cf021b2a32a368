# What OPA's decision log leaves out: whatever a requester or a voter wrote in their own words, and the exact arguments.
# A mask does not cover `error`, which quotes the input of a rule that could not be evaluated.
package system.log

import rego.v2

mask contains path if some path in {"/input/params", "/input/context", "/input/reason"}

mask contains sprintf("/input/votes/%d/reason", [i]) if some i, _ in input.input.votes
