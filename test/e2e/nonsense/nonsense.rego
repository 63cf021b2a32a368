# A policy whose answer is no answer.
package approvals.main

import rego.v2

decision := {"contract": 1, "outcome": "perhaps", "votes": []}
