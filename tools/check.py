#!/usr/bin/env python3
"""The steps of ./check: builds, rails and tests, one line each, failures with their output, and the sum."""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORPORA = os.path.join(ROOT, "..", "shared", "corpora")

GCC, CLANG = "build", "build-clang"
SOURCE_RAILS = ["layers", "banned", "size", "columns", "words", "scripts"]
OBJECT_RAILS = ["names", "pure", "manual"]

# Folders whose tests valgrind reads; the others wait for processes, chips and disks.
VALGRIND_FOLDERS = ("base", "wire", "policy", "report", "cert")
# Folders whose tests wait for processes, chips, disks and databases, or are programs' faces; what they parse has fuzz
# targets. The sanitizers see them in --full.
OUTSIDE_FOLDERS = ("flow", "server", "tpm", "store", "http", "sign", "proc", "agent", "api", "cli", "sim")
FUZZ_SECONDS = 60
OUTPUT_LINES = 120


@dataclass
class Tally:
    """What a step found: tests that passed, failed and were skipped, what there is to say about failures, and what
    the tests counted by themselves ("# count WHAT N" in what they print)."""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    output: list = field(default_factory=list)
    counts: collections.Counter = field(default_factory=collections.Counter)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.output += other.output
        self.counts.update(other.counts)


def run(*words, **more):
    return subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False, **more)


def one(done, title):
    """The tally of a program that is one test."""
    if done.returncode == 0:
        return Tally(passed=1)
    return Tally(failed=1, output=[(title, done.stdout)])


def timed(step, *arguments):
    begin = time.monotonic()
    tally = step(*arguments)
    tally.seconds = time.monotonic() - begin
    return tally


# --- builds and rails -------------------------------------------------------------------------------------------


def build(folder, is_full, *before):
    """Makes the folder ready; what stands before is put before each command."""
    configured = one(run(*before, "tools/configure", folder), f"tools/configure {folder}")
    if configured.failed:
        return configured
    is_part = folder != GCC and not is_full
    targets = inside(folder) if is_part else []
    made = one(run(*before, "ninja", "--quiet", "-C", folder, *targets), f"ninja -C {folder}")
    if made.failed:
        return made
    return read_outside(folder, before) if is_part else Tally()


def compilations(folder):
    return [command for command in json.loads(run("ninja", "-C", folder, "-t", "compdb").stdout)
            if command["output"].endswith(".o")]


