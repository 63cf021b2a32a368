# What is known of the tools of coding agents. Everything here says what is harmless; whatever it does not say asks.
package approvals.tools

import rego.v2

# Who is asked about whatever is not harmless.
stage := {
	"title": "Agent reviewers",
	"quorum": data.approvals.tools.reviewers.quorum,
	"approvers": array.concat(
		[{"type": "group", "id": data.approvals.tools.reviewers.group}],
		[{"type": "user", "id": input.user.id} | is_owner_enough],
	),
}

is_owner_enough if data.approvals.tools.owner_approves == true

# --- Commands -------------------------------------------------------------------------------------------------------------

# Words, some of them in quotes that a shell takes literally, between operators that only join commands. Whatever else a
# shell could read (a variable, a redirection, a substitution, a second line) matches nothing here.
word := `(?:[A-Za-z0-9_@%+=:,./^~*?-]|'[^'\n\r]*'|"[^"$\x60\\!\n\r]*")+`

silenced := `2>&1|[12&]?>/dev/null`

operator := `&&|\|\||[|;]`

whole := $`^ *{word}(?: +(?:{word}|{silenced}))*(?: *(?:{operator}) *{word}(?: +(?:{word}|{silenced}))*)* *$`

# A command that only reads, as far as it can be told from its text.
only_reads(command) if command in data.approvals.tools.commands.exact

only_reads(command) if {
	not is_secret(command)
	parts := commands_of(command)
	count(parts) > 0
	every part in parts { reads(part) }
}

# The commands that a shell would run, each as its words.
commands_of(command) := [split(part, "\n") |
	some part in split(concat("\n", tokens_of(command)), "\n\r\n")
]

tokens_of(command) := [marked(token) |
	some token in regex.find_n($`{silenced}|{operator}|{word}`, command, -1)
	not regex.match($`^(?:{silenced})$`, token)
] if {
	is_string(command)
	regex.match(whole, command)
}

marked(token) := "\r" if {
	regex.match($`^(?:{operator})$`, token)
} else := token

reads(part) if literal(part[0]) in data.approvals.tools.commands.read

reads(part) if {
	unless := data.approvals.tools.commands.read_unless[literal(part[0])]
	is_harmless(array.slice(part, 1, count(part)), unless)
}

reads(part) if {
	program := data.approvals.tools.commands.subcommands[literal(part[0])]
	part[1] in program.read
	is_harmless(array.slice(part, 2, count(part)), program.unless)
}

is_harmless(arguments, unless) if {
	is_string(unless)
	every argument in arguments {
		not regex.match(unless, literal(argument))
		not regex.match(`[*?]`, regex.replace(argument, `'[^']*'|"[^"]*"`, ""))
	}
}

# As the program gets it.
literal(text) := regex.replace(text, `['"]`, "")

is_destructive(command) if {
	some text in regex.split(`[^A-Za-z0-9_-]+`, command)
	text in data.approvals.tools.commands.destructive
}

# --- Files ----------------------------------------------------------------------------------------------------------------

is_secret(text) if {
	some part in data.approvals.tools.files.secret
	contains(lower(text), part)
}

is_protected(path) if {
	some part in split(lower(path), "/")
	part in data.approvals.tools.files.protected
}

# Links are followed before it is asked, so a path is where the file is.
is_inside(path, workspace) if {
	count(split(workspace, "/")) > 2
	startswith(path, $"{workspace}/")
	not contains(path, "/../")
}

# An edit of nothing but files of the workspace, none of which is obeyed by anything.
edits_workspace(resource) if {
	is_array(resource.paths)
	count(resource.paths) > 0
	count(data.approvals.tools.files.protected) > 0
	every path in resource.paths {
		is_inside(path, resource.workspace)
		not is_protected(path)
		not is_secret(path)
	}
}

# --- Tools ----------------------------------------------------------------------------------------------------------------

is_harmless_tool(resource) if {
	resource.type == "tool"
	resource.id in data.approvals.tools.tools
	is_array(resource.paths)
	every path in resource.paths { not is_secret(path) }
}

is_harmless_tool(resource) if {
	resource.type == "mcp_tool"
	some pattern in data.approvals.tools.mcp_tools
	glob.match(pattern, ["/"], resource.id)
}
