#!/usr/bin/env python3
"""A device key comes into the TPM, and comes back when it was lost there: told to by an administrator, or by itself.

usage: recovery.py BUILD short|long

Microsoft calls the command initiateMobileDeviceManagementKeyRecovery, its end RecoveryStatus, and what is proved
MDMClientCertAttestation. short: the command; long: TPMs that were cleared and exchanged, and
processes that were killed in the middle of it or of a renewal, as well.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, name) for name in ("../sim", "../agent", "../../tools")]

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402
from devices import Chip, Device, Scene  # noqa: E402

ISSUED, REVOKED = 2, 4


def there(device):
    """One check-in with all that follows: the orders, each with what it failed by."""
    code, report = device.run("run", "--once")
    tap.equal((code, report["fault"]), (0, None))
    return [(row["order"], row["fault"]) for row in report["orders"]]


def id_of(device):
    return device.read("device.id").decode()


def certificates(device):
    """State and reason of its device certificates, the first first."""
    with sqlite3.connect(f"file:{SCENE.server.data}/core/assay.sqlite?mode=ro", uri=True) as database:
        return database.execute("SELECT state, reason FROM certificate WHERE device_id = ? AND kind = 2 ORDER BY created, rowid",
                                [bytes.fromhex(id_of(device).replace("-", ""))]).fetchall()


def with_file(name):
    """A computer that has a TPM, and enrolled with a key in a file."""
    chip = Chip(SCENE, certified=False)
    legacy = Device(SCENE, chip, token=SCENE.token(), name=name)
    tap.equal(legacy.enroll("--no-tpm")[0], 0)
    SCENE.server.register(ekHash=chip.hardware()["ekHash"], displayName=name)
    return legacy


def a_device_with_a_key_in_a_file_is_told_to_make_it_in_the_tpm():
    legacy = with_file("legacy-01")
    tap.equal(DESK.facts("device", "show", id_of(legacy))["isTpmAttested"], False)
    DESK.assay("device", "recover", id_of(legacy))
    tap.equal(there(legacy), [("recover", None)])
    command = DESK.facts("command", "list", "--device", id_of(legacy))[-1]
    tap.equal([command[k] for k in ("state", "status", "recoveryStatus", "evidenceKind")],
              ["succeeded", "Completed", 2, "MDMClientCertAttestation"])
    shown = DESK.facts("device", "show", id_of(legacy))
    tap.equal([shown[k] for k in ("isTpmAttested", "serverKeyState")], [True, "attestedKey"])
    tap.equal(certificates(legacy), [(REVOKED, 4), (ISSUED, 0)])
    tap.check(not os.path.exists(f"{legacy.state}/device.pem"), "the key in the file is gone")


def a_second_time_there_is_nothing_to_recover():
    laptop = enrolled("laptop")
    DESK.assay("device", "recover", id_of(laptop))
    tap.equal(there(laptop), [("recover", "REC_KEY_IN_TPM")])
    command = DESK.facts("command", "list", "--device", id_of(laptop))[-1]
    tap.equal([command[k] for k in ("state", "statusDetail", "recoveryStatus")], ["failed", "MDM key is already in TPM", 5])


def a_device_whose_tpm_was_cleared_makes_its_key_anew_and_stays_the_same_device():
    laptop = LAPTOPS[0]
    before = id_of(laptop), laptop.read("device.crt")
    laptop.chip.tool("tpm2_clear", "-c", "p")
    tap.equal(there(laptop), [])
    tap.equal(id_of(laptop), before[0])
    tap.check(laptop.read("device.crt") != before[1], "another certificate, for another key")
    tap.equal(certificates(laptop), [(REVOKED, 4), (ISSUED, 0)])
    tap.equal(there(laptop), [])


def a_device_with_a_new_mainboard_waits_for_an_administrator_who_knows_of_it():
    laptop = enrolled("laptop-2", serial="SN-7")
    before = id_of(laptop)
    laptop.chip = Chip(SCENE)
    laptop.set(tcti=laptop.chip.tcti)
    code, report = laptop.run("run", "--once")
    tap.check(code and report["fault"] == "ID_EK_MISMATCH" and "DEVICE_KEY" in report["detail"], report)
    claim = DESK.facts("device", "conflicts")[-1]
    tap.equal(claim["managedDeviceId"], before)
    DESK.assay("device", "approve", claim["id"])
    tap.equal(there(laptop), [])
    tap.equal((id_of(laptop), certificates(laptop)), (before, [(REVOKED, 4), (ISSUED, 0)]))


def a_disk_in_another_computer_recovers_nothing():
    thief = Device(SCENE, Chip(SCENE, certified=False))
    shutil.rmtree(thief.state, ignore_errors=True)
    shutil.copytree(LAPTOPS[-1].state, thief.state)
    code, report = thief.run("run", "--once")
    tap.check(code and not report["checkedIn"] and "enrolling again ended in" in report["detail"], report)
    tap.equal(there(LAPTOPS[-1]), [])


def ends_once(device, order, victim):
    """
    The victim is killed when the device's answer is on its disk and under way, where ca, which stands still, keeps it; then
    it comes as often as it takes.
    """
    server = SCENE.server
    pids = {row["role"].split()[0]: row["pid"] for row in server.status()}
    DESK.assay("device", order, id_of(device))
    os.kill(pids["ca"], signal.SIGSTOP)
    agent = subprocess.Popen([f"{BUILD}/assay-agent", "run", "--once", "--config", f"{device.folder}/agent.conf"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server.wait_until(lambda: os.path.exists(f"{device.state}/pending.cbor"), "to be asked")
    os.kill(agent.pid if victim == "agent" else pids[victim], signal.SIGKILL)
    if victim != "ca":
        os.kill(pids["ca"], signal.SIGCONT)
    agent.wait()
    server.wait_until(lambda: server.address("net-device"), "to be whole again")
    server.wait_until(lambda: device.run("run", "--once")[0] == 0 and not os.path.exists(f"{device.state}/ledger.cbor")
                      and DESK.facts("command", "list", "--device", id_of(device))[-1]["state"] == "succeeded",
                      f"to end the {order}")
    tap.equal(certificates(device), [(REVOKED, 4), (ISSUED, 0)])
    tap.equal(len(DESK.facts("command", "list", "--device", id_of(device))), 1)


def a_recovery_comes_once_whether_agent_core_or_ca_is_killed():
    for victim in ("agent", "core", "ca"):
        legacy = with_file(f"legacy-{victim}")
        ends_once(legacy, "recover", victim)
        tap.check(not os.path.exists(f"{legacy.state}/device.pem"), "the key in the file is gone")


def a_renewal_comes_once_whether_agent_core_or_ca_is_killed():
    for victim in ("agent", "core", "ca"):
        ends_once(laptop := enrolled(f"laptop-{victim}"), "renew", victim)
        tap.equal(there(laptop), [])


LAPTOPS = []


def enrolled(name, **settings):
    """A computer with a TPM, registered by its EK hash or its serial number."""
    by_serial = "serial" in settings
    chip = Chip(SCENE, certified=by_serial)
    laptop = Device(SCENE, chip, name=name, **settings)
    laptop.chip = chip
    SCENE.server.register(**({"serialNumber": settings["serial"]} if by_serial else {"ekHash": chip.hardware()["ekHash"]}))
    tap.equal(laptop.enroll()[0], 0)
    LAPTOPS.append(laptop)
    return laptop


SHORT = [a_device_with_a_key_in_a_file_is_told_to_make_it_in_the_tpm]
LONG = SHORT + [a_second_time_there_is_nothing_to_recover, a_device_whose_tpm_was_cleared_makes_its_key_anew_and_stays_the_same_device,
                a_device_with_a_new_mainboard_waits_for_an_administrator_who_knows_of_it, a_disk_in_another_computer_recovers_nothing,
                a_recovery_comes_once_whether_agent_core_or_ca_is_killed, a_renewal_comes_once_whether_agent_core_or_ca_is_killed]


def main():
    global SCENE, DESK
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE, DESK = Scene(BUILD, server, folder), Desk(BUILD, server, folder, "https://" + server.address("net-admin"))
        try:
            tap.run(tap.named(SHORT if sys.argv[2] == "short" else LONG))
        finally:
            SCENE.close()


main()
