#!/usr/bin/env python3
"""assay-agent check on real TPMs (swtpm): what is missing has its name and remedy, and both headlines follow from it.

usage: check_test.py BUILD TESTS
"""
import os
import signal
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device, lock  # noqa: E402


def rows(report):
    """What was found, by the name of what was looked at."""
    return {row["field"]: row for kind in ("required", "expected", "informational") for row in report[kind]}


def looked(device, *words):
    code, report = device.run("check", *words)
    return code, report, rows(report)


def is_missing(result, field, fault, attestation, storage):
    """The row that failed, which is what the whole report says as well."""
    code, report, found = result
    tap.equal((code, report["fault"], report["attestation"], report["storage"]), (2, fault, attestation, storage))
    tap.equal((found[field]["outcome"], found[field]["fault"]), ("failed", fault))
    tap.check(found[field]["remedy"] and found[field]["what"], found[field])
    return found[field]


def tests_of_the_tpm(scene):
    def offline(chip=None, **settings):
        return looked(Device(scene, chip, **settings), "--offline")

    def a_tpm_that_works_is_ready():
        code, report, found = offline(Chip(scene))
        tap.equal((code, report["healthStatus"], report["attestation"], report["storage"], report["fault"]),
                  (0, "Attestable", "ready", "ready", None))
        tap.equal((report["isReadyInformation"], report["information"]), (0, []))
        tap.equal(found["tpmPresent"]["value"], True)

    def no_tpm_is_not_supported_and_nothing_else_is_looked_at():
        found = offline()
        is_missing(found, "tpmPresent", "TPM_MISSING", "notSupported", "notSupported")
        tap.equal(found[2]["tpmIsResponsive"]["outcome"], "notRun")
        tap.check("TPM" in found[2]["tpmIsResponsive"]["found"], found[2]["tpmIsResponsive"])

    def a_driver_that_does_not_work_is_not_a_missing_tpm():
        is_missing(offline(tcti="device:/dev/null"), "tpmDriverWorks", "TPM_DRIVER", "notReady", "notReady")

    def a_disabled_hierarchy_is_named_with_what_it_spoils():
        chip = Chip(scene, certified=False)
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear")
        row = is_missing(offline(chip), "endorsementHierarchy", "TPM_HIERARCHY", "notReady", "ready")
        tap.check("endorsement" in row["detail"], row)
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "shEnable", "clear")
        tap.equal(offline(chip)[1]["storage"], "notReady")

    def a_locked_tpm_can_be_attested_and_says_when_it_heals():
        chip = Chip(scene)
        lock(chip)
        row = is_missing(offline(chip), "notLockedOut", "TPM_LOCKOUT", "ready", "notReady")
        tap.check("in 1000 s" in row["detail"], row)

    def a_tpm_that_hangs_is_given_up_and_what_was_waited_for_is_named():
        chip = Chip(scene, certified=False)
        chip.process.send_signal(signal.SIGSTOP)
        row = is_missing(offline(chip), "tpmPresent", "ATTEST_TIMEOUT", "notReady", "notReady")
        tap.equal((row["hresult"], "TPM: no answer" in row["detail"]), ("0x800705B4", True))

    return tap.named([f for f in locals().values() if callable(f) and f is not offline])


devices.run(BUILD, tests_of_the_tpm)
