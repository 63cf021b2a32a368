package approvals.tools_test

import rego.v2

import data.approvals.tools

harmless := {
	"ls",
	"ls -la src",
	"cat README.md | head -20",
	"cd src && grep -rn 'a|b; c' . | wc -l",
	`grep "x y" *.ts 2>/dev/null`,
	"git status",
	"git log --oneline -5",
	"git diff HEAD~1 -- src/a.ts",
	"git branch -a",
	"find . -name '*.ts' -type f",
	"sort -u names.txt",
	"rg -n todo src 2>&1 | tail -3",
	"echo done; pwd",
}

# What a liar would try: each looks like something harmless, or nearly.
asking := {
	"",
	" ",
	"rm -rf build",
	"ls; rm x",
	"ls && rm x",
	"ls | xargs rm",
	"ls & rm x",
	"ls\nrm x",
	"ls\rrm x",
	"ls $(rm x)",
	"ls `rm x`",
	`echo "$(rm x)"`,
	"echo \"`rm x`\"",
	"echo hi > file",
	"echo hi >> file",
	"cat < /dev/tcp/1.2.3.4/80",
	"cat <<E\nx\nE",
	"find . -delete",
	"find . -exec rm {} ;",
	`find . -ex'ec' rm`,
	`find . "-delete"`,
	"find *",
	"sort -uo out in",
	"sort --out=x in",
	"tree -o x",
	"rg --pre ./x foo",
	"git -c core.pager=./x log",
	"git push",
	"git diff --output=x",
	"git log --ext-diff",
	"git 'push'",
	"'r'm x",
	"FOO=1 ls",
	"./ls",
	"/bin/rm x",
	"sudo ls",
	"cat .env",
	"cat ~/.ssh/id_rsa",
	"ls # comment",
	"! ls",
	"ls ; ",
	"ls ${IFS}x",
	"{ ls; }",
	"(ls)",
	"ls \\\nrm",
	"npm test",
}

test_harmless_commands_pass[command] if {
	some command in harmless
	tools.only_reads(command)
}

test_others_ask[command] if {
	some command in asking
	not tools.only_reads(command)
}

test_what_is_no_text_asks[command] if {
	some command in [null, 7, ["ls"], {}]
	not tools.only_reads(command)
}

test_nothing_passes_without_the_lists if {
	every command in harmless {
		not tools.only_reads(command) with data.approvals.tools.commands as {}
	}
}

edits := {
	"a file of the workspace": [["/home/a/app/src/x.ts"], true],
	"two of them": [["/home/a/app/x", "/home/a/app/y"], true],
	"one of two is elsewhere": [["/home/a/app/x", "/etc/passwd"], false],
	"a folder beside it, of a longer name": [["/home/a/application/x"], false],
	"a way out": [["/home/a/app/../x"], false],
	"what git obeys": [["/home/a/app/.git/hooks/pre-commit"], false],
	"what agents obey, in capitals": [["/home/a/app/.CLAUDE/settings.json"], false],
	"secrets": [["/home/a/app/.env.local"], false],
	"no file": [[], false],
	"no list": [null, false],
}

test_edits[note] if {
	some note, [paths, expected] in edits
	resource := {"workspace": "/home/a/app", "paths": paths}
	{tools.edits_workspace(resource) | tools.edits_workspace(resource)} == {true | expected}
}

test_the_whole_machine_is_no_workspace if {
	not tools.edits_workspace({"workspace": "/", "paths": ["/etc/passwd"]})
	not tools.edits_workspace({"workspace": "/home", "paths": ["/home/b/x"]})
	not tools.edits_workspace({"workspace": "/home/a/app", "paths": ["/home/a/app/x"]}) with data.approvals.tools.files as {}
}

called := {
	"reading": [{"type": "tool", "id": "Read", "paths": ["/home/a/app/x"]}, true],
	"reading a secret": [{"type": "tool", "id": "Read", "paths": ["/home/a/.aws/config"]}, false],
	"an unlisted tool": [{"type": "tool", "id": "WebFetch", "paths": []}, false],
	"a tool of a server that bears a listed name": [{"type": "mcp_tool", "id": "Read", "paths": []}, false],
	"a listed tool of a server": [{"type": "mcp_tool", "id": "github/get_issue", "paths": []}, true],
	"another of it": [{"type": "mcp_tool", "id": "github/create_issue", "paths": []}, false],
}

test_tools[note] if {
	some note, [resource, expected] in called
	passes := {true | tools.is_harmless_tool(resource) with data.approvals.tools.mcp_tools as ["github/get_*"]}
	passes == {true | expected}
}

test_the_owner_is_asked_where_the_data_says_so if {
	asked := {"user": {"id": "alice"}}
	tools.stage.approvers == [{"type": "group", "id": "agent-reviewers"}] with input as asked
	with_owner := tools.stage.approvers with input as asked with data.approvals.tools.owner_approves as true
	{"type": "user", "id": "alice"} in with_owner
}

test_the_tables_are_not_empty if {
	count(harmless) > 10
	count(asking) > 40
	count(edits) == 10
	count(called) == 6
}
