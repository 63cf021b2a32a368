package approvals

default allow := false

allow if {
	input.action == "delete-resource"
	input.user.role == "admin"
	input.resource.state == "active"
}
