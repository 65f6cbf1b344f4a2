"""Tests of whole programs, reported as TAP 13. A test is a function whose name is a true sentence."""
import sys
import traceback


class Refuted(Exception):
    """What a test found is not what its name says."""


def check(condition, found):
    if not condition:
        raise Refuted(str(found))


def equal(found, expected):
    check(found == expected, f"found {found!r}, expected {expected!r}")


def count(what, number):
    """Tells ./check how many of something a test looked at; it prints the sum."""
    print(f"# count {what} {number}", flush=True)


def run(tests):
    """Runs (sentence, function) pairs; ends the process with 0 only if all hold."""
    print(f"TAP version 13\n1..{len(tests)}", flush=True)
    failed = 0
    for number, (sentence, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {sentence}", flush=True)
        except Exception as e:
            failed += 1
            print(f"not ok {number} - {sentence}", flush=True)
            text = str(e) if isinstance(e, Refuted) else traceback.format_exc()
            print("\n".join("# " + line for line in text.splitlines()), flush=True)
    sys.exit(1 if failed else 0)


def named(functions):
    """The pairs of functions and the sentences that their names are."""
    return [(f.__name__, f) for f in functions]
