#!/usr/bin/env python3
"""Pre-provisioning by a real agent on a real TPM (swtpm): each step, each wrong step, and a crash at each of them.

usage: provision_test.py BUILD TESTS
"""
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import termios

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402

ANN = "ann@example.org"
DEVICES = "/graph/beta/deviceManagement/managedDevices"
REGISTRATIONS = "/graph/beta/deviceManagement/windowsAutopilotDeviceIdentities"
CERTIFICATES = ["ak.crt", "chain.crt", "device.crt", "device.id"]


STEPS = (("prepared", ("enroll", "--pre-provision")), ("resealed", ("reseal",)), ("bound", ("enroll",)))
ISSUED = {"prepared": 2, "resealed": 0, "bound": 2}   # certificates


class Blow:
    """Core stands still from a device's first reply on, so that its second request is on the way and no further."""

    def __init__(self, server, device, words):
        self.server, self.device = server, device
        self.core, = [row["pid"] for row in server.status() if row["role"].startswith("core")]
        begun = self.lines("event=begin")
        self.agent = subprocess.Popen([f"{BUILD}/assay-agent", *words, "--json", "--config", f"{device.folder}/agent.conf"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.wait_until(lambda: self.lines("event=begin") > begun, "to be asked")
        os.kill(self.core, signal.SIGSTOP)
        try:
            server.wait_until(lambda: os.path.exists(f"{device.state}/pending.cbor"), "to be answered", seconds=10)
        except RuntimeError:
            self.let_go()
            raise

    def lines(self, what):
        with open(self.server.log_path, encoding="utf-8") as log:
            return sum(what in line for line in log)

    def end_agent(self):
        self.agent.kill()
        self.agent.wait()

    def end_core(self):
        os.kill(self.core, signal.SIGKILL)
        self.server.wait_until(lambda: self.server.address("net-device"), "to start core again")

    def let_go(self):
        os.kill(self.core, signal.SIGCONT)

    def end(self, victim):
        if victim != "core":
            self.end_agent()
        if victim == "agent":
            self.let_go()
        else:
            self.end_core()
        return self.agent.wait()


def seen(device, *words, **environment):
    """What stands on the terminal of somebody who runs the command there."""
    above, below = pty.openpty()
    termios.tcsetwinsize(below, (40, 80))
    process = subprocess.Popen([f"{BUILD}/assay-agent", *words, "--config", f"{device.folder}/agent.conf"], stdout=below,
                               stderr=below, env={**os.environ, "LC_ALL": "C.UTF-8", **environment})
    os.close(below)
    shown = b""
    try:
        while more := os.read(above, 65536):
            shown += more
    except OSError:     # nobody writes there any more
        pass
    os.close(above)
    process.wait()
    return shown.decode().replace("\r", "")


def ended(result, code, outcome, fault=None):
    tap.equal((result[0], result[1]["outcome"], result[1]["fault"]), (code, outcome, fault))
    return result[1]


def tests_of(scene):
    server = scene.server
    server.add("/assay/v1/profiles", {"displayName": "laptops", "usage": "pre-provisioned"})

    def laptop(name, **registration):
        server.register(serialNumber=name, profile="laptops", **registration)
        return Device(scene, Chip(scene), serial=name, name=name)

    def token(user):
        return server.add("/assay/v1/enrollmentTokens", {"profile": "laptops", "userPrincipalName": user})["token"]

    def kept(device):
        return [name for name in CERTIFICATES if os.path.exists(f"{device.state}/{name}")]

    def record(device_id):
        row = server.api("GET", f"{DEVICES}/{device_id}")[1]
        return row["provisioningPhase"], row["userPrincipalName"]

    def a_technician_prepares_and_reseals_it_and_its_user_gets_it():
        device = laptop("PP-1")
        ended(device.run("reseal"), 1, "refused", "RESEAL_EARLY")
        report = ended(device.enroll("--pre-provision"), 0, "prepared")
        tap.equal((report["profile"], report["attested"], report["deviceTokenFault"]), ("laptops", True, None))
        tap.equal((kept(device), record(report["deviceId"])), (CERTIFICATES, ("prepared", None)))
        old = device.read("device.crt")
        ended(device.enroll("--token", token(ANN)), 1, "refused", "PROVISION_UNSEALED")
        sealed = ended(device.run("reseal"), 0, "resealed")
        tap.equal((sealed["deviceId"], sealed["profile"]), (report["deviceId"], "laptops"))
        tap.equal((kept(device), record(report["deviceId"])), ([], ("resealed", None)))
        ended(device.enroll(), 1, "refused", "USER_MISSING")
        mine = ended(device.enroll("--token", token(ANN)), 0, "enrolled")
        tap.equal((mine["deviceId"], record(mine["deviceId"])), (report["deviceId"], ("bound", ANN)))
        tap.check(device.read("device.crt") != old, "the technician's certificate")
        ended(device.run("reseal"), 1, "refused", "PROVISION_BOUND")
        tap.equal([e["id"] for e in device.run("events")[1] if e["id"] in (302, 303, 2001, 2003)],
                  [302, 303, 2001, 302, 2003, 302, 303, 2001, 302])

    def certificates():
        with sqlite3.connect(f"file:{server.data}/core/assay.sqlite?mode=ro", uri=True) as database:
            return dict(database.execute("SELECT state, count(*) FROM certificate GROUP BY state"))

    def registration(serial):
        return next(r for r in server.api("GET", REGISTRATIONS)[1]["value"] if r["serialNumber"] == serial)

    def allow(device):
        path = f"{REGISTRATIONS}/{registration(device.settings['serial'])['id']}/allowNextEnrollment"
        tap.equal(server.api("POST", path)[0], 204)

    def whoever_dies_at_a_step_the_same_command_finishes_it():
        device = laptop("PP-2")
        for victim in ("agent", "core", "both"):
            for phase, words in STEPS:
                device.set(token=token(ANN) if phase == "bound" else "")
                before = sum(certificates().values())
                code = Blow(server, device, words).end(victim)
                # An agent that lives tries again by itself.
                code = code if victim == "core" else device.run(*words)[0]
                found = code, registration("PP-2")["provisioningPhase"]
                tap.check(found == (0, phase), f"{victim} at {phase}: {found}")
                states = certificates()
                tap.check(1 not in states, f"an intent is left: {victim} at {phase}")
                tap.check(sum(states.values()) - before == ISSUED[phase], f"{victim} at {phase}: {states}")
            allow(device)

    def what_another_command_left_is_settled_first():
        device = laptop("PP-3")
        Blow(server, device, ("enroll", "--pre-provision")).end("agent")
        ended(device.run("reseal"), 0, "resealed")
        tap.equal(registration("PP-3")["provisioningPhase"], "resealed")
        # A refusal of the one is none of the other.
        Blow(server, device, ("enroll", "--token", token(ANN))).end("both")
        ended(device.enroll("--pre-provision"), 1, "refused", "PROVISION_BOUND")
        tap.equal(registration("PP-3")["provisioningPhase"], "bound")

    def at_a_terminal_the_result_has_its_colour_and_a_code_for_cameras():
        device = laptop("PP-4")
        good, bad = seen(device, "enroll", "--pre-provision"), seen(device, "enroll", "--token", token(ANN))
        for shown, colour, words in ((good, 32, ("Prepared for its user.", "organisation Assay", "laptops", "█▀")),
                                     (bad, 31, ("Refused.", "organisation Assay", "PROVISION_UNSEALED", "█▀"))):
            tap.check(f"\033[1;{colour}m" in shown, shown)
            tap.check(all(word in shown for word in words), shown)
            plain = re.sub("\033\\[[0-9;]*m", "", shown)
            tap.check(max(map(len, plain.splitlines())) <= 80, plain)
        tap.check("\033" not in seen(device, "reseal", NO_COLOR="1"), "no colours")
        tap.check("█" not in seen(device, "reseal", LC_ALL="C"), "no blocks where they cannot be shown")

    return tap.named([a_technician_prepares_and_reseals_it_and_its_user_gets_it,
                      whoever_dies_at_a_step_the_same_command_finishes_it,
                      what_another_command_left_is_settled_first,
                      at_a_terminal_the_result_has_its_colour_and_a_code_for_cameras])


devices.run(BUILD, tests_of, settings=("provisioning.wait_minutes=0",))
