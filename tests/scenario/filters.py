#!/usr/bin/env python3
"""Assignment filters as an administrator lives them: tried out, kept, changed, asked of devices, taken away.

usage: filters.py BUILD
"""
import json
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402

FILTERS = "/graph/beta/deviceManagement/assignmentFilters"
UNATTESTED = '(device.isTpmAttested -eq "False")'


class Scene(Desk):
    """A server that trusts one maker, with a laptop of the group sales and one without a TPM."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.run("assay-sim", "maker", "--dir", self.path("maker"))
        self.assay("roots", "import", self.path("maker/root.crt"), "--maker", "IFX", "--class", "test")
        server.register(serialNumber="SN-1", groupTag="sales")
        self.assay("profile", "add", "open", "--attestation", "preferred")
        token = self.assay("token", "add", "--profile", "open").strip()
        self.enroll("--maker", self.path("maker"), "--serial", "SN-1", "--name", "laptop")
        self.enroll("--no-tpm", "not found", "--serial", "SN-2", "--name", "guest", "--token", token)

    def enroll(self, *words):
        report = self.devices_of(*words)[0]
        tap.equal(report["fault"], "")

    def preview(self, what):
        return self.facts("filter", "preview", what)

    def names(self, what):
        return {row["deviceName"]: row["truth"] for row in self.preview(what)["value"]}


def an_expression_is_checked_without_a_server():
    said = json.loads(SCENE.assay("filter", "check", 'device.GroupTag eq "x"', "--json", offline=True))
    tap.equal(said, {"rule": '(device.groupTag -eq "x")', "isVerified": True,
                     "properties": [{"property": "groupTag", "source": "record"}]})
    text = SCENE.assay("filter", "check", 'device.model -eq "x"', offline=True)
    tap.check("reads model, a label" in text and "--trust-claims" in text, text)


def a_mistake_is_pointed_at():
    for words in (("check",), ("preview",), ("add", "x", "--rule")):
        told = SCENE.assay("filter", *words, "device.model -eq 'x'", good=(2,))
        tap.equal(told.splitlines()[:2], ["device.model -eq 'x'", " " * 17 + "^"])
        tap.check("FILTER_SYNTAX" in told and "column 18" in told and "double quotes" in told, told)


def the_api_names_column_and_property():
    cases = (("device.model -eq 'x'", 400, "FILTER_SYNTAX", "column 18: "),
             ('device.colour -eq "x"', 400, "FILTER_PROPERTY", "column 8: "),
             ('device.model -gt "1.0"', 400, "FILTER_OPERATOR", "column 14: "),
             ('device.isTpmAttested -eq "No"', 400, "FILTER_VALUE", "column 26: "),
             ("device.model -eq \"" + "x" * 3072 + '"', 413, "FILTER_LIMIT", "column 3092: "),
             ('device.model -eq "x"', 409, "POL_UNVERIFIED_ATTR", "device.model "))
    for rule, status, code, detail in cases:
        got, problem = SCENE.server.api("POST", FILTERS, {"displayName": "bad", "rule": rule})
        tap.equal((got, problem["code"]), (status, code))
        tap.check(problem["detail"].startswith(detail), problem)
    tap.equal(SCENE.server.api("GET", FILTERS)[1]["value"], [])


def a_filter_is_kept_shown_changed_and_taken_away():
    one = SCENE.assay("filter", "add", "unattested", "--rule", UNATTESTED).strip()
    record = SCENE.facts("filter", "show", one)
    tap.equal((record["displayName"], record["rule"], record["trustClaims"]), ("unattested", UNATTESTED, False))
    tap.check("CONFLICT" in SCENE.assay("filter", "add", "unattested", "--rule", UNATTESTED, good=(1,)), "kept twice")
    SCENE.assay("filter", "set", one, "--name", "proved", "--rule", 'device.isTpmAttested -eq "True"')
    tap.check("proved" in SCENE.assay("filter", "list"), "not renamed")
    tap.equal(SCENE.names(one), {"laptop": "True"})
    told = SCENE.assay("filter", "set", one, "--rule", 'device.model -eq "x"', good=(1,))
    tap.check("POL_UNVERIFIED_ATTR" in told, told)
    two = SCENE.assay("filter", "add", "dell", "--rule", 'device.model -eq "x"', "--trust-claims").strip()
    SCENE.assay("filter", "remove", one, two)
    SCENE.assay("filter", "show", one, good=(1,))


def a_preview_says_who_and_why():
    said = SCENE.preview(UNATTESTED)
    tap.equal((said["devices"], said["matching"], said["unknown"]), (2, 1, 0))
    tap.equal(said["value"][0]["deviceName"], "guest")
    tap.equal(said["value"][0]["comparisons"],
              [{"comparison": UNATTESTED[1:-1], "value": "False", "truth": "True"}])
    tap.equal(SCENE.names('device.groupTag -eq "SALES" and device.deviceOwnership -eq "Corporate"'), {"laptop": "True"})
    tap.equal(SCENE.names('device.tpmManufacturer -ne "STM"'), {"laptop": "True", "guest": "Unknown"})
    tap.equal(SCENE.names('device.deviceName -startsWith "lap" or device.assurance -eq "none"'),
              {"laptop": "True", "guest": "True"})
    text = SCENE.assay("filter", "preview", UNATTESTED)
    tap.check(text.startswith("1 of 2 devices match") and 'True     device.isTpmAttested -eq "False"  is "False"' in text, text)


def the_api_checks_a_rule():
    got, said = SCENE.server.api("POST", FILTERS + "/validateFilter", {"rule": "device.model eq $null"})
    tap.equal((got, said["isValid"], said["rule"], said["isVerified"]),
              (200, True, "(device.model -eq null)", False))


TESTS = [
    an_expression_is_checked_without_a_server,
    a_mistake_is_pointed_at,
    the_api_names_column_and_property,
    a_filter_is_kept_shown_changed_and_taken_away,
    a_preview_says_who_and_why,
    the_api_checks_a_rule,
]


def main():
    global SCENE
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE = Scene(server, folder)
        tap.run(tap.named(TESTS))


main()
