#!/usr/bin/env python3
"""Each rail refuses the breaches it is there for: a copy of the tree gets all that one rail should see, and the rail
must name each of them.

usage: planted_test.py SOURCE BUILD
"""
import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.dont_write_bytecode = True
sys.path[1:1] = [os.path.join(SOURCE, "tests", "sim"), os.path.join(SOURCE, "tools")]

import tap   # noqa: E402
import tree  # noqa: E402

SOURCE_RAILS = ["check-layers", "check-banned", "check-size", "check-columns", "check-words", "check-scripts"]
OBJECT_RAILS = ["check-names", "check-pure"]

# What the rails on objects and the planted tables and sandboxes need of the build.
ARCHIVES = [f"src/{folder}/lib{folder}.a" for folder in ("base", "wire", "attest", "policy", "cert", "report")]
FAULT_TEST, SANDBOX_TEST = "tests/base/base-fault-test", "tests/proc/proc-sandbox-test"

scratch = None


def call(*words):
    """(worked, what was printed) of a program in the copy."""
    done = subprocess.run(words, cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
    return done.returncode == 0, done.stdout


@contextlib.contextmanager
def planted(path, change):
    """One file of the copy is changed, or made, until the end of the block."""
    full = os.path.join(scratch, path)
    before = tree.read(scratch, path) if os.path.exists(full) else None
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(change(before or ""))
    try:
        yield
    finally:
        if before is None:
            os.remove(full)
        else:
            with open(full, "w", encoding="utf-8") as f:
                f.write(before)


def append(text):
    return lambda before: before + text


def replace(old, new):
    def change(before):
        tap.check(old in before, f"nothing to replace: {old}")
        return before.replace(old, new, 1)
    return change


def function(name, parameters="void", body="\treturn 0;\n"):
    return append(f"\nint {name}({parameters});\nint {name}({parameters})\n{{\n{body}}}\n")


def refused(words, message):
    """The program fails, and says why."""
    worked, printed = call(*words)
    tap.check(not worked, f"{' '.join(words)} accepted it:\n{printed}")
    tap.check(message in printed, f"{' '.join(words)} did not say {message!r}:\n{printed}")


def built(*targets):
    worked, printed = call("ninja", "-C", "build", *targets)
    tap.check(worked, printed)


LOOPS = "\tif (a)\n\tfor (;;)\n\twhile (b)\n\tif (c)\n\treturn 1;\n\treturn 0;\n"
BRACES = "\tif (a) {\n\tfor (;;) {\n\tdo {\n\tif (c) {\n\t}\n\t} while (b);\n\t}\n\t}\n\treturn 0;\n"

# What can be seen in the sources: what its refusal proves, rail, file, change, what the rail must say (a pattern).
IN_SOURCES = [
    ("a_folder_may_not_include_one_above_it", "check-layers", "src/attest/name.c", append('#include "store/store.h"\n'),
     "attest may not include store"),
    ("a_library_stays_in_its_folder", "check-layers", "src/flow/naming.c", append("#include <sqlite3.h>\n"),
     "flow may not use sqlite3"),
    ("a_library_that_nobody_granted_is_refused", "check-layers", "src/flow/naming.c", append("#include <zlib.h>\n"),
     "<zlib.h> belongs to no library"),
    ("an_include_is_written_from_the_root_of_the_sources", "check-layers", "src/attest/name.c",
     append('#include "name.h"\n'), '"name.h" is not written from src/'),
    ("a_folder_has_its_row_in_the_law", "check-layers", "src/extra/thing.c", append("\n"), "extra is not in LAYERS"),
    ("a_module_has_a_noun", "check-layers", "src/wire/util.c", append("\n"), "a module needs a noun"),
    ("an_unbounded_copy_is_refused", "check-banned", "src/base/text.c", function("text_copying", body="\tstrcpy(a, b);\n"),
     "strcpy is banned"),
    ("a_shell_is_refused", "check-banned", "src/server/disk.c", append('int x = system("ls");\n'),
     "system is banned"),
    ("a_jump_is_refused", "check-banned", "src/base/text.c", function("text_jumping", body="\tgoto end;\nend:\n\treturn 0;\n"),
     "goto is not used"),
    ("a_c_file_is_not_included", "check-banned", "tests/base/wr_test.c", append('#include "base/wr.c"\n'),
     "a .c file is never included"),
    ("a_typedef_is_refused", "check-banned", "src/base/text.h", append("typedef int number;\n"),
     "the only one is fault"),
    ("a_comparison_that_nobody_counted_is_refused", "check-banned", "src/cert/ticket.c",
     append("int x = memcmp(a, b, 3);\n"), "src/cert/ticket.c: 1 uses of memcmp, 0 listed"),
    ("a_text_that_becomes_markup_is_refused", "check-banned", "src/portal/pages/dom.js",
     append('document.body.inner' 'HTML = location.hash;\n'), "would make markup or a program of a text"),
    ("unfinished_work_is_refused", "check-banned", "doc/planted.md", append("TO" "DO: later\n"), "unfinished work"),
    ("a_function_of_61_lines_is_refused", "check-size", "src/base/text.c",
     function("text_long", body="\n" * 57 + "\treturn 0;\n"), "text_long: line"),
    ("six_parameters_are_refused", "check-size", "src/base/text.c",
     function("text_wide", "int a, int b, int c, int d, int e, int f"), "text_wide: .*parameters: 6, at most 5"),
    ("four_levels_are_refused", "check-size", "src/base/text.c", function("text_deep", body=BRACES),
     "text_deep: .*nesting: 4, at most 3"),
    ("four_levels_without_braces_are_refused", "check-size", "src/base/text.c", function("text_bare", body=LOOPS),
     "text_bare: .*nesting: 4, at most 3"),
    ("a_file_of_601_lines_is_refused", "check-size", "src/base/wr.c",
     lambda text: text + "\n" * (601 - text.count("\n")), "src/base/wr.c: lines: 601, at most 600"),
    ("a_test_of_61_lines_is_refused", "check-size", "tests/base/wr_test.c",
     function("wr_long", body="\n" * 57 + "\treturn 0;\n"), "wr_long: line"),
    ("a_page_s_function_of_61_lines_is_refused", "check-size", "src/portal/pages/dom.js",
     append("\nfunction long() {\n" + "\n" * 59 + "}\n"), "dom.js:long: line"),
    ("four_levels_in_a_page_are_refused", "check-size", "src/portal/pages/route.js",
     append("\nfunction deep() {\n\tif (a)\n\t\tfor (;;)\n\t\t\tif (b)\n\t\t\t\twhile (c)\n\t\t\t\t\tgo();\n}\n"),
     "route.js:deep: .*nesting: 4, at most 3"),
    ("six_parameters_in_a_page_are_refused", "check-size", "src/portal/pages/chart.js",
     append("\nfunction wide(a, b, { c, d }, e, f, g = []) {\n}\n"), "chart.js:wide: .*parameters: 6, at most 5"),
    ("a_page_that_cannot_be_read_is_refused", "check-scripts", "src/portal/pages/format.js", append("const = 1;\n"),
     "format.js: .*SyntaxError"),
    ("an_exception_that_nobody_needs_is_refused", "check-size", "tools/exceptions",
     append("size src/base/arena.c big\n"), "src/base/arena.c is no longer needed"),
    ("a_line_of_111_columns_is_refused", "check-columns", "src/base/text.c", append("/*" + "x" * 107 + "*/\n"),
     "111 columns, at most 110"),
    ("a_page_of_131_columns_is_refused", "check-columns", "src/portal/pages/dom.js", append("//" + "x" * 129 + "\n"),
     "131 columns, at most 130"),
    ("a_path_of_one_machine_is_refused", "check-words", "doc/planted.md", append("See /ho" "me/somebody/notes.\n"),
     "a path of one machine"),
    ("a_script_that_goes_on_after_an_error_is_refused", "check-scripts", "tools/build", replace("set -eu", "true"),
     "tools/build: goes on after an error"),
    ("a_script_that_cannot_be_read_is_refused", "check-scripts", "tools/install", append("if\n"), "yntax error"),
]

# What can be seen in objects: the same, after building the archive.
IN_OBJECTS = [
    ("a_clock_in_a_pure_folder_is_refused", "check-pure", "src/policy/claims.c",
     append("#include <time.h>\ntime_t claims_now(void);\ntime_t claims_now(void)\n{\n\treturn time(NULL);\n}\n"),
     "policy is pure and may not use time"),
    ("a_file_in_a_pure_folder_is_refused", "check-pure", "src/policy/claims.c",
     append('#include <stdio.h>\nFILE *claims_file(void);\nFILE *claims_file(void)\n{\n\treturn fopen("f", "r");\n}\n'),
     "policy is pure and may not use fopen"),
    ("a_global_in_a_pure_folder_is_refused", "check-pure", "src/policy/claims.c",
     append("extern int claims_count;\nint claims_count;\n"),
     "policy is pure and may not keep writable data: claims_count"),
    ("a_symbol_without_its_noun_is_refused", "check-names", "src/policy/claims.c",
     append("void stray(void);\nvoid stray(void)\n{\n}\n"), "outside symbol stray does not begin"),
    ("a_way_around_the_checks_is_refused_in_the_product", "check-names", "src/policy/claims.c",
     append("void __wrap_verdict_judge(void);\nvoid __wrap_verdict_judge(void)\n{\n}\n"),
     "outside symbol __wrap_verdict_judge does not begin"),
]




@functools.cache
def findings(rail):
    """What the rail prints of a copy with all the breaches it should see."""
    in_objects = [breach for breach in IN_OBJECTS if breach[1] == rail]
    with contextlib.ExitStack() as stack:
        for _, _, path, change, _ in in_objects + [breach for breach in IN_SOURCES if breach[1] == rail]:
            stack.enter_context(planted(path, change))
        if in_objects:
            built("src/policy/libpolicy.a")
        worked, printed = call(f"tools/{rail}")
    if in_objects:
        built("src/policy/libpolicy.a")
    tap.check(not worked, f"{rail} accepted all of it:\n{printed}")
    return printed


def named_by(rail, message):
    def test():
        printed = findings(rail)
        tap.check(re.search(message, printed), f"{rail} did not say {message!r}:\n{printed}")
    return test


def what_is_not_touched_passes_every_rail():
    for rail in SOURCE_RAILS + OBJECT_RAILS + ["check-manual"]:
        worked, printed = call(f"tools/{rail}", scratch, BUILD if rail == "check-manual" else f"{scratch}/build")
        tap.check(worked, printed)


def a_page_that_is_not_what_its_table_gives_is_refused():
    with planted("doc/faults.md", append("Planted.\n")):
        refused(["tools/check-manual", scratch, BUILD], "doc/faults.md: differs from its table: run tools/make-docs")


def a_page_that_is_malformed_is_refused():
    with planted("doc/man/planted.8", append(".Sh NAME\n.Bl -tag\n")):
        refused(["tools/check-manual", scratch, BUILD], "doc/man/planted.8")


def a_fault_without_remedy_is_refused():
    row = 'F(PLANTED, INPUT, 400, 0, false, FAULT_DETAIL_NONE, "Something was planted here.", "")\n'
    with planted("src/base/fault.def", append(row)):
        built(FAULT_TEST)
        refused([f"build/{FAULT_TEST}"], "PLANTED has no whole sentence")


def a_fault_with_a_code_that_is_taken_is_refused():
    row = 'F(BUG, INPUT, 400, 0, false, FAULT_DETAIL_NONE, "Something was planted here.", "Take it away again.")\n'
    with planted("src/base/fault.def", append(row)):
        refused(["ninja", "-C", "build", FAULT_TEST], "redeclaration of enumerator")


def a_socket_for_verify_is_seen_by_the_test_of_sandboxes():
    table = "} calls[] = {\n"
    with planted("src/proc/filter.c", replace(table, table + "\t{ SCMP_SYS(socket), VERIFY },\n")):
        built(SANDBOX_TEST)
        refused([f"build/{SANDBOX_TEST}"], 'verify: "make an internet socket" was done')


def sentences():
    yield from tap.named([what_is_not_touched_passes_every_rail])
    yield from [(sentence, named_by(rail, message)) for sentence, rail, _, _, message in IN_SOURCES + IN_OBJECTS]
    yield from tap.named([
        a_page_that_is_not_what_its_table_gives_is_refused,
        a_page_that_is_malformed_is_refused,
        a_socket_for_verify_is_seen_by_the_test_of_sandboxes,
        a_fault_without_remedy_is_refused,
        a_fault_with_a_code_that_is_taken_is_refused,
    ])


def main():
    for path in tree.files(SOURCE):
        os.makedirs(os.path.dirname(os.path.join(scratch, path)), exist_ok=True)
        shutil.copy2(os.path.join(SOURCE, path), os.path.join(scratch, path))
    for words in (("meson", "setup", "-Dbuildtype=debug", "build"),
                  ("ninja", "-C", "build", *ARCHIVES, SANDBOX_TEST)):
        worked, printed = call(*words)
        if not worked:
            print(f"Bail out! {' '.join(words)} failed:\n{printed}")
            sys.exit(1)
    tap.run(list(sentences()))


with tempfile.TemporaryDirectory(prefix="assay-rails-") as scratch:
    main()
