#!/usr/bin/env python3
"""A device whose server gets a new issuing CA, twice, by a real agent with a key in a TPM (swtpm): it is told nothing.

usage: rollover_test.py BUILD TESTS
"""
import os
import subprocess
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402


def tests_of(scene):
    server = scene.server
    chip = Chip(scene)
    server.register(ekHash=chip.hardware()["ekHash"])
    device = Device(scene, chip)
    tap.equal(device.enroll()[0], 0)

    def issuer():
        return subprocess.run(["openssl", "x509", "-noout", "-issuer", "-in", f"{device.state}/device.crt"],
                              capture_output=True, text=True, check=True).stdout

    def roll():
        server.stop()
        subprocess.run(server.command("rollover", "--json"), check=True, capture_output=True)
        server.start()
        device.set(server=server.url)   # another port; the CA that the agent knows is the root

    def check_life():
        """It proves itself and gets a token with the certificate of before, and renews with the new CA."""
        before = issuer()
        roll()
        tap.equal(device.run("attest")[1]["outcome"], "attested")
        tap.equal(device.run("token")[0], 0)
        tap.equal(issuer(), before)
        tap.equal(device.run("renew")[1]["outcome"], "renewed")
        tap.check(issuer() != before, before)
        tap.equal(device.run("attest")[1]["outcome"], "attested")

    def an_agent_lives_through_a_rollover():
        check_life()

    def and_through_another():
        check_life()

    return tap.named([an_agent_lives_through_a_rollover, and_through_another])


devices.run(BUILD, tests_of)
