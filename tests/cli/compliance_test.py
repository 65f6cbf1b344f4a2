#!/usr/bin/env python3
"""Compliance in the administrator's shell, word for word: what a person and a program see of policies and devices.

usage: compliance_test.py BUILD
"""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from shell import REFUSED, Shell

MADE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ)?")
DEFAULT = {"displayName": "Default", "isDefault": True, "groupTags": None, "include": None, "exclude": None, "filterId": None,
           "attestedWithinHours": 720, "minimumAssurance": "none", "tpmClasses": None, "firmwareNotVulnerable": False,
           "deviceKeyInTpm": False, "silentHours": None, "gracePeriodHours": 24, "enforcement": "hold"}
GOLDEN = ["  noncompliant", "ASSURANCE_LOW", "  why    Less vouches for the device's TPM than the policy wants.", "  policy strict",
          "  since  …", "  do     Register the device by its EK hash, or import its maker's CA (assay roots import), and attest "
          "again: assay-agent attest."]
REASON = {"code": "ASSURANCE_LOW", "condition": "enough vouches for the TPM", "isUnknown": False, "cause": None,
          "policy": "strict", "graceUntilDateTime": None}


def plain(text):
    """Without what differs from run to run: ids and moments become dots, and spaces at ends go."""
    return [MADE.sub("…", line).rstrip() for line in text.splitlines()]


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def enroll(build, shell):
    """The id of a simulated device whose TPM's certificate vouches for it, which is medium assurance."""
    def sim(*words):
        return subprocess.run([os.path.join(build, "assay-sim"), *words], capture_output=True, check=True).stdout
    maker, server = shell.path("maker"), shell.server
    sim("maker", "--dir", maker)
    shell.does("roots", "import", os.path.join(maker, "root.crt"), "--maker", "TST0", "--class", "test")
    shell.does("registration", "add", "--serial", "SIM-1")
    report = sim("enroll", "--server", server.url, "--ca", server.ca, "--json", "--maker", maker, "--serial", "SIM-1")
    return json.loads(report)["devices"][0]["deviceId"]


def tests_of(build, shell):
    made = {}

    def a_new_server_has_the_default_policy_and_no_devices():
        tap.equal(plain(shell.does("compliance", "list")),
                  ["NAME     DEVICES     ATTESTED  SILENT  GRACE  DOES  ID", "Default  all others  720       -       24     hold  …"])
        rows = json.loads(shell.does("compliance", "list", "--json"))
        tap.equal([without(row, "id", "createdDateTime", "lastModifiedDateTime") for row in rows], [DEFAULT])
        tap.equal(plain(shell.does("compliance", "status")),
                  ["compliant      0", "inGracePeriod  0", "noncompliant   0", "unknown        0"])
        tap.equal(json.loads(shell.does("compliance", "status", "--json")),
                  {"compliantDeviceCount": 0, "inGracePeriodCount": 0, "nonCompliantDeviceCount": 0, "unknownDeviceCount": 0})

    def a_policy_is_shown_as_it_was_said():
        made["id"] = shell.does("compliance", "add", "strict", "--set", "assurance=high", "--set", "grace=0", "--set",
                                "enforcement=report").strip()
        tap.equal(plain(shell.does("compliance", "show", made["id"])),
                  ["id               …", "name             strict", "default          no", "assurance        high",
                   "firmware         no", "key              no", "grace            0", "enforcement      report",
                   "created          …", "changed          …"])
        shown = json.loads(shell.does("compliance", "show", made["id"], "--json"))
        tap.equal(without(shown, "id", "createdDateTime", "lastModifiedDateTime", "@odata.etag"),
                  {**DEFAULT, "displayName": "strict", "isDefault": False, "attestedWithinHours": None,
                   "minimumAssurance": "high", "gracePeriodHours": 0, "enforcement": "report"})

    def a_word_that_is_none_is_refused_with_those_that_are():
        said = shell.refuses(REFUSED, "PARSE_FIELD", "compliance", "add", "x", "--set", "assurance=best")
        tap.check("minimumAssurance: none, low, medium or high." in said, said)

    def a_device_that_lacks_something_is_told_what_and_what_mends_it():
        made["device"] = enroll(build, shell)
        tap.equal(plain(shell.does("compliance", "status", made["device"])), GOLDEN)
        row = json.loads(shell.does("compliance", "status", made["device"], "--json"))
        tap.equal((row["complianceState"], row["isDenied"]), ("noncompliant", False))
        tap.equal([without(reason, "what", "remedy", "sinceDateTime") for reason in row["complianceReasons"]], [REASON])

    def with_the_policy_gone_it_is_compliant_and_counted_so():
        shell.does("compliance", "remove", made["id"])
        tap.equal(json.loads(shell.does("compliance", "status", made["device"], "--json"))["complianceState"], "compliant")
        shell.refuses(REFUSED, "NOT_FOUND", "compliance", "show", made["id"])

    return tap.named([test for test in locals().values() if callable(test)])


def main():
    build = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, Assayd(build, folder) as server:
        tap.run(tests_of(build, Shell(build, folder, server)))


main()
