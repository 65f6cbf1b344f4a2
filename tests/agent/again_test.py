#!/usr/bin/env python3
"""An enrolled device comes again: attest, renew and recover, by a real agent with a key in a TPM (swtpm).

usage: again_test.py BUILD TESTS
"""
import json
import os
import shutil
import sqlite3
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402


def done(device, word, outcome, *words):
    code, report = device.run(word, *words)
    tap.equal((code, report["outcome"], report["fault"]), (0, outcome, None))
    return report


def refused(device, word, fault):
    code, report = device.run(word)
    tap.equal((code, report["outcome"], report["fault"]), (1, "refused", fault))
    tap.check(report["remedy"], "a remedy")


def tests_of(scene):
    server = scene.server
    chip, second = Chip(scene), Chip(scene)
    server.register(ekHash=chip.hardware()["ekHash"])
    device = Device(scene, chip)
    tap.equal(device.enroll()[0], 0)

    def asked(one, what):
        with sqlite3.connect(f"file:{server.data}/core/assay.sqlite?mode=ro", uri=True) as database:
            identity = bytes.fromhex(one.read("device.id").decode().replace("-", ""))
            return database.execute(what, [identity]).fetchall()

    def proof(one):
        return asked(one, "SELECT attested, purpose, fault FROM proof WHERE device_id = ?")[0]

    def standing(one):
        return [state for state, in asked(one, "SELECT state FROM certificate WHERE device_id = ? AND kind = 2 ORDER BY created, rowid")]

    def vouched(one):
        """By whom, as an administrator reads it off the latest evidence."""
        path = f"{scene.folder}/evidence"
        server.assay("device", "evidence", one.read("device.id").decode(), "--out", path)
        return json.loads(scene.program("assay", "inspect", "evidence", path, "--json").stdout)["vouched_by"]

    def an_enrolled_device_attests_again_and_keeps_its_certificates():
        before, first = device.read("device.crt"), proof(device)
        report = done(device, "attest", "attested")
        tap.equal((report["deviceId"], report["attested"]), (device.read("device.id").decode(), True))
        tap.equal(device.read("device.crt"), before)
        tap.check(proof(device)[0] >= first[0] and proof(device)[1:] == (2, None), proof(device))
        chip.check_empty()

    def it_renews_both_certificates_and_the_former_are_revoked():
        before = device.read("device.crt"), device.read("ak.crt")
        done(device, "renew", "renewed")
        tap.check(device.read("device.crt") != before[0] and device.read("ak.crt") != before[1], "new certificates")
        tap.equal(standing(device), [4, 2])
        done(device, "attest", "attested")

    def with_a_new_attestation_key_it_renews_but_does_not_attest():
        unique = device.read("ak.unique")
        os.remove(f"{device.state}/ak.unique")
        refused(device, "attest", "KEYS_CHANGED")
        tap.equal(proof(device)[2], None)
        done(device, "renew", "renewed", "--new-ak")
        tap.check(device.read("ak.unique") != unique, "another key")
        tap.equal(proof(device)[1:], (4, None))
        done(device, "attest", "attested")

    def the_certificate_of_another_device_is_worth_nothing():
        thief = Device(scene, second)
        shutil.copytree(device.state, thief.state)
        code, report = thief.run("attest")
        tap.equal((code, report["fault"]), (2, "DEVICE_KEY"))

    def a_device_with_a_key_in_a_file_recovers_it_into_its_tpm():
        plain = Device(scene, second, token=scene.token())
        tap.equal(plain.enroll("--no-tpm")[0], 0)
        tap.equal(standing(plain), [2])
        done(plain, "renew", "renewed")
        tap.equal(standing(plain), [4, 2])
        tap.equal(vouched(plain), "the certificate it has, without TPM")
        refused(plain, "recover", "COMMAND_OVER")
        identity = plain.read("device.id").decode()
        path = f"/graph/beta/deviceManagement/managedDevices/{identity}/initiateMobileDeviceManagementKeyRecovery"
        tap.equal(server.api("POST", path)[0], 204)
        report = done(plain, "recover", "recovered")
        tap.equal((report["attested"], report["serverKeyState"]), (True, "attestedKey"))
        tap.check(not os.path.exists(f"{plain.state}/device.pem"), "the key is in the TPM alone")
        tap.equal(standing(plain), [4, 4, 2])
        done(plain, "attest", "attested")

    def who_has_not_enrolled_is_told_so():
        code, report = Device(scene, chip).run("attest")
        tap.equal((code, report["fault"]), (2, "NOT_ENROLLED"))

    return tap.named([f for f in locals().values() if callable(f) and f not in (asked, proof, standing, vouched)])


devices.run(BUILD, tests_of)
