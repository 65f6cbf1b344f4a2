#!/usr/bin/env python3
"""The agent on a real TPM (swtpm) against a real server: what it gets, what it keeps, how it ends.

usage: enroll_test.py BUILD TESTS
"""
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device, FailingChip, at  # noqa: E402

LOG_MAX = 1 << 20  # octets of an event log (doc/protocol.md)
FILES = ["ak.crt", "ak.unique", "ca.sha256", "chain.crt", "device.crt", "device.id", "device.key", "events.jsonl"]


def enrolled(result, attested, assurance):
    code, report = result
    tap.equal((code, report["outcome"], report["fault"]), (0, "enrolled", None))
    tap.equal((report["attested"], report["assurance"]), (attested, assurance))
    return report


def ended(result, code, outcome, fault):
    tap.equal((result[0], result[1]["outcome"], result[1]["fault"]), (code, outcome, fault))
    return result[1]


def tests_of(scene):
    genuine = Chip(scene)
    plain = Chip(scene, certified=False)

    def a_certified_tpm_is_attested_by_its_maker():
        device = Device(scene, genuine, serial=scene.serial())
        report = enrolled(device.enroll(), True, ["certificate"])
        tap.equal(sorted(os.listdir(device.state)), FILES)
        tap.equal(device.read("device.id").decode(), report["deviceId"])
        tap.check(all(os.stat(f"{device.state}/{name}").st_mode & 0o777 == 0o600 for name in FILES), "modes")
        genuine.check_empty()

    def a_tpm_whose_key_is_registered_is_attested_by_it():
        found = plain.hardware()
        used = [k for k in found["endorsementKeys"] if k["used"]]
        tap.equal([k["hash"] for k in used], [found["ekHash"]])
        scene.server.register(ekHash=found["ekHash"])
        device = Device(scene, plain)
        first = enrolled(device.enroll(), True, ["key"])
        key, unique = device.read("device.key"), device.read("ak.unique")
        again = enrolled(device.enroll(), True, ["key"])
        tap.equal(again["deviceId"], first["deviceId"])
        tap.equal((device.read("device.key"), device.read("ak.unique")), (key, unique))
        plain.check_empty()

    def renewed_keys_are_new_and_of_the_same_device():
        device = Device(scene, plain)
        first = enrolled(device.enroll(), True, ["key"])
        old = [device.read(name) for name in ("ak.unique", "device.key", "ak.crt")]
        again = enrolled(device.enroll("--renew-keys"), True, ["key"])
        tap.equal(again["deviceId"], first["deviceId"])
        new = [device.read(name) for name in ("ak.unique", "device.key", "ak.crt")]
        tap.check(all(a != b for a, b in zip(old, new)), "a key stayed")
        plain.check_empty()

    def keys_of_every_type_are_attested_and_certified_for_the_same_device():
        kinds = {"p256": "P-256", "p384": "P-384", "p521": "P-521", "rsa2048": "2048 bit",
                 "rsa2048-pss": "2048 bit", "rsa3072": "3072 bit"}
        device = Device(scene, plain, key_type="p384")
        first, keys = enrolled(device.enroll(), True, ["key"]), {device.read("device.key")}
        for word, kind in kinds.items():
            again = enrolled(device.enroll("--key-type", word), True, ["key"])
            tap.equal(again["deviceId"], first["deviceId"])
            keys.add(device.read("device.key"))
            for name in ("ak.crt", "device.crt"):
                shown = subprocess.run(["openssl", "x509", "-noout", "-text", "-in", f"{device.state}/{name}"],
                                       capture_output=True, text=True, check=True).stdout
                tap.check(kind in shown, f"{word}: {name}\n{shown}")
        tap.equal(len(keys), 6)  # RSASSA or RSAPSS is the attestation key's affair alone
        plain.check_empty()

    def a_tpm_that_makes_no_keys_of_a_type_says_so_and_loses_none():
        device = Device(scene, plain)
        enrolled(device.enroll(), True, ["key"])
        key = device.read("device.key")
        ended(device.enroll("--key-type", "rsa4096"), 2, "failed", "TPM_KEY_TYPE")
        tap.equal(device.read("device.key"), key)
        plain.check_empty()

    def an_event_log_is_sent_as_it_is_and_kept_as_evidence():
        for size in (100, 70000, LOG_MAX):
            device = Device(scene, plain)
            log = hashlib.shake_128(str(size).encode()).digest(size)
            device.put_log(log)
            enrolled(device.enroll(), True, ["key"])
            tap.equal(device.errors, "")
            tap.equal(sum(log in body for body in scene.evidence()), 1)

    def a_log_that_cannot_be_sent_is_left_out_and_said_to_be():
        for content, why in ((bytes(LOG_MAX + 1), "larger"), (None, "directory")):
            device = Device(scene, plain)
            device.put_log(content)
            enrolled(device.enroll(), True, ["key"])
            tap.check("Event log" in device.errors and why in device.errors, device.errors)

    def no_log_is_no_reason_to_say_anything():
        for content in (b"", "nothing"):
            device = Device(scene, plain)
            device.put_log(content)
            enrolled(device.enroll(), True, ["key"])
            tap.equal(device.errors, "")

    def a_cleared_tpm_gets_a_new_device_key_and_stays_the_same_device():
        device = Device(scene, plain)
        first = enrolled(device.enroll(), True, ["key"])
        key = device.read("device.key")
        plain.tool("tpm2_clear", "-c", "p")
        tap.equal(enrolled(device.enroll(), True, ["key"])["deviceId"], first["deviceId"])
        tap.check(device.read("device.key") != key, "the same device key")

    def a_tpm_that_fails_ends_the_enrolment_unless_the_profile_says_otherwise():
        device = scene.profiled("stop", FailingChip(Chip(scene)))
        report = ended(device.enroll(), 2, "failed", "TPM_FAILURE")
        tap.equal(report["ignored"], None)

    def a_tpm_that_fails_is_tried_again_until_the_profiles_time_is_over_and_its_cause_is_the_headline():
        device = scene.profiled("retry", FailingChip(Chip(scene)), failure="retryOnError", timeoutS=60)
        device.set(pause_ms=1000)
        report = ended(device.run("enroll", **at(0)), 2, "failed", "TPM_FAILURE")
        tap.equal((report["hresult"], 6 < report["attempts"] < 14), ("0x80280001", True))
        tap.equal(device.errors.count(": TPM_FAILURE: "), report["attempts"] - 1)
        tap.check(f"tried {report['attempts']} times" in report["detail"], report["detail"])
        tap.check("Enrolment, attempt 1: TPM_FAILURE" in device.errors, device.errors)

    def a_tpm_that_fails_is_left_out_where_the_profile_ignores_that_and_it_is_said():
        device = scene.profiled("ignore", FailingChip(Chip(scene)), attestation="preferred", failure="ignoreOnError")
        report = enrolled(device.enroll(), False, [])
        tap.equal((report["ignored"], report["attempts"]), ("TPM_FAILURE", 2))
        tap.check("goes on without it: TPM_FAILURE" in device.errors, device.errors)
        tap.check("device.pem" in os.listdir(device.state), os.listdir(device.state))

    def a_tpm_that_works_is_attested_whatever_the_profile_says_of_failures():
        for name, words in (("works", {"failure": "retryOnError"}),
                            ("works-too", {"attestation": "preferred", "failure": "ignoreOnError"})):
            tap.equal(enrolled(scene.profiled(name, Chip(scene), **words).enroll(), True, ["certificate"])["ignored"], None)

    def a_user_has_to_be_there_where_the_profile_says_so():
        device = scene.profiled("desk", Chip(scene), usage="user-driven")
        enrolled(device.enroll(), True, ["certificate"])
        device.set(token="")
        ended(device.enroll(), 1, "refused", "USER_MISSING")

    def an_unregistered_device_is_refused_for_good():
        chip = Chip(scene, certified=False)
        device = Device(scene, chip)
        report = ended(device.enroll(), 1, "refused", "DEVICE_NOT_REGISTERED")
        tap.equal((report["hresult"], report["attempts"], len(report["requestId"])), ("0x801C0003", 1, 32))
        tap.equal(sorted(os.listdir(device.state)), ["ak.unique", "events.jsonl"])
        chip.check_empty()

    def a_device_without_tpm_enrols_with_a_token_and_unattested():
        device = Device(scene, token=scene.token())
        enrolled(device.enroll(), False, [])
        tap.equal(sorted(os.listdir(device.state)), ["ca.sha256", "chain.crt", "device.crt", "device.id", "device.pem", "events.jsonl"])

    def a_tpm_may_be_left_out():
        enrolled(Device(scene, genuine).enroll("--no-tpm", "--token", scene.token()), False, [])

    def a_token_is_spent_once():
        token = scene.token()
        enrolled(Device(scene, token=token).enroll(), False, [])
        ended(Device(scene, token=token).enroll(), 1, "refused", "TOK_USED")

    def a_lost_reply_is_asked_for_again_with_the_same_octets():
        device = Device(scene, plain)
        device.lose_reply()
        pending = hashlib.sha256(device.read("pending.cbor")).hexdigest()
        shutil.copytree(device.state, f"{device.folder}/copy")
        first = enrolled(device.enroll(), True, ["key"])
        certificate = device.read("device.crt")
        tap.equal(sorted(os.listdir(device.state)), FILES)
        shutil.rmtree(device.state)
        os.rename(f"{device.folder}/copy", device.state)
        tap.equal(hashlib.sha256(device.read("pending.cbor")).hexdigest(), pending)
        tap.equal(enrolled(device.enroll(), True, ["key"])["deviceId"], first["deviceId"])
        tap.equal(device.read("device.crt"), certificate)

    def a_request_that_was_answered_otherwise_is_begun_anew():
        device = Device(scene, plain)
        device.lose_reply()
        pending = bytearray(device.read("pending.cbor"))
        pending[200] ^= 1
        with open(f"{device.state}/pending.cbor", "wb") as f:
            f.write(pending)
        report = enrolled(device.enroll(), True, ["key"])
        tap.equal(report["attempts"], 2)
        tap.check("ACT_CONSUMED" in device.errors, device.errors)

    def a_server_that_is_not_there_is_tried_as_often_as_configured_with_pauses_that_double():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            device = Device(scene, plain, server=f"https://127.0.0.1:{s.getsockname()[1]}", attempts=5, pause_ms=1000)
            report = ended(device.run("enroll", **at(0)), 3, "unreachable", "NET_UNREACHABLE")
        tap.equal(report["attempts"], 5)
        tap.check("connecting" in report["detail"], report["detail"])
        lines = re.findall(r"Enrolment, attempt (\d) of 5: NET_UNREACHABLE: connecting.*\(next in (\d+\.\d) s\)", device.errors)
        tap.equal([int(number) for number, _ in lines], [1, 2, 3, 4])
        for number, pause in enumerate(float(pause) for _, pause in lines):
            tap.check(0.4 * 2 ** number <= pause <= 2 ** number, device.errors)

    def a_server_of_another_ca_is_not_trusted():
        report = ended(Device(scene, plain, ca="00" * 32).enroll(), 2, "failed", "SERVER_UNTRUSTED")
        tap.equal(report["attempts"], 1)

    def a_tpm_that_may_not_be_used_is_named_and_nothing_is_sent():
        taken = Chip(scene, certified=False)
        for _ in range(3):
            taken.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", f"{taken.folder}/content")
        report = ended(Device(scene, taken, attempts=2).enroll(), 2, "failed", "TPM_MEMORY")
        tap.check("0x00000902" in report["detail"], report["detail"])

    return tap.named([f for f in locals().values() if callable(f)])


devices.run(BUILD, tests_of)
