#!/usr/bin/env python3
"""./check counts test functions, and whatever a program planned and did not do has failed.

usage: count_test.py SOURCE BUILD
"""
import collections
import contextlib
import io
import os
import sys

SOURCE = os.path.abspath(sys.argv[1])
sys.dont_write_bytecode = True
sys.path[1:1] = [os.path.join(SOURCE, "tests", "sim"), os.path.join(SOURCE, "tools")]

import check  # noqa: E402
import tap    # noqa: E402

# What the program printed, what meson made of it, its exit code: passed, failed, skipped.
PROGRAMS = {
    "functions_are_counted_one_by_one": ("1..2\nok 1 - a\nok 2 - b\n", "OK", 0, (2, 0, 0)),
    "a_function_that_failed_is_counted": ("1..2\nok 1 - a\nnot ok 2 - b\n", "FAIL", 1, (1, 1, 0)),
    "a_skip_is_neither_passed_nor_failed": ("1..2\nok 1 - a\nok 2 # SKIP b\n", "OK", 0, (1, 0, 1)),
    "a_skip_as_cmocka_writes_it_is_a_skip": ("1..2\nok 1 - a\nnot ok 2 # SKIP b\n", "FAIL", 0, (1, 0, 1)),
    "a_plan_that_ends_early_has_failed": ("1..3\nok 1 - a\n", "ERROR", 0, (1, 2, 0)),
    "a_program_that_crashed_has_failed": ("", "FAIL", -11, (0, 1, 0)),
    "a_crash_after_the_last_function_has_failed": ("1..1\nok 1 - a\n", "ERROR", -6, (1, 1, 0)),
    "a_crash_after_a_skip_has_failed": ("1..1\nok 1 # SKIP a\n", "ERROR", -6, (0, 1, 1)),
    "a_program_without_plan_has_failed": ("nothing to see\n", "ERROR", 0, (0, 1, 0)),
    "a_program_that_took_too_long_has_failed": ("1..1\n", "TIMEOUT", -15, (0, 1, 0)),
    "a_program_that_prints_nothing_is_one_test": ("", "OK", 0, (1, 0, 0)),
    "a_program_that_skips_itself_is_one_skip": ("", "SKIP", 77, (0, 0, 1)),
}


def counts(text, result, code, expected):
    def test():
        tally = check.count({"name": "planted", "stdout": text, "result": result, "returncode": code})
        tap.equal((tally.passed, tally.failed, tally.skipped), expected)
        tap.check(not tally.failed or tally.output, "a failure without a word")
    return test


def what_a_program_counts_is_summed_by_name():
    printed = "1..1\n# count mutation: survived 0\n# count vectors 3\nok 1 - a\n# count vectors 4\n"
    tally = check.count({"name": "planted", "stdout": printed, "result": "OK", "returncode": 0})
    tap.equal((tally.passed, dict(tally.counts)), (1, {"mutation: survived": 0, "vectors": 7}))


def counts_of_one_subject_are_one_line():
    lines = check.counted({"mutation: checks disabled": 9, "vectors": 7, "mutation: survived": 0})
    tap.equal(lines, ["mutation: 9 checks disabled, 0 survived", "counted: 7 vectors"])


def what_two_builds_count_is_counted_once():
    report = check.Report()
    with contextlib.redirect_stdout(io.StringIO()):
        for number in (7, 7, 5):
            report.add("planted", check.Tally(counts=collections.Counter({"vectors": number, "survived": 0})))
    tap.equal(dict(report.counts), {"vectors": 7, "survived": 0})


tap.run([(sentence, counts(*program)) for sentence, program in PROGRAMS.items()] +
        tap.named([what_a_program_counts_is_summed_by_name, counts_of_one_subject_are_one_line,
                   what_two_builds_count_is_counted_once]))