def read_outside(folder, before):
    """What is not compiled here the compiler reads, for its warnings."""
    def read(command):
        words = [*before, *shlex.split(command["command"]), "-fsyntax-only"]
        return subprocess.run(words, cwd=command["directory"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)

    unmade = [command for command in compilations(folder)
              if not os.path.exists(os.path.join(ROOT, folder, command["output"]))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as readers:
        for command, done in zip(unmade, readers.map(read, unmade)):
            if done.returncode:
                return Tally(failed=1, output=[(command["file"], done.stdout)])
    return Tally()


def introspect(folder, what):
    return json.loads(run("meson", "introspect", f"--{what}", folder).stdout)


def inside(folder):
    """The tests that are run where not all are, and no program."""
    needed = {target for test in introspect(folder, "tests") for target in test["depends"]
              if {"assay:unit", "assay:fuzz"} & set(test["suite"]) and not is_outside(test["name"])}
    return [os.path.relpath(path, os.path.join(ROOT, folder)) for target in introspect(folder, "targets")
            if target["id"] in needed for path in target["filename"]]


def is_outside(test):
    return test.split("/")[0] in OUTSIDE_FOLDERS


def rail(name):
    return one(run(f"tools/check-{name}"), f"tools/check-{name}")


# --- tests ------------------------------------------------------------------------------------------------------


def count(test):
    """The tally of one test program by what it printed: what it planned and did not do has failed."""
    tally, plan, text = Tally(), None, test.get("stdout", "")
    for line in text.splitlines():
        planned = re.match(r"1\.\.(\d+)", line)
        outcome = re.match(r"(not )?ok\b(.*)", line)
        counted = re.match(r"# count (.+) (\d+)$", line)
        if planned:
            plan = int(planned.group(1))
        elif counted:
            tally.counts[counted.group(1)] += int(counted.group(2))
        elif outcome and re.search(r"# skip", outcome.group(2), re.I):
            tally.skipped += 1
        elif outcome and outcome.group(1):
            tally.failed += 1
        elif outcome:
            tally.passed += 1
    done = tally.passed + tally.failed + tally.skipped
    if plan is not None and plan > done:
        tally.failed += plan - done
    if not done and plan is None and test["result"] in ("OK", "SKIP"):
        tally.add(Tally(passed=1) if test["result"] == "OK" else Tally(skipped=1))
    # cmocka writes "not ok 1 # SKIP", which meson takes for a failure: there the exit code decides.
    elif test["result"] not in ("OK", "SKIP") and not tally.failed and (test["returncode"] or not tally.skipped):
        tally.failed = 1
    if tally.failed:
        title = f"{test['name']}: {test['result'].lower()}, exit {test['returncode']}"
        tally.output.append((title, "\n".join(interesting(text) + [test.get("stderr", "")])))
    return tally


def interesting(text):
    """What a failed program printed, without the tests that passed."""
    return [line for line in text.splitlines() if not re.match(r"ok\b|# .*/fuzz/", line)]


def tests(name, folder, *selection):
    """Runs the selected tests of a build. What they printed is in meson-logs/check-NAME.txt."""
    # A wrapper's name is added to that of the log.
    logs = os.path.join(glob.escape(ROOT), folder, "meson-logs", f"check-{name}*.json")
    for log in glob.glob(logs):
        os.remove(log)
    waiting = 4 * (folder == GCC)   # whole programs, which wait more than they compute
    # meson would have all memory filled that is given out; of a request's bounded arena most is never touched, so that
    # took a third of the time. What is read before it was written is found by valgrind, in the long proofs.
    os.environ.setdefault("MALLOC_PERTURB_", "0")
    done = run("meson", "test", "-C", folder, "--no-rebuild", "--timeout-multiplier", "4",
               "--num-processes", str((os.cpu_count() or 1) + waiting),
               "--logbase", f"check-{name}", *selection)
    sum_of = Tally()
    for log in glob.glob(logs):
        with open(log, encoding="utf-8") as f:
            for line in f:
                sum_of.add(count(json.loads(line)))
    if not sum_of.passed + sum_of.failed + sum_of.skipped:
        sum_of.add(Tally(failed=1, output=[(f"meson test in {folder} ran nothing", done.stdout)]))
    return sum_of


def corpora():
    """Tells the tests where real evidence lies. Tests that need it are skipped when nobody says so."""
    if os.environ.get("ASSAY_CORPORA"):
        os.environ["ASSAY_CORPORA"] = os.path.abspath(os.environ["ASSAY_CORPORA"])
    elif os.path.isdir(CORPORA):
        os.environ["ASSAY_CORPORA"] = os.path.realpath(CORPORA)
    else:
        os.environ.pop("ASSAY_CORPORA", None)
        return Tally(skipped=1)
    folder = os.environ["ASSAY_CORPORA"]
    if os.path.isdir(folder):
        return Tally(passed=1)
    return Tally(failed=1, output=[("corpora", f"ASSAY_CORPORA is {folder}, which is not there.")])


# --- the long proofs --------------------------------------------------------------------------------------------


def names(suite, folder=GCC):
    """The tests of a suite, as FOLDER/NAME."""
    listed = run("meson", "test", "-C", folder, "--no-rebuild", "--list", "--suite", suite).stdout
    return re.findall(r"^\S+ / (\S+)$", listed, re.M)


def long_tests():
    return tests("long", GCC, "--suite", "long") if names("long") else Tally()


def sanitized(name, outside):
    """The tests in C with sanitizers: those of the folders that have outside things, or all others."""
    chosen = [test for suite in ("unit", "fuzz") for test in names(suite, CLANG)
              if is_outside(test) == outside]
    return tests(name, CLANG, *chosen)


def fuzz():
    sum_of = Tally()
    for path in sorted(glob.glob(os.path.join(glob.escape(ROOT), "fuzz", "fuzz_*.c"))):
        name = os.path.basename(path)[len("fuzz_"):-len(".c")]
        sum_of.add(one(run("tools/fuzz-run", name, str(FUZZ_SECONDS)), f"fuzz {name}"))
    return sum_of


def valgrind():
    chosen = [name for name in names("unit") if name.startswith(VALGRIND_FOLDERS)]
    return tests("valgrind", GCC, "--wrap",
                 "valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite",
                 "--timeout-multiplier", "40", *chosen)


# --- the plan ---------------------------------------------------------------------------------------------------


@dataclass
class Step:
    name: str
    needs: str | None       # the build folder that it reads
    do: callable
    arguments: tuple = ()


STEPS = [
    Step("corpora", None, corpora),
    *[Step(name, None, rail, (name,)) for name in SOURCE_RAILS],
    *[Step(name, GCC, rail, (name,)) for name in OBJECT_RAILS],
    Step("tests", GCC, tests, ("tests", GCC, "--no-suite", "long")),
    Step("sanitized", CLANG, sanitized, ("sanitized", False)),
]

LONG_STEPS = [
    Step("long", GCC, long_tests),
    Step("sanitized-outside", CLANG, sanitized, ("sanitized-outside", True)),
    Step("valgrind", GCC, valgrind),
    Step("fuzz", None, fuzz),
]


def plan(options):
    steps = STEPS + (LONG_STEPS if options.full else [])
    if not options.only:
        return steps
    named = [step for step in STEPS + LONG_STEPS if step.name == options.only]
    if named:
        return [STEPS[0]] + named
    return [STEPS[0], Step(options.only, GCC, tests, ("only", GCC, options.only))]


def counted(counts):
    """Lines of what tests counted. "mutation: checks disabled" and "mutation: survived" share the line of mutation."""
    lines = {}
    for what, number in counts.items():
        subject, thing = re.fullmatch(r"(?:(.+): )?(.+)", what).groups("counted")
        lines.setdefault(subject, []).append(f"{number} {thing}")
    return [f"{subject}: {', '.join(things)}" for subject, things in lines.items()]


class Report:
    """One line per step, and the sum."""

    def __init__(self):
        self.sum, self.counts = Tally(), collections.Counter()

    def add(self, name, tally):
        self.sum.add(tally)
        for what, number in tally.counts.items():   # another build counts the same things again
            self.counts[what] = max(number, self.counts[what])
        print(f"{name:<12} {tally.passed:>6} passed {tally.failed:>4} failed {tally.skipped:>4} skipped "
              f"{tally.seconds:>7.1f} s", flush=True)
        for title, output in tally.output:
            lines = output.rstrip().splitlines()
            print(f"--- {title}")
            if len(lines) > OUTPUT_LINES:
                print(f"(the last {OUTPUT_LINES} of {len(lines)} lines)")
            print("\n".join(lines[-OUTPUT_LINES:]), flush=True)

    def end(self, begin):
        total = self.sum
        for line in counted(self.counts):
            print(line)
        print(f"total {time.monotonic() - begin:.0f} s, without installing")
        print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
        return total.failed != 0


def floor():
    """The least number of tests that must pass, from tools/floor."""
    kind = "present" if os.environ.get("ASSAY_CORPORA") else "absent"
    with open(os.path.join(ROOT, "tools", "floor"), encoding="utf-8") as f:
        return kind, int(re.search(rf"^{kind} (\d+)$", f.read(), re.M).group(1))


def check_floor(report):
    kind, least = floor()
    if report.sum.passed >= least:
        return Tally(passed=1)
    sentence = f"{report.sum.passed} passed; with corpora {kind} it takes {least}."
    return Tally(failed=1, output=[("tools/floor", sentence)])


def follow(steps, report, is_full):
    """Rails that read sources alone run beside the first build, later builds beside tests, which wait a lot."""
    folders = list(dict.fromkeys(step.needs for step in steps if step.needs))
    built, started = {}, {}
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        early = [step for step in steps if step.do is rail and not step.needs]
        results = [(step.name, beside.submit(timed, step.do, *step.arguments)) for step in early]
        for step in [step for step in steps if step not in early] + [None]:
            folder = step.needs if step else None
            if folder and folder not in built:
                built[folder] = started[folder].result() if folder in started else timed(build, folder, is_full)
                report.add(folder, built[folder])
                started.update({later: beside.submit(timed, build, later, is_full, "nice", "-n", "10")
                                for later in folders if later not in built and later not in started})
            while results and (folder or not step):
                name, result = results.pop(0)
                report.add(name, result.result())
            if step and not (folder and built[folder].failed):
                report.add(step.name, timed(step.do, *step.arguments))


def main():
    parser = argparse.ArgumentParser(prog="check")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", metavar="NAME")
    options = parser.parse_args()
    begin, report = time.monotonic(), Report()
    follow(plan(options), report, options.full or bool(options.only))
    if not options.only:
        report.add("floor", check_floor(report))
    return report.end(begin)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
