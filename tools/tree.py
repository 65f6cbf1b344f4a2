"""tree: what the rails know about a checkout: its texts, its sources, its objects, its listed exceptions."""
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def place():
    """(checkout, build folder) that a rail was called with: [ROOT [BUILD]]."""
    root = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else HERE
    build = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else os.path.join(root, "build")
    return root, build


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def text(root, path):
    """The file as text, or None when it is none (seeds of fuzz targets, keys)."""
    try:
        return read(root, path)
    except UnicodeDecodeError:
        return None


def files(root, folders=(".",), endings=("",)):
    """Paths of the checkout's files, from its root; without version control, build folders and bytecode."""
    found = []
    for top in folders:
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [b for b in below if not b.startswith((".git", "build", "__pycache__", "node_modules"))]
            under = os.path.relpath(folder, root)
            found += [os.path.normpath(os.path.join(under, name)) for name in names if name.endswith(endings)]
    return sorted(found)


# Literals and comments. Each alternative begins with its own character: so re leaps to the next of them.
OPAQUE = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|/\*.*?\*/|//[^\n]*", re.S)


def blank(match):
    return "\n".join([" " * len(line) for line in match.group().split("\n")])


def without_comments(source):
    """Comments become blanks; every line stays where it is, and literals stay as they are."""
    return OPAQUE.sub(lambda m: blank(m) if m.group()[0] == "/" else m.group(), source)


def code(source):
    """Comments and literals become blanks; every line stays where it is."""
    return OPAQUE.sub(blank, source)


def exceptions(root, kind):
    """The rows of that kind in tools/exceptions, as lists of words; the last one is the reason."""
    words = {"size": 2, "memcmp": 3, "pure": 3, "name": 3}[kind]
    rows = [line.split(None, words) for line in read(root, "tools/exceptions").splitlines()]
    return [row[1:] for row in rows if row and row[0] == kind]


def objects(build, root, folders=None):
    """(path of a source in src/, its object) of everything that the build makes from src/ and may be there."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        rows = json.load(f)
    for row in rows:
        source = os.path.relpath(os.path.join(row["directory"], row["file"]), os.path.realpath(root))
        part = source.split(os.sep)
        if part[0] == "src" and len(part) == 3 and (folders is None or part[1] in folders):
            yield source, os.path.join(row["directory"], row["output"])


def symbols(paths):
    """{object: [(name, class, section)]} of every symbol, as nm tells them."""
    found = {path: [] for path in paths}
    done = subprocess.run(["nm", "--format=sysv", *paths], stdout=subprocess.PIPE, text=True, check=True)
    path = paths[0] if paths else None
    for line in done.stdout.splitlines():
        head = re.fullmatch(r"Symbols from (.*):", line)
        cell = [c.strip() for c in line.split("|")]
        if head:
            path = head.group(1)
        elif len(cell) == 7 and cell[0] != "Name":
            found[path].append((cell[0], cell[2], cell[6]))
    return found


class Rail:
    """Counts breaches and prints them. Its last line says what was looked at."""

    def __init__(self, name):
        self.name, self.breaches = name, 0

    def breach(self, text):
        self.breaches += 1
        print(text)

    def end(self, seen):
        print(f"{self.name}: {seen}, {self.breaches} breaches")
        sys.exit(self.breaches != 0)
