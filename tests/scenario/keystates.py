#!/usr/bin/env python3
"""Two views of one device's keys, its own and the server's: whatever became of either, the next enrolment heals it, and
nobody imports anything again.

usage: keystates.py BUILD
"""
import os
import shutil
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


class Laptop(Device):
    """A computer with a TPM, registered by its EK hash once at each server and never again."""

    def __init__(self, scene, name):
        super().__init__(scene, Chip(scene), name=name)
        self.name = name
        self.register()

    def register(self):
        key = next(key for key in self.scene.chips[-1].hardware()["endorsementKeys"] if key["kind"] == "RSA-2048")
        self.scene.server.register(ekHash=key["hash"], displayName=self.name)

    def id(self):
        return self.read("device.id").decode()

    def forget(self):
        """The operating system is installed anew: nothing of the agent is left, the TPM is as it was."""
        shutil.rmtree(self.state)

    def heals(self, came_with):
        """It enrols, both views are one, and what it has then is good: the server mints a token for it."""
        code, report = self.enroll()
        tap.equal((code, report["outcome"], report["fault"], report["attempts"]), (0, "enrolled", None, 1))
        tap.equal([report[k] for k in ("clientKeyStateBefore", "clientKeyState", "serverKeyState")],
                  [came_with, "attestedKey", "attestedKey"])
        tap.equal(self.run("token")[0], 0)
        shown = DESK.facts("device", "show", self.id())
        tap.equal((shown["serverKeyState"], shown["clientKeyState"]), ("attestedKey", "attestedKey"))
        self.check_chain()
        return report

    def check_chain(self):
        """The certificates of the state lead to the root of the server of now."""
        for name in ("ak.crt", "device.crt"):
            done = subprocess.run(["openssl", "verify", "-CAfile", f"{self.scene.server.data}/ca/root.crt", "-untrusted",
                                   f"{self.state}/chain.crt", f"{self.state}/{name}"], capture_output=True, text=True,
                                  check=False)
            tap.equal((done.returncode, done.stdout.strip()), (0, f"{self.state}/{name}: OK"))

    def differences(self):
        """What the server noted of views that differed, the last first."""
        events = DESK.facts("device", "timeline", self.id())
        return [e["detail"] for e in reversed(events) if e.get("action") == "keys.differ"]

    def events_176(self):
        code, events = self.run("events")
        tap.equal(code, 0)
        return [e["text"] for e in events if e["id"] == 176]


def client_fresh_and_server_fresh():
    LAPTOP.heals("noKey")
    tap.equal(LAPTOP.differences(), [])
    tap.equal(LAPTOP.events_176(), ["State of the device's keys: server attestedKey, device attestedKey."])


def a_certificate_in_the_cache_is_no_reason_to_skip_the_work():
    serials = [SCENE.serial_of(f"{LAPTOP.state}/{name}") for name in ("ak.crt", "device.crt")]
    LAPTOP.heals("attestedKey")
    again = [SCENE.serial_of(f"{LAPTOP.state}/{name}") for name in ("ak.crt", "device.crt")]
    tap.check(not set(serials) & set(again), again)
    tap.equal(LAPTOP.differences(), [])


def a_key_without_its_certificate_is_made_good():
    os.unlink(f"{LAPTOP.state}/ak.crt")
    LAPTOP.heals("unattestedKey")
    tap.equal(LAPTOP.differences()[0], "server attestedKey, device unattestedKey")


def client_fresh_and_server_stale_is_an_operating_system_installed_anew_with_its_registration_left_in_place():
    before, key = LAPTOP.id(), LAPTOP.read("device.key")
    LAPTOP.forget()
    LAPTOP.heals("noKey")
    tap.equal(LAPTOP.id(), before)
    tap.check(LAPTOP.read("device.key") != key, "the old key is back")
    tap.equal(LAPTOP.differences()[0], "server attestedKey, device noKey")


def client_stale_and_server_stale():
    before = LAPTOP.id()
    DESK.assay("device", "retire", before)
    tap.equal(DESK.facts("device", "show", before)["serverKeyState"], "revoked")
    LAPTOP.heals("attestedKey")
    tap.equal((LAPTOP.id(), LAPTOP.differences()[0]), (before, "server revoked, device attestedKey"))


def client_stale_and_server_fresh():
    before = LAPTOP.id()
    DESK.assay("device", "delete", before)
    LAPTOP.heals("attestedKey")
    tap.check(LAPTOP.id() != before, "the record came back")
    tap.equal(LAPTOP.differences(), ["server noKey, device attestedKey"])
    told = [e["event"] for e in DESK.facts("device", "timeline", before)]
    tap.equal((told[0], told.count("trusted"), "deleted" in told), ("trusted", 5, True))


def an_AK_certificate_of_a_CA_that_was_replaced():
    global DESK
    folder = os.path.join(SCENE.folder, "second")
    os.mkdir(folder)
    with Assayd(BUILD, folder) as server:
        DESK, SCENE.server = Desk(BUILD, server, folder, "https://" + server.address("net-admin")), server
        for name in ("root", "intermediate"):
            server.trust(f"{SCENE.folder}/maker/{name}.crt")
        LAPTOP.register()
        LAPTOP.set(server=server.url, ca=server.ca)
        LAPTOP.heals("invalidKey")
        tap.equal(LAPTOP.differences(), ["server noKey, device invalidKey"])


TESTS = [
    client_fresh_and_server_fresh,
    a_certificate_in_the_cache_is_no_reason_to_skip_the_work,
    a_key_without_its_certificate_is_made_good,
    client_fresh_and_server_stale_is_an_operating_system_installed_anew_with_its_registration_left_in_place,
    client_stale_and_server_stale,
    client_stale_and_server_fresh,
    an_AK_certificate_of_a_CA_that_was_replaced,
]


def main():
    global SCENE, DESK, LAPTOP
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE, DESK = Scene(BUILD, server, folder), Desk(BUILD, server, folder, "https://" + server.address("net-admin"))
        try:
            LAPTOP = Laptop(SCENE, "laptop")
            tap.run(tap.named(TESTS))
        finally:
            SCENE.close()


main()
