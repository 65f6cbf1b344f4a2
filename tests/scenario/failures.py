#!/usr/bin/env python3
"""What keeps a device from being attested, each provoked on a real TPM (swtpm) and a real server: the same fault, cause
and remedy on the device's screen, from check, in its events, in its bundle and in the server's report, within a bounded
number of attempts.

usage: failures.py BUILD TESTS short|long
"""
import json
import os
import re
import signal
import sys
from dataclasses import dataclass, field
from typing import Callable

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], name) for name in ("sim", "agent", "../tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from bundle import Bundle  # noqa: E402
from devices import Chip, Device, at, lock  # noqa: E402
from loopback import free_port  # noqa: E402

ATTEMPTS = 3
DAY_S = 86400
ROCA_CHIP = "manufacturer = id:49465800\nmodel = SLB 9665\nversion = id:0007003D\n"
OWN_ROW = ("maker=TST0", "first=1.60", "last=1.61", "fixed=1.62", "keys=ecc", "name=a weakness of the simulator")
VIRTUAL_CHIP = "manufacturer = id:564D5700\nmodel = VMware TPM2\nversion = id:00020065\n"


@dataclass
class Failure:
    """One row. make(scene) gives the device; what check or the server calls differently stands beside the fault."""
    name: str
    make: Callable
    fault: str | None           # of enroll; None: it passes
    hresult: str | None = None
    check: str | None = ""      # the fault that check names; "": the same; None: nobody can know before
    report: bool | str = False  # the server knows of it, or of what it can know, under another fault
    clock: int = 0              # seconds by which the device's clock is wrong
    storage: str = "ready"
    attempts: int = 1
    short: bool = False         # in every ./check
    said: tuple = field(default=())   # words of the detail


# --- how each is provoked ---------------------------------------------------------------------------------------

def registered(scene, chip=None, **settings):
    return Device(scene, chip, serial=scene.serial(), attempts=ATTEMPTS, pause_ms=1000, **settings)


def of_maker(scene, name, code, kind, words=""):
    """A chip of another maker, whose anchors the server has unless there is no code; the root alone for `half`."""
    folder = f"{scene.folder}/{name}"
    tap.equal(scene.program("assay-sim", "maker", "--dir", folder).returncode, 0)
    if code:
        scene.server.trust(f"{folder}/root.crt", maker=code, kind=kind)
    if code and name != "half":
        scene.server.trust(f"{folder}/intermediate.crt", maker=code, kind=kind)
    return registered(scene, Chip(scene, maker=name, words=words))


def without_hierarchy(scene):
    chip = Chip(scene)
    chip.tool("tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear")
    return registered(scene, chip)


def with_service_blocked(scene):
    return registered(scene, Chip(scene, certified=False), ek_service="intel", ek_service_attempts=2,
                      ek_service_intel=f"https://127.0.0.1:{free_port()}/ek/")


def without_forgetting(scene):
    """A device whose state came from another one's disk."""
    device = registered(scene, Chip(scene))
    tap.equal(device.enroll()[0], 0)
    device.set(tcti=Chip(scene).tcti, serial=scene.serial())
    return device


def without_permission(scene):
    chip = Chip(scene)
    os.chmod(chip.path, 0)
    device = registered(scene, chip)
    device.run_as_nobody()
    return device


def hanging(scene):
    chip = Chip(scene, certified=False)
    chip.process.send_signal(signal.SIGSTOP)
    return registered(scene, chip, tpm_ms=500)


def locked(scene):
    chip = Chip(scene)
    lock(chip)
    return registered(scene, chip)


def over_the_limit(scene):
    """From then on the server may have as many devices as it has: the last row."""
    scene.server.stop()
    scene.server.settings.append("records.devices=1")
    scene.server.start()
    return registered(scene, Chip(scene))


FAILURES = [
    Failure("no TPM", registered, "TPM_REQUIRED", check="TPM_MISSING", report=True, storage="notSupported"),
    Failure("no permission", without_permission, "TPM_PERMISSION", "0x80070005", storage="notReady"),
    Failure("no driver", lambda scene: registered(scene, tcti="device:/dev/null"), "TPM_DRIVER", "0x80284006",
            attempts=ATTEMPTS, storage="notReady"),
    Failure("TPM hangs", hanging, "ATTEST_TIMEOUT", "0x800705B4", storage="notReady", said=("no answer within 500 ms",)),
    Failure("TPM 1.2", lambda scene: registered(scene, Chip(scene, certified=False, version="1.2")), "TPM_REQUIRED",
            check="TPM_VERSION", report=True, storage="notSupported"),
    Failure("hierarchy disabled", without_hierarchy, "TPM_HIERARCHY", "0x80280085"),
    Failure("no EK certificate", lambda scene: registered(scene, Chip(scene, certified=False)), "EK_CERT_MISSING",
            "0x80090011", check="EK_SERVICE_NONE", report=True),
    Failure("EK service blocked", with_service_blocked, "EK_SERVICE_CONNECT", "0x80072EFD", report="EK_CERT_MISSING",
            said=("127.0.0.1:", "EK_CERT_MISSING")),
    Failure("untrusted chain", lambda scene: of_maker(scene, "stranger", None, None), "EK_CHAIN_UNTRUSTED", "0x800B0109",
            report=True, short=True),
    Failure("missing intermediate", lambda scene: of_maker(scene, "half", "TST1", "test"), "EK_CHAIN_UNTRUSTED",
            "0x800B0109", report=True),
    Failure("vulnerable firmware", lambda scene: of_maker(scene, "old", "IFX", "test", ROCA_CHIP), "FIRMWARE_VULNERABLE",
            "0x81039024", report=True),
    Failure("virtual TPM", lambda scene: of_maker(scene, "host", "VMW", "virtual", VIRTUAL_CHIP), "TPM_VIRTUAL_DENIED",
            "0x801C0003", report=True),
    Failure("clock behind", lambda scene: registered(scene, Chip(scene)), "CERT_E_EXPIRED", "0x800B0101", clock=-1500,
            said=(" s from the server's",)),
    Failure("clock ahead", lambda scene: registered(scene, Chip(scene)), "CERT_E_EXPIRED", "0x800B0101", clock=900 * DAY_S,
            said=(" s from the server's",), short=True),
    Failure("not registered", lambda scene: Device(scene, Chip(scene)), "DEVICE_NOT_REGISTERED", "0x801C0003", report=True,
            short=True),
    Failure("stale key after reimage", without_forgetting, None, check="AK_STALE", storage="notReady"),
    Failure("network cut", lambda scene: registered(scene, Chip(scene), server=f"https://127.0.0.1:{free_port()}"),
            "NET_UNREACHABLE", "0x80072EFD", attempts=ATTEMPTS, said=("connecting",), short=True),
    Failure("proxy cut", lambda scene: registered(scene, Chip(scene), proxy=f"http://127.0.0.1:{free_port()}"),
            "NET_UNREACHABLE", "0x80072EFD", attempts=ATTEMPTS),
    Failure("lockout", locked, None, check="TPM_LOCKOUT", storage="notReady"),
    Failure("device limit", over_the_limit, "DEVICE_LIMIT", "0x801C0003", check=None, report=True),
]


# --- where each is told -----------------------------------------------------------------------------------------

def words_of(report):
    return {name: report[name] for name in ("fault", "hresult", "what", "remedy")}


def checked(row, device):
    """check names it before anybody tries to enrol."""
    _, report = device.run("check", **at(row.clock))
    found = [f for kind in ("required", "expected", "informational") for f in report[kind] if f["outcome"] == "failed"]
    wanted = row.check or row.fault
    (told,) = {json.dumps(words_of(f)) for f in found if f["fault"] == wanted} or {None}
    tap.check(told, [f["fault"] for f in found])
    tap.equal(report["storage"], row.storage)
    return json.loads(told)


def enrolled(row, device):
    _, report = device.run("enroll", **at(row.clock))
    tap.equal((report["fault"], report["attempts"]), (row.fault, row.attempts))
    tap.check(row.hresult in (None, report["hresult"]), report["hresult"])
    tap.check(all(word in report["detail"] for word in row.said), report["detail"])
    tap.equal(len(re.findall(f"Enrolment, attempt .*: {row.fault}: ", device.errors)), max(row.attempts, 1) - 1)
    return words_of(report)


def in_bundle(row, device):
    """Support asks for it after an enrolment that failed; one that passes may have healed what it was about."""
    causes = Bundle(device, **at(row.clock)).causes()
    tap.check((row.check or row.fault) in causes, causes)


def in_events(device):
    """The last enrolment's words in the file that support reads."""
    _, events = device.run("events")
    return words_of([event for event in events if event["id"] == 302][-1])


def in_report(scene, row, device):
    serial = device.settings.get("serial")
    found = [r for r in scene.server.report() if r["SerialNumber"] == serial or not serial]
    return [r for r in found if r["Fault"] == (row.fault if row.report is True else row.report)]


def is_told_everywhere(scene, row):
    device = row.make(scene)
    by_check = checked(row, device) if row.check is not None else None
    if not row.fault:
        in_bundle(row, device)
    told = enrolled(row, device)
    if row.fault:
        in_bundle(row, device)
    tap.check(row.check != "" or by_check == told, (by_check, told))
    tap.check(not row.fault or (told["what"] and told["remedy"]), told)
    if row.fault:
        tap.equal(in_events(device), told)
    if row.report:
        (there, *_) = in_report(scene, row, device)
        same = (there["What"], there["Remedy"]) == (told["what"], told["remedy"])
        tap.equal(same, row.report is True)


def a_key_made_before_the_fix_is_told_the_same_to_the_device_and_in_the_report(scene):
    """No swtpm changes its firmware: the simulator's TPM is enrolled, found weak, updated, and comes with its old keys."""
    words = ["enroll", "--server", scene.server.url, "--ca", scene.server.ca, "--json", "--maker",
             f"{scene.folder}/maker", "--serial", scene.serial(), "--keys", f"{scene.folder}/keys", "--keep-keys", "--firmware"]
    tap.equal(scene.program("assay-sim", *words, "1.61").returncode, 0)
    sets = [word for pair in OWN_ROW for word in ("--set", pair)]
    scene.server.assay("blocklist", "add", "own", *sets)
    (told,) = json.loads(scene.program("assay-sim", *words, "1.62").stdout)["devices"]
    tap.equal((told["fault"], told["hresult"]), ("KEY_BEFORE_FIX", "0x81039024"))
    there = [r for r in scene.server.report() if r["Fault"] == told["fault"]]
    tap.equal({r["Outcome"]: r["AttestationStatus"] for r in there}, {"enrolled": "Failed", "refused": "Failed"})
    tap.check(all(r["What"] and "--renew-keys" in r["Remedy"] for r in there), there)


def tests_of(scene, which):
    keys = a_key_made_before_the_fix_is_told_the_same_to_the_device_and_in_the_report
    first = [(keys.__name__, lambda: keys(scene))] if which == "long" else []
    return first + [(row.name.replace(" ", "_") + "_is_told_the_same_everywhere", lambda row=row: is_told_everywhere(scene, row))
            for row in FAILURES if which == "long" or row.short]


devices.run(BUILD, lambda scene: tests_of(scene, sys.argv[3]))
