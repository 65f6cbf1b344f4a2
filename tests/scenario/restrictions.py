#!/usr/bin/env python3
"""An organisation turns unattested devices away: watched first, then in force, then lifted.

usage: restrictions.py BUILD
"""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402

RESTRICTIONS = "/graph/beta/deviceManagement/deviceEnrollmentConfigurations"
UNATTESTED = '(device.isTpmAttested -eq "False")'
MESSAGE = "Personal devices need a TPM. Ask the help desk for a laptop."


class Scene(Desk):
    """A server that trusts one maker, and lets devices without a TPM enrol by token."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.run("assay-sim", "maker", "--dir", self.path("maker"))
        self.assay("roots", "import", self.path("maker/root.crt"), "--maker", "IFX", "--class", "test")
        self.assay("profile", "add", "open", "--attestation", "preferred")
        self.rule = None   # the restriction that the story is about

    def token(self):
        return self.assay("token", "add", "--profile", "open").strip()

    def attested(self, name):
        """A registered laptop with a TPM enrols; the fault, or nothing."""
        self.server.register(serialNumber=name)
        return self.devices_of("--maker", self.path("maker"), "--serial", name, "--name", name)[0]["fault"]

    def unattested(self, name, token):
        """Somebody's own device without a TPM; the fault, or nothing."""
        return self.devices_of("--no-tpm", "not found", "--serial", name, "--name", name, "--token", token)[0]["fault"]

    def agent(self, name, token):
        """The same by the agent, whose screen somebody reads."""
        config = self.write(name + ".conf", f"server = {self.server.url}\nca = {self.server.ca}\nname = {name}\n"
                                            f"state = {self.path(name)}\nserial = {name}\n")
        return self.run("assay-agent", "enroll", "--no-tpm", "--token", token, "--config", config, offline=True)

    def refusal(self, name):
        return next(row for row in self.facts("refusal", "list") if row["deviceName"] == name)


def at_first_the_default_policy_alone_lets_everybody_in():
    rows = SCENE.facts("restriction", "list")
    tap.equal([(row["displayName"], row["action"], row["isDefault"]) for row in rows], [("Default", "allow", True)])
    tap.equal(SCENE.unattested("byod-1", SCENE.token()), "")


def a_restriction_is_watched_before_it_is_in_force():
    SCENE.assay("filter", "add", "unattested", "--rule", UNATTESTED)
    SCENE.rule = SCENE.assay("restriction", "add", "No TPM", "--set", "include=unattested", "--set", "state=monitor",
                             "--set", f"message={MESSAGE}").strip()
    tap.equal(SCENE.attested("laptop-1"), "")
    tap.equal(SCENE.unattested("byod-2", SCENE.token()), "")
    hits = SCENE.facts("restriction", "hits")
    tap.equal([(hit["deviceName"], hit["wouldBlock"]) for hit in hits], [("byod-2", "No TPM: it blocks such devices")])
    text = SCENE.assay("restriction", "hits")
    tap.check("WOULD BLOCK" in text and "byod-2" in text, text)


def in_force_it_blocks_unattested_devices_and_no_others():
    SCENE.assay("restriction", "set", SCENE.rule, "--set", "state=on")
    tap.equal(SCENE.unattested("byod-3", SCENE.token()), "RESTRICTION_BLOCKED")
    tap.equal(SCENE.attested("laptop-2"), "")
    names = [device["deviceName"] for device in SCENE.facts("device", "list")]
    tap.equal(sorted(names), ["byod-1", "byod-2", "laptop-1", "laptop-2"])


def whoever_is_blocked_reads_the_message_on_the_screen():
    done = SCENE.agent("byod-4", SCENE.token())
    screen = " ".join(done.stdout.split())
    tap.equal(done.returncode, 1)
    for text in ("RESTRICTION_BLOCKED", "0x80180032", MESSAGE, "restriction No TPM"):
        tap.check(text in screen, done.stdout)
    tap.check(not os.path.exists(os.path.join(SCENE.path("byod-4"), "device.crt")), "a certificate was issued")


def the_administrator_finds_message_and_restriction_with_the_refusal():
    row = SCENE.refusal("byod-4")
    tap.equal((row["fault"], row["hresult"]), ("RESTRICTION_BLOCKED", "0x80180032"))
    tap.equal(row["detail"], MESSAGE + " (restriction No TPM: it blocks such devices)")
    SCENE.assay("refusal", "evidence", row["id"], "--out", SCENE.path("byod-4.evidence"))
    report = SCENE.run("assay", "inspect", "evidence", SCENE.path("byod-4.evidence"), offline=True).stdout
    tap.check("RESTRICTION_BLOCKED" in report and MESSAGE in " ".join(report.split()), report)


