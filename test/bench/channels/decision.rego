# The default policy's decision, asked in the channel that the request names. Only for the benchmark, which lets a
# thousand requests be pending: Slack takes one message a second in a channel, and Countersign keeps to that.
package bench

import rego.v1

answer := data.approvals.main.decision

decision := object.union(answer, {"approval": {"channel": input.params.channel}}) if answer.approval

decision := answer if not answer.approval
