#!/usr/bin/env python3
"""What happened to a TPM since its last proof is told; one that was set back is refused. On software TPMs.

usage: intervals.py BUILD
"""
import os
import shutil
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, name) for name in ("../sim", "../agent", "../../tools")]

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402
from devices import Chip, Device, Scene  # noqa: E402

NVRAM = "tpm2-00.permall"


def enrolled():
    chip = Chip(SCENE, certified=False)
    laptop = Device(SCENE, chip)
    laptop.chip = chip
    SCENE.server.register(ekHash=chip.hardware()["ekHash"])
    tap.equal(laptop.enroll()[0], 0)
    return laptop


def id_of(device):
    return device.read("device.id").decode()


def shown(device):
    return DESK.facts("device", "show", id_of(device))


def switch_on(device):
    """A chip listens before it has counted its start; once it answers it has."""
    device.chip.switch_on()
    device.chip.tool("tpm2_readclock")


def start_again(device):
    device.chip.switch_off()
    switch_on(device)


def attested(device):
    code, report = device.run("attest")
    return report["fault"] if code else None


def timeline(device):
    return [(event["event"], event.get("detail")) for event in DESK.facts("device", "timeline", id_of(device))]


def a_machine_that_started_says_so_and_how_often():
    laptop = enrolled()
    tap.equal(shown(laptop)["tpmChanges"], [])
    start_again(laptop)
    start_again(laptop)
    tap.equal(attested(laptop), None)
    row = shown(laptop)
    tap.equal((row["tpmStarts"], "started" in row["tpmChanges"], row["attestationEvidenceKind"]),
              (2, True, "MDMClientCertAttestation"))
    tap.check("started 2 times" in row["tpmHistory"], row)
    tap.check(("trusted", row["tpmHistory"]) in timeline(laptop), timeline(laptop))
    tap.check("started 2 times" in DESK.assay("device", "show", id_of(laptop)), "it stands on the page")


def a_tpm_that_was_set_back_waits_for_an_administrator_who_knows_of_it():
    laptop = enrolled()
    start_again(laptop)
    laptop.chip.switch_off()
    shutil.copy(f"{laptop.chip.folder}/{NVRAM}", f"{laptop.chip.folder}/before")
    switch_on(laptop)
    start_again(laptop)
    tap.equal(attested(laptop), None)
    laptop.chip.switch_off()
    shutil.copy(f"{laptop.chip.folder}/before", f"{laptop.chip.folder}/{NVRAM}")
    switch_on(laptop)
    tap.equal(attested(laptop), "TPM_ROLLED_BACK")
    tap.equal(shown(laptop)["complianceState"], "noncompliant")
    claim = DESK.facts("device", "conflicts")[-1]
    tap.equal((claim["managedDeviceId"], claim["fault"]), (id_of(laptop), "TPM_ROLLED_BACK"))
    DESK.assay("device", "approve", claim["id"])
    tap.equal(attested(laptop), None)
    tap.equal(shown(laptop)["complianceState"], "compliant")


def a_tpm_that_was_cleared_is_named_so():
    laptop = enrolled()
    start_again(laptop)
    tap.equal(attested(laptop), None)
    laptop.chip.tool("tpm2_clear", "-c", "p")
    tap.equal(laptop.run("run", "--once")[0], 0)
    tap.equal(shown(laptop)["tpmChanges"], ["cleared"])
    tap.check("cleared" in dict(timeline(laptop)), timeline(laptop))


TESTS = [a_machine_that_started_says_so_and_how_often, a_tpm_that_was_set_back_waits_for_an_administrator_who_knows_of_it,
         a_tpm_that_was_cleared_is_named_so]


def main():
    global SCENE, DESK
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE, DESK = Scene(BUILD, server, folder), Desk(BUILD, server, folder, "https://" + server.address("net-admin"))
        try:
            tap.run(tap.named(TESTS))
        finally:
            SCENE.close()


main()
