# Many questions in one call, for the naive pipeline that batches: as each decision alone would answer, without its evidence.
package bench.together

import rego.v1

allow := [answer | some question in input.questions; answer := data.approvals.allow with input as question]

decision := [answer | some question in input.questions; answer := data.approvals.main.decision with input as question]
