#!/usr/bin/env python3
"""What a server keeps of its verdicts, judged again without it: the same fault and the same outcome of every check.

usage: evidence.py BUILD
"""
import json
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import cbor
import tap
from assayd import Assayd
from desk import Desk

BUILD = sys.argv[1]
ACCEPTED, REFUSED = 0, 1
WORDS = ("not run", "failed", "not applicable", "passed")
OUTCOMES, REQUIRED, FAULT, EVIDENCE, ANCHORS = 12, 13, 14, 15, 6
PAYLOAD, CHAIN = 8, 1
# Faults of a tampering before anything was judged: nothing is kept of it.
UNKEPT = ("PARSE_ENVELOPE", "PROTO_DOWNGRADE", "ACT_CONSUMED", "granted")


class Scene(Desk):
    """A server that trusts one maker, a maker that it does not know, and the administrator's shell."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.serials, self.compared = 0, 0
        self.sim("maker", "--dir", self.path("maker"))
        self.sim("maker", "--dir", self.path("stranger"), "--name", "Stranger")
        server.trust(self.path("maker/root.crt"))
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})
        server.add("/assay/v1/profiles", {"displayName": "lenient", "attestation": "preferred"})

    def sim(self, *words):
        done = self.run("assay-sim", *words)
        tap.check(done.returncode == 0, done.stdout + done.stderr)
        return done.stdout

    def assay(self, *words, code=0):
        done = self.run("assay", *words, offline=words[0] == "inspect")
        tap.equal((done.returncode, done.stderr if code == 0 else ""), (code, ""))
        return done.stdout

    def serial(self):
        self.serials += 1
        return f"EV-{self.serials:03}"

    def enroll(self, *words):
        """The simulator's report of one device."""
        return self.devices_of(*words)[0]

    def registered(self, *words, maker="maker"):
        """The same of a device whose serial number is registered; the number too."""
        serial = self.serial()
        self.server.register(serialNumber=serial)
        return serial, self.enroll("--maker", self.path(maker), "--serial", serial, *words)

    def refusal(self, serial):
        (row,) = [r for r in json.loads(self.assay("refusal", "list", "--json")) if r["serialNumber"] == serial]
        return row

    def dossier(self, noun, identity):
        """Path and content of a dossier as the shell saves it."""
        path = self.path(f"{noun}-{identity}.dossier")
        self.assay(noun, "evidence", identity, "--out", path)
        tap.equal(oct(os.stat(path).st_mode & 0o777), "0o600")
        with open(path, "rb") as f:
            return path, cbor.message(f.read())

    def is_same(self, path, kept, *words):
        """Judged without the server: fault, outcomes and required rows are those recorded. Gives the report."""
        code = REFUSED if FAULT in kept else ACCEPTED
        said = json.loads(self.assay("inspect", "evidence", path, "--json", *words, code=code))
        tap.equal((said["outcome"], said["fault"]), ("refused" if code else "accepted", kept.get(FAULT)))
        tap.equal([WORDS.index(c["outcome"]) for c in said["checks"]], list(kept[OUTCOMES]))
        tap.equal([int(c["required"]) for c in said["checks"]], list(kept[REQUIRED]))
        tap.equal((said["as_recorded"], said["differences"]), (True, []))
        self.compared += len(said["checks"])
        return said

    def refuses(self, serial, fault):
        """The refusal is on record with that fault and judged again to it. Gives the report."""
        row = self.refusal(serial)
        tap.equal(row["fault"], fault)
        path, kept = self.dossier("refusal", row["id"])
        tap.equal(kept[FAULT], fault)
        return self.is_same(path, kept)

    def verdicts(self):
        """By device id, what the database says: outcomes and required rows."""
        at = f"file:{self.server.data}/core/assay.sqlite?mode=ro"
        rows = sqlite3.connect(at, uri=True).execute("SELECT device_id, outcomes, required FROM verdict")
        return {row[0].hex(): row[1:] for row in rows}


