"""javascript: what the rails know about the portal's pages and the tests that open them: their functions, and whether node can
read them."""
import os
import re
import shutil
import subprocess

# A function, or a method of a class, begins on a line of its own and ends on the first line that closes it.
HEAD = re.compile(r"^(?P<indent>\t?)(?:export )?(?:static )?(?:async )?(?:"
                  r"function\*? (?P<name>\w+)\((?P<inside>.*?)\) \{|"
                  r"(?P<method>(?!if\b|for\b|while\b|switch\b|function\b)\w+)\((?P<of>.*?)\) \{|"
                  r"const (?P<constant>\w+) = (?:async )?\((?P<to>.*?)\) => \{)$")
CONTROL = re.compile(r"(?:\} )?(if|else|for|while|do|switch|try|catch|finally)\b")

# Reads each file as a module, without running it.
READER = """const vm = require("node:vm"), fs = require("node:fs");
for (const path of process.argv.slice(1)) {
    try {
        new vm.SourceTextModule(fs.readFileSync(path, "utf8"), { identifier: path });
    } catch (error) {
        console.log(path + "\\t" + error.stack.split("\\n")[0] + ": " + error.message);
    }
}"""


def nesting(lines):
    """How deep the conditions and loops of a function stand in each other; a function within it begins anew."""
    above, deepest = [], 0
    for line in lines:
        text = line.lstrip("\t")
        indent = len(line) - len(text)
        if not text:
            continue
        while above and above[-1][0] >= indent:
            above.pop()
        depth = above[-1][1] if above else 0
        if CONTROL.match(text):
            above.append((indent, depth + 1))
            deepest = max(deepest, depth + 1)
        elif text.endswith("=> {") or re.match(r"(async )?function\b", text):
            above.append((indent, 0))
    return deepest


def functions(source):
    """(name, first line, lines, parameters, nesting) of each function and method that stands at the left."""
    lines = source.split("\n")
    for at, line in enumerate(lines):
        head = HEAD.match(line)
        if not head:
            continue
        end = next((i for i in range(at + 1, len(lines)) if re.match(head["indent"] + r"\}", lines[i])), len(lines) - 1)
        name = head["name"] or head["method"] or head["constant"]
        yield name, at + 1, end + 1 - at, head["inside"] or head["of"] or head["to"] or "", nesting(lines[at + 1:end])


def unreadable(root, paths):
    """(path, why) of the files that node cannot read. Without node nothing is known, which is a failure under CI."""
    if not shutil.which("node"):
        return [("node", "is missing, so no page was read")] if os.environ.get("CI") else []
    done = subprocess.run(["node", "--no-warnings", "--experimental-vm-modules", "-e", READER, *paths], cwd=root, text=True,
                          stdout=subprocess.PIPE, check=True)
    return [line.split("\t", 1) for line in done.stdout.splitlines()]
