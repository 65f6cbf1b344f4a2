#!/usr/bin/env python3
"""Two alike laptops, of which one is let in: its timeline says what happened, what would help, and where they differ.

usage: timeline.py BUILD
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

ALIKE, DIFFER = 0, 4


class Scene(Desk):
    """A server that trusts one of two makers."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        for maker in ("known", "unknown"):
            self.run("assay-sim", "maker", "--dir", self.path(maker))
        self.assay("roots", "import", self.path("known/root.crt"), "--maker", "IFX", "--class", "test")
        self.ids = {}

    def comes(self, name, maker="known"):
        """The laptop enrols or is refused, each time with the same TPM; the fault, or nothing."""
        os.makedirs(self.path(name), exist_ok=True)
        said = self.devices_of("--maker", self.path(maker), "--serial", name, "--name", name, "--keys", self.path(name))[0]
        self.ids[name] = said["deviceId"]
        return said["fault"]

    def ek_hash(self, name):
        return next(row["ekHash"] for row in self.facts("refusal", "list") if row["deviceName"] == name)

    def events(self, of):
        return [event["event"] for event in self.facts("device", "timeline", of)]


def a_refused_laptop_reads_what_would_let_it_in_and_that_does():
    tap.equal(SCENE.comes("laptop-1"), "DEVICE_NOT_REGISTERED")
    ek_hash = SCENE.ek_hash("laptop-1")
    (event,) = SCENE.facts("device", "timeline", ek_hash)
    tap.equal((event["event"], event["now"], event["stands"]), ("refused", "DEVICE_NOT_REGISTERED", True))
    tap.check("registeredSerial" in [change["change"] for change in event["wouldPassIf"]], event)
    SCENE.server.register(serialNumber="laptop-1")
    text = SCENE.assay("device", "timeline", ek_hash)
    tap.check("it would be asked for its proof now" in " ".join(text.split()), text)
    tap.equal(SCENE.comes("laptop-1"), "")


def its_timeline_begins_with_the_registration_and_keeps_the_refusal():
    events = SCENE.facts("device", "timeline", SCENE.ids["laptop-1"])
    words = [event["event"] for event in events]
    tap.equal(sorted(words), sorted(["registered", "refused", "trusted", "decided", "decided", "issued", "issued", "enrolled"]))
    tap.equal(words[-6:], ["trusted", "decided", "decided", "issued", "issued", "enrolled"])
    trusted = next(event for event in events if event["event"] == "trusted")
    tap.equal(({check["outcome"] for check in trusted["checks"]}, len(trusted["evidence"])), ({"passed"}, 64))
    tap.equal([event["dateTime"] for event in events], sorted(event["dateTime"] for event in events))


def pages_follow_each_other_and_a_table_has_a_row_for_each_event():
    pages = SCENE.server.api("GET", f"/assay/v1/devices/{SCENE.ids['laptop-1']}/timeline?$top=3")[1]
    tap.equal(len(pages["value"]), 3)
    tap.check(f"/{SCENE.ids['laptop-1']}/timeline?" in pages["@odata.nextLink"], pages["@odata.nextLink"])
    rows = SCENE.assay("device", "timeline", SCENE.ids["laptop-1"], "--format", "csv").splitlines()
    tap.equal((rows[0], len(rows)), ("dateTime,event,summary,fault,actor,evidence", 9))


def a_restriction_that_blocks_is_named_and_lifted():
    SCENE.server.register(serialNumber="laptop-2")
    rule = SCENE.assay("restriction", "add", "Nobody new").strip()
    tap.equal(SCENE.comes("laptop-2"), "RESTRICTION_BLOCKED")
    event = SCENE.facts("device", "timeline", SCENE.ek_hash("laptop-2"))[-1]
    tap.equal(event["wouldPassIf"], [{"change": "restrictionOff", "text": "restriction Nobody new were off"}])
    SCENE.assay("restriction", "set", rule, "--set", "state=off")
    tap.equal(SCENE.comes("laptop-2"), "")


def alike_laptops_are_alike_in_every_fact():
    done = SCENE.run("assay", "device", "compare", SCENE.ids["laptop-1"], SCENE.ids["laptop-1"])
    tap.equal((done.returncode, done.stdout), (ALIKE, "They are alike in every fact.\n"))
    done = SCENE.run("assay", "device", "compare", SCENE.ids["laptop-1"], SCENE.ids["laptop-2"])
    tap.equal((done.returncode, done.stdout), (ALIKE, "They are alike in every fact.\n"))


def the_first_fact_in_which_two_differ_is_that_of_the_earliest_stage():
    SCENE.server.register(serialNumber="laptop-3")
    tap.equal(SCENE.comes("laptop-3", "unknown"), "EK_CHAIN_UNTRUSTED")
    sides = (SCENE.ids["laptop-1"], SCENE.ek_hash("laptop-3"))
    done = SCENE.run("assay", "device", "compare", *sides)
    tap.equal(done.returncode, DIFFER)
    tap.check("The first fact in which they differ is\nTPM: tpmManufacturer\n  a  IFX\n  b  -\n" in done.stdout, done.stdout)
    facts = json.loads(SCENE.run("assay", "device", "compare", *sides, "--json").stdout)["differences"]
    tap.equal([f for f in facts if f["fact"] == "check: EK_CERT_CHAIN"],
              [{"fact": "check: EK_CERT_CHAIN", "a": "passed", "b": "failed"}])
    SCENE.server.register(serialNumber="laptop-4", groupTag="Fleet")
    tap.equal(SCENE.comes("laptop-4"), "")
    done = SCENE.run("assay", "device", "compare", sides[0], SCENE.ids["laptop-4"])
    tap.check("registration: groupTag\n  a  -\n  b  Fleet\n" in done.stdout, done.stdout)


def what_cannot_be_compared_is_refused():
    done = SCENE.run("assay", "device", "compare", SCENE.ids["laptop-1"])
    tap.check(done.returncode == 2 and "the command takes ID ID" in done.stderr, done)
    done = SCENE.run("assay", "device", "compare", SCENE.ids["laptop-1"], "0" * 8 + "-0000-7000-8000-000000000000")
    tap.check(done.returncode == 1 and "NOT_FOUND" in done.stderr, done)


def a_deleted_laptop_has_its_timeline_and_enrols_as_a_new_one():
    before = SCENE.ids["laptop-1"]
    SCENE.assay("device", "delete", before)
    told = SCENE.assay("device", "show", before, good=(1,))
    tap.check("NOT_FOUND" in told, told)
    tap.check("deleted" in SCENE.events(before) and "trusted" in SCENE.events(before), SCENE.events(before))
    tap.equal(SCENE.comes("laptop-1"), "")
    tap.check(SCENE.ids["laptop-1"] != before, "the record came back")


TESTS = [
    a_refused_laptop_reads_what_would_let_it_in_and_that_does,
    its_timeline_begins_with_the_registration_and_keeps_the_refusal,
    pages_follow_each_other_and_a_table_has_a_row_for_each_event,
    a_restriction_that_blocks_is_named_and_lifted,
    alike_laptops_are_alike_in_every_fact,
    the_first_fact_in_which_two_differ_is_that_of_the_earliest_stage,
    what_cannot_be_compared_is_refused,
    a_deleted_laptop_has_its_timeline_and_enrols_as_a_new_one,
]


def main():
    global SCENE
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE = Scene(server, folder)
        tap.run(tap.named(TESTS))


main()