def tests_of(scene):
    server = scene.server

    def a_device_that_was_let_in_is_judged_again_as_the_database_has_it():
        for words in ((), ("--kind", "rsa")):
            _, report = scene.registered(*words)
            path, kept = scene.dossier("device", report["deviceId"])
            scene.is_same(path, kept)
            recorded = scene.verdicts()[report["deviceId"].replace("-", "")]
            tap.equal((kept[OUTCOMES], kept[REQUIRED]), recorded)

    def a_device_registered_by_ek_hash_without_certificate_is_judged_again():
        keys = scene.path("keys-" + scene.serial())
        server.register(ekHash=scene.sim("registrations", "--keys", keys).strip())
        report = scene.enroll("--no-certificate", "--keys", keys)
        said = scene.is_same(*scene.dossier("device", report["deviceId"]))
        rows = {c["check"]: (c["outcome"], c["required"]) for c in said["checks"]}
        tap.equal((rows["EK_CERT_PRESENT"], rows["EK_REGISTERED"]), (("failed", False), ("passed", True)))

    def a_device_without_tpm_is_judged_again_by_its_certificate_request():
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]
        report = scene.enroll("--no-tpm", "not found", "--token", token)
        said = scene.is_same(*scene.dossier("device", report["deviceId"]))
        rows = {c["check"]: c["outcome"] for c in said["checks"]}
        tap.equal((rows["CSR_POSSESSION"], rows["TOKEN_KNOWN"]), ("passed", "passed"))

    def refusals_of_the_first_trip_are_judged_again():
        serial, _ = scene.registered(maker="stranger")
        scene.refuses(serial, "EK_CHAIN_UNTRUSTED")
        serial = scene.serial()
        server.register(serialNumber=serial)
        scene.enroll("--no-certificate", "--serial", serial)
        scene.refuses(serial, "EK_CERT_MISSING")
        serial = scene.serial()
        scene.enroll("--maker", scene.path("maker"), "--serial", serial)
        scene.refuses(serial, "DEVICE_NOT_REGISTERED")
        serial, _ = scene.registered("--no-tpm", "not found")
        scene.refuses(serial, "TPM_REQUIRED")
        serial = scene.serial()
        server.register(serialNumber=serial, profile="lenient")
        scene.enroll("--maker", scene.path("stranger"), "--serial", serial)
        scene.refuses(serial, "TOK_MISSING")

    def a_refusal_for_a_ca_that_is_denied_is_judged_again():
        for denied in ("root", "intermediate"):
            maker = "denied-" + denied
            scene.sim("maker", "--dir", scene.path(maker), "--name", maker)
            server.trust(scene.path(maker + "/root.crt"))
            scene.assay("roots", "import", scene.path(f"{maker}/{denied}.crt"), "--role", "denied")
            serial, _ = scene.registered(maker=maker)
            scene.refuses(serial, "EK_CA_DENIED")

    def refusals_by_the_records_are_judged_again():
        serial, _ = scene.registered()
        scene.enroll("--maker", scene.path("maker"), "--serial", serial)
        scene.refuses(serial, "ID_EK_MISMATCH")
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]
        for serial in (scene.serial(), scene.serial()):
            scene.enroll("--no-tpm", "not found", "--token", token, "--serial", serial)
        scene.refuses(serial, "TOK_USED")

    def the_file_needs_no_roots_and_others_change_the_verdict():
        _, report = scene.registered()
        path, kept = scene.dossier("device", report["deviceId"])
        tap.equal(len(kept[ANCHORS]), 1)
        foreign = ("--roots", scene.path("stranger/root.crt"), "--class", "test", "--maker", "TST0")
        said = json.loads(scene.assay("inspect", "evidence", path, "--json", *foreign, code=REFUSED))
        tap.equal((said["fault"], said["recorded_outcome"]), ("EK_CHAIN_UNTRUSTED", "accepted"))
        tap.check(not said["as_recorded"] and "EK_CERT_CHAIN" in said["differences"], said["differences"])

    def a_file_that_was_changed_is_told_from_what_was_recorded():
        _, report = scene.registered()
        path, kept = scene.dossier("device", report["deviceId"])
        with open(path, "rb") as f:
            whole = f.read()
        payload = cbor.message(kept[EVIDENCE])[PAYLOAD]
        at = whole.index(cbor.message(payload)[CHAIN][0]) + 200
        with open(path, "wb") as f:
            f.write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        said = json.loads(scene.assay("inspect", "evidence", path, "--json", code=REFUSED))
        tap.check(said["fault"] and said["differences"], said)

    def no_secret_of_the_conversation_is_kept():
        keep = scene.path("kept")
        os.makedirs(keep)
        serial, report = scene.registered("--keep", keep)
        (name,) = [n for n in os.listdir(keep) if n.endswith(".answer")]
        with open(os.path.join(keep, name), "rb") as f:
            answer = cbor.message(f.read())
        secret, ticket = answer[6], answer[5]
        tap.equal(len(secret), 32)
        with open(scene.dossier("device", report["deviceId"])[0], "rb") as f:
            dossier = f.read()
        tap.check(secret not in dossier and ticket not in dossier, "the dossier holds a secret")
        for at, _, names in os.walk(os.path.join(server.data, "core")):
            for name in names:
                with open(os.path.join(at, name), "rb") as f:
                    tap.check(secret not in f.read(), f"the secret is in {name}")

    def tampering(name, fault):
        """What each tampering left behind is judged again to the fault that the device was told."""
        def test():
            serial, report = scene.registered("--tamper", name)
            tap.equal(report["fault"], "" if fault == "granted" else fault)
            if fault not in UNKEPT:
                scene.refuses(serial, fault)
        return f"the evidence of tampering {name} gives {fault} again", test

    def every_comparison_was_made():
        tap.check(scene.compared > 2000, scene.compared)
        tap.count("outcomes judged again", scene.compared)

    rows = [line.split(None, 2) for line in scene.sim("tamperings").splitlines()]
    plays = tap.named([
        a_device_that_was_let_in_is_judged_again_as_the_database_has_it,
        a_device_registered_by_ek_hash_without_certificate_is_judged_again,
        a_device_without_tpm_is_judged_again_by_its_certificate_request,
        refusals_of_the_first_trip_are_judged_again,
        a_refusal_for_a_ca_that_is_denied_is_judged_again,
        refusals_by_the_records_are_judged_again,
        the_file_needs_no_roots_and_others_change_the_verdict,
        a_file_that_was_changed_is_told_from_what_was_recorded,
        no_secret_of_the_conversation_is_kept,
    ])
    return plays + [tampering(name, fault) for name, fault, _ in rows] + tap.named([every_comparison_was_made])


def main():
    with tempfile.TemporaryDirectory(prefix="assay-evidence-") as folder, Assayd(BUILD, folder) as server:
        tap.run(tests_of(Scene(server, folder)))


main()
