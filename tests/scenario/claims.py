#!/usr/bin/env python3
"""One TPM, one device (H118 to H121): who claims what another has waits for a person, however many come at once.

usage: claims.py BUILD [COUNT]
"""
import collections
import os
import sys

from desk import Desk
from scene import Server, run_scenario

SERIAL = "ONE"
PARALLEL = 16
# Where refusals come from one address by the hundred, it is locked; that is one more way to be turned away.
TURNED_AWAY = {"ID_EK_MISMATCH", "ACT_LOCKED", "SYS_BUSY"}


class Office(Desk):
    """What an administrator and devices do."""

    def __init__(self, server, scratch):
        super().__init__(server.build, server, scratch, f"https://127.0.0.1:{server.admin}")
        self.maker = self.path("maker")
        self.run("assay-sim", "maker", "--dir", self.maker)

    def enrol(self, keys, *words, serial=SERIAL):
        return self.devices_of("--maker", self.maker, "--serial", serial, "--keys", self.path(keys), *words)

    def conflicts(self):
        return self.facts("device", "conflicts")

    def devices(self):
        return {row["id"]: row for row in self.facts("device", "list")}


def many_at_once(tap, desk, count):
    outcomes = desk.enrol("many", "--count", count, "--parallel", PARALLEL, "--one-serial")
    enrolled = [row for row in outcomes if row["outcome"] == "enrolled"]
    faults = collections.Counter(row["fault"] for row in outcomes if row["outcome"] != "enrolled")
    tap.say(f"{count} attempts: {len(enrolled)} enrolled, {dict(faults)}")
    tap.check(f"of_{count}_tpms_that_claim_one_serial_number_at_once_one_gets_it",
              [str(faults)] * (len(enrolled) != 1 or not set(faults) <= TURNED_AWAY))
    devices = [row["id"] for row in desk.devices().values() if row["serialNumber"] == SERIAL]
    tap.check("there_is_one_device", devices * (devices != [row["deviceId"] for row in enrolled]))
    claims = [row for row in desk.conflicts() if row["serialNumber"] == SERIAL]
    wrong = [row for row in claims if row["managedDeviceId"] != enrolled[0]["deviceId"] or row["state"] != "open"]
    tap.check("whoever_was_turned_away_with_a_record_waits_once",
              wrong + ["none"] * (not claims) + ["twice"] * (len({row["ekHash"] for row in claims}) != len(claims)))


def new_mainboard(tap, desk):
    """The demo of approve: serial number S2, first one TPM, then another."""
    desk.assay("registration", "add", "--serial", "S2")
    (first,) = desk.enrol("old-board", serial="S2")
    (second,) = desk.enrol("new-board", serial="S2")
    tap.check("another_tpm_with_the_serial_number_is_refused", [second] * (second["fault"] != "ID_EK_MISMATCH"))
    (claim,) = [row for row in desk.conflicts() if row["managedDeviceId"] == first["deviceId"]]
    shown = desk.assay("device", "conflict", claim["id"])
    tap.check("the_claim_says_what_to_do", [shown] * ("assay device approve" not in shown))
    desk.assay("device", "approve", claim["id"])
    (third,) = desk.enrol("new-board", serial="S2")
    tap.check("after_approval_it_is_the_same_device", [third] * (third["deviceId"] != first["deviceId"]))
    (old,) = desk.enrol("old-board", serial="S2")
    tap.check("and_the_old_tpm_is_that_device_as_well", [old] * (old["deviceId"] != first["deviceId"]))


def new_machine(tap, desk):
    desk.assay("registration", "add", "--serial", "S3")
    (first,) = desk.enrol("old-machine", serial="S3")
    desk.enrol("new-machine", serial="S3")
    (claim,) = [row for row in desk.conflicts() if row["managedDeviceId"] == first["deviceId"]]
    desk.assay("device", "replace", claim["id"])
    (second,) = desk.enrol("new-machine", serial="S3")
    devices = desk.devices()
    tap.check("after_replacement_it_is_another_device", [second] * (second["deviceId"] in ("", first["deviceId"])))
    tap.check("and_the_old_one_is_retired",
              [devices[first["deviceId"]]] * (devices[first["deviceId"]]["managementState"] != "retired"))


def stays_out(tap, desk):
    (claim, *_) = [row for row in desk.conflicts() if row["state"] == "open"]
    desk.assay("device", "retire", claim["id"])
    refused = desk.run("assay", "device", "approve", claim["id"])
    tap.check("a_retired_claim_cannot_be_approved", [refused.stderr] * ("CONFLICT" not in refused.stderr))


def play(tap, scratch, build, count):
    server = Server(build, scratch)
    server.start()
    desk = Office(server, scratch)
    desk.assay("roots", "import", os.path.join(desk.maker, "root.crt"), "--maker", "TST0", "--class", "test")
    desk.assay("registration", "add", "--serial", SERIAL)
    new_mainboard(tap, desk)
    new_machine(tap, desk)
    many_at_once(tap, desk, count)
    stays_out(tap, desk)
    server.stop()


if __name__ == "__main__":
    sys.exit(run_scenario(play, sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100))