def a_token_that_was_blocked_is_not_used_up_and_enrols_once_that_is_lifted():
    token = SCENE.token()
    tap.equal(SCENE.unattested("byod-5", token), "RESTRICTION_BLOCKED")
    SCENE.assay("restriction", "set", SCENE.rule, "--set", "state=off")
    tap.equal(SCENE.unattested("byod-5", token), "")
    SCENE.assay("restriction", "set", SCENE.rule, "--set", "state=on")


def the_first_that_applies_decides_and_the_order_can_be_changed():
    ours = SCENE.assay("restriction", "add", "Pilot", "--set", "action=allow").strip()
    tap.equal(SCENE.unattested("byod-6", SCENE.token()), "RESTRICTION_BLOCKED")
    SCENE.assay("restriction", "move", ours, "--priority", "1")
    tap.equal([row["displayName"] for row in SCENE.facts("restriction", "list")], ["Pilot", "No TPM", "Default"])
    tap.equal(SCENE.unattested("byod-6", SCENE.token()), "")
    SCENE.assay("restriction", "remove", ours)


def a_filter_in_use_stays_and_the_default_policy_too():
    rows = SCENE.facts("restriction", "list")
    told = SCENE.assay("filter", "remove", SCENE.facts("filter", "list")[0]["id"], good=(1,))
    tap.check("IN_USE" in told, told)
    told = SCENE.assay("restriction", "remove", rows[-1]["id"], good=(1,))
    tap.check("RESTRICTION_DEFAULT" in told, told)
    SCENE.assay("restriction", "set", rows[-1]["id"], "--set", "ownership=corporate")
    SCENE.assay("restriction", "set", SCENE.rule, "--set", "state=off")
    tap.equal(SCENE.unattested("byod-7", SCENE.token()), "RESTRICTION_BLOCKED")
    tap.equal(SCENE.attested("laptop-3"), "")
    SCENE.assay("restriction", "set", rows[-1]["id"], "--set", "ownership=")


def mistakes_are_named_by_api_and_shell():
    cases = (({}, 400, "PARSE_FIELD", "displayName: it has none"), ({"displayName": "x", "state": "maybe"}, 400, "PARSE_FIELD", "monitor"),
             ({"displayName": "x", "include": "none"}, 404, "NOT_FOUND", "filter list"),
             ({"displayName": "x", "platformType": "debian"}, 409, "POL_UNVERIFIED_ATTR", "say of themselves"),
             ({"displayName": "No TPM"}, 409, "CONFLICT", ""))
    for body, status, code, detail in cases:
        got, problem = SCENE.server.api("POST", RESTRICTIONS, body)
        tap.equal((got, problem["code"]), (status, code))
        tap.check(detail in (problem.get("detail") or ""), problem)
    told = SCENE.assay("restriction", "add", "x", "--set", "colour=red", good=(2,))
    tap.check("fields are state, action, include" in told, told)


def what_is_in_force_outlives_the_server():
    SCENE.assay("restriction", "set", SCENE.rule, "--set", "state=on")
    token = SCENE.token()
    SCENE.server.stop()
    SCENE.server.start()
    SCENE.contact["ASSAY_SERVER"] = "https://" + SCENE.server.address("net-admin")
    tap.equal(SCENE.unattested("byod-8", token), "RESTRICTION_BLOCKED")
    SCENE.assay("restriction", "remove", SCENE.rule)
    tap.equal(SCENE.unattested("byod-8", token), "")


TESTS = [
    at_first_the_default_policy_alone_lets_everybody_in,
    a_restriction_is_watched_before_it_is_in_force,
    in_force_it_blocks_unattested_devices_and_no_others,
    whoever_is_blocked_reads_the_message_on_the_screen,
    the_administrator_finds_message_and_restriction_with_the_refusal,
    a_token_that_was_blocked_is_not_used_up_and_enrols_once_that_is_lifted,
    the_first_that_applies_decides_and_the_order_can_be_changed,
    a_filter_in_use_stays_and_the_default_policy_too,
    mistakes_are_named_by_api_and_shell,
    what_is_in_force_outlives_the_server,
]


def main():
    global SCENE
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE = Scene(server, folder)
        tap.run(tap.named(TESTS))


main()
