#!/usr/bin/env python3
"""Simulated devices against a real server: who is let in, who is not, and that no tampering goes through.

usage: enrolment_test.py BUILD
"""
import json
import os
import subprocess
import sys
import tempfile

import tap
from assayd import Assayd

BUILD = sys.argv[1]
KEY, CERTIFICATE = 1, 2


class Scene:
    """A server that trusts one maker, another maker that it does not know, and devices as they are needed."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.serials = 0
        self.sim("maker", "--dir", self.path("maker"))
        self.sim("maker", "--dir", self.path("stranger"), "--name", "Stranger")
        server.trust(self.path("maker/root.crt"))
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})

    def path(self, name):
        return os.path.join(self.folder, name)

    def sim(self, *words, check=True):
        done = subprocess.run([os.path.join(BUILD, "assay-sim"), *words], capture_output=True, text=True, check=False)
        tap.check(done.returncode == 0 or not check, done.stdout + done.stderr)
        return done

    def serial(self):
        self.serials += 1
        return f"SN-{self.serials:03}"

    def keys(self):
        """A folder with one EK, and its hash."""
        folder = self.path("keys-" + self.serial())
        return folder, self.sim("registrations", "--keys", folder).stdout.strip()

    def enroll(self, *words):
        """The report of one device."""
        words = ("enroll", "--server", self.server.url, "--ca", self.server.ca, "--json", *words)
        return json.loads(self.sim(*words, check=False).stdout)["devices"][0]

    def genuine(self, *words):
        return self.enroll("--maker", self.path("maker"), *words)

    def token(self, **what):
        return self.server.add("/assay/v1/enrollmentTokens", {"profile": "byod", **what})["token"]


def refused(report, fault):
    tap.equal((report["outcome"], report["fault"]), ("refused", fault))


def enrolled(report, assurance):
    tap.equal((report["outcome"], report["fault"], report["assurance"]), ("enrolled", "", assurance))
    tap.equal(report["attested"], assurance != 0)


def tests_of(scene):
    server = scene.server

    def a_device_registered_by_serial_number_is_vouched_for_by_its_certificate():
        serial = scene.serial()
        server.register(serialNumber=serial)
        enrolled(scene.genuine("--serial", serial), CERTIFICATE)

    def a_device_registered_by_ek_hash_with_certificate_has_both_assurances():
        keys, ek_hash = scene.keys()
        server.register(ekHash=ek_hash)
        enrolled(scene.genuine("--keys", keys), KEY | CERTIFICATE)

    def a_device_registered_by_ek_hash_needs_no_certificate():
        keys, ek_hash = scene.keys()
        server.register(ekHash=ek_hash)
        enrolled(scene.enroll("--no-certificate", "--keys", keys), KEY)

    def an_rsa_endorsement_key_is_as_good():
        serial = scene.serial()
        server.register(serialNumber=serial)
        enrolled(scene.genuine("--serial", serial, "--kind", "rsa"), CERTIFICATE)

    def a_device_that_enrols_again_stays_the_same_device():
        serial, (keys, _) = scene.serial(), scene.keys()
        server.register(serialNumber=serial)
        first = scene.genuine("--serial", serial, "--keys", keys)
        again = scene.genuine("--serial", serial, "--keys", keys)
        enrolled(again, CERTIFICATE)
        tap.equal(again["deviceId"], first["deviceId"])

    def another_tpm_with_an_enrolled_serial_number_is_refused():
        serial = scene.serial()
        server.register(serialNumber=serial)
        enrolled(scene.genuine("--serial", serial), CERTIFICATE)
        refused(scene.genuine("--serial", serial), "ID_EK_MISMATCH")

    def an_unregistered_device_is_refused():
        report = scene.genuine("--serial", scene.serial())
        refused(report, "DEVICE_NOT_REGISTERED")
        tap.equal(report["hresult"], "0x801C0003")

    def a_certificate_of_an_unknown_maker_is_refused():
        serial = scene.serial()
        server.register(serialNumber=serial)
        refused(scene.enroll("--maker", scene.path("stranger"), "--serial", serial), "EK_CHAIN_UNTRUSTED")

    def a_serial_number_without_certificate_is_refused():
        serial = scene.serial()
        server.register(serialNumber=serial)
        refused(scene.enroll("--no-certificate", "--serial", serial), "EK_CERT_MISSING")

    def a_device_without_tpm_is_refused_where_attestation_is_required():
        serial = scene.serial()
        server.register(serialNumber=serial)
        refused(scene.enroll("--no-tpm", "not found", "--serial", serial), "TPM_REQUIRED")

    def a_tpm_that_fails_leads_to_what_the_profile_says():
        def come(fails, **words):
            name = f"failing-{scene.serial()}"
            scene.server.add("/assay/v1/profiles", {"displayName": name, **words})
            scene.server.register(serialNumber=name, profile=name)
            token = scene.server.add("/assay/v1/enrollmentTokens", {"profile": name})["token"]
            return scene.genuine("--serial", name, "--token", token, "--tpm-fails", str(fails))
        tap.equal(come(1)["fault"], "TPM_FAILURE")
        enrolled(come(2, failure="retryOnError"), CERTIFICATE)
        tap.equal(come(100000, failure="retryOnError", timeoutS=1)["fault"], "ATTEST_TIMEOUT")
        enrolled(come(1, attestation="preferred", failure="ignoreOnError"), 0)

    def a_token_enrols_one_device_without_tpm_unattested():
        token = scene.token()
        enrolled(scene.enroll("--no-tpm", "not found", "--token", token), 0)
        refused(scene.enroll("--no-tpm", "not found", "--token", token), "TOK_USED")

    def a_token_for_three_enrols_three_of_sixty_four_that_race():
        token = scene.token(uses=3)
        done = scene.sim("enroll", "--server", server.url, "--ca", server.ca, "--json", "--no-tpm", "not found",
                         "--token", token, "--count", "64", "--parallel", "64", check=False)
        faults = sorted(d["fault"] for d in json.loads(done.stdout)["devices"])
        tap.equal(faults, [""] * 3 + ["TOK_USED"] * 61)

    def a_token_that_nobody_made_is_refused():
        token = scene.token()
        forged = token[:-1] + ("0" if token[-1] != "0" else "1")
        refused(scene.enroll("--no-tpm", "not found", "--token", forged), "TOK_INVALID")

    def a_hundred_devices_at_once_are_a_hundred_devices():
        serial = scene.serial()
        for i in range(1, 101):
            server.register(serialNumber=f"{serial}-{i}")
        done = scene.sim("enroll", "--server", server.url, "--ca", server.ca, "--json", "--maker", scene.path("maker"),
                         "--serial", serial, "--count", "100", "--parallel", "8", check=False)
        devices = json.loads(done.stdout)["devices"]
        tap.equal([d["fault"] for d in devices], [""] * 100)
        tap.equal(len({d["deviceId"] for d in devices}), 100)

    def a_server_with_another_root_is_not_spoken_to():
        other = server.ca[:-1] + ("0" if server.ca[-1] != "0" else "1")
        done = scene.sim("enroll", "--server", server.url, "--ca", other, "--no-certificate", "--json", check=False)
        refused(json.loads(done.stdout)["devices"][0], "SERVER_UNTRUSTED")

    def rows_of(serial):
        return [r for r in server.report() if r["SerialNumber"] == serial]

    def the_report_says_what_the_device_was_told():
        attested, unknown = scene.serial(), scene.serial()
        server.register(serialNumber=attested)
        scene.genuine("--serial", attested)
        scene.genuine("--serial", unknown)
        said = [(r["Outcome"], r["State"], r["Fault"], r["Hresult"]) for r in rows_of(attested) + rows_of(unknown)]
        tap.equal(said, [("enrolled", "attested", None, None),
                         ("refused", "none", "DEVICE_NOT_REGISTERED", "0x801C0003")])

    def malformed_input_leaves_no_record():
        serial = scene.serial()
        server.register(serialNumber=serial)
        scene.genuine("--serial", serial, "--tamper", "truncated")
        tap.equal(rows_of(serial), [])

    def tampering(name, fault):
        """Judged by the fault that its row names; each with a device of its own, that would be let in."""
        def test():
            serial = scene.serial()
            server.register(serialNumber=serial)
            report = scene.genuine("--serial", serial, "--tamper", name)
            tap.equal(report["fault"], "" if fault == "granted" else fault)
        return f"tampering {name} gives {fault}", test

    rows = [line.split(None, 2) for line in scene.sim("tamperings").stdout.splitlines()]
    honest = [f for f in locals().values() if callable(f) and f not in (tampering, rows_of)]
    return tap.named(honest) + [tampering(name, fault) for name, fault, _ in rows]


def main():
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        tap.run(tests_of(Scene(server, folder)))


main()
