#!/usr/bin/env python3
"""Check-ins: a real agent shows its device certificate to a real server, with the key in a TPM (swtpm) or in a file.

usage: presence_test.py BUILD TESTS
"""
import http.client
import json
import os
import shutil
import sqlite3
import ssl
import subprocess
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402

CHECKIN = bytes.fromhex("a10101")  # {1: 1}, the version alone


def enrolled(device, *words):
    tap.equal(device.enroll(*words)[0], 0)
    return device


def there(device):
    code, report = device.run("run", "--once")
    tap.equal((code, report["fault"], report["checkedIn"]), (0, None, True))
    return report


def refused(device, fault):
    code, report = device.run("run", "--once")
    tap.equal((code, report["fault"], report["checkedIn"]), (1, fault, False))
    tap.check(report["remedy"], "a remedy")


def post(server, certificate=None, key=None):
    """A check-in by another implementation of TLS: status and code."""
    trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
    if certificate:
        trust.load_cert_chain(certificate, key)
    host, port = server.address("net-device").rsplit(":", 1)
    connection = http.client.HTTPSConnection(host, int(port), context=trust)
    connection.request("POST", "/device/v1/checkin", CHECKIN, {"Content-Type": "application/cbor"})
    reply = connection.getresponse()
    body = reply.read()
    return reply.status, json.loads(body)["code"] if reply.status != 200 else None


def own_certificate(folder):
    """A certificate of nobody's, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                    "-keyout", f"{folder}/own.key", "-out", f"{folder}/own.crt"], check=True, capture_output=True)
    return f"{folder}/own.crt", f"{folder}/own.key"


def tests_of(scene):
    server = scene.server
    chip = Chip(scene, certified=False)
    server.register(ekHash=chip.hardware()["ekHash"])
    device = enrolled(Device(scene, chip))
    plain = enrolled(Device(scene, token=scene.token()))

    def seen(one):
        identity = bytes.fromhex(one.read("device.id").decode().replace("-", ""))
        with sqlite3.connect(f"file:{server.data}/core/assay.sqlite?mode=ro", uri=True) as database:
            return database.execute("SELECT agent FROM contact WHERE device_id = ?", [identity]).fetchone()

    def a_device_checks_in_with_the_key_that_its_tpm_keeps():
        report = there(device)
        tap.equal(report["deviceId"], device.read("device.id").decode())
        tap.equal(report["nextSeconds"], 7)
        chip.check_empty()

    def keys_of_every_type_do():
        for word in ("p384", "rsa2048"):
            there(enrolled(device, "--key-type", word))
        there(enrolled(device, "--key-type", "p256"))

    def one_without_tpm_does_by_its_file():
        tap.equal(there(plain)["deviceId"], plain.read("device.id").decode())
        tap.equal(post(server, f"{plain.state}/device.crt", f"{plain.state}/device.pem"), (200, None))

    def the_server_remembers_that_it_was_there_and_with_which_agent():
        server.wait_until(lambda: seen(device)[0], "for the contacts to be written")
        tap.check(seen(device)[0].count(".") == 2, seen(device))

    def for_people_it_is_one_line():
        done = scene.program("assay-agent", "run", "--once", "--config", f"{device.folder}/agent.conf")
        tap.equal((done.returncode, done.stderr, done.stdout.count("\n")), (0, "", 1))
        tap.check(len(done.stdout) < 132 and done.stdout.startswith("Checked in as "), done.stdout)

    def the_service_comes_again_when_it_was_told_to():
        service = subprocess.Popen([os.path.join(BUILD, "assay-agent"), "run", "--config", f"{device.folder}/agent.conf"],
                                   stdout=subprocess.PIPE, text=True)
        lines = [service.stdout.readline() for _ in range(2)]
        service.terminate()
        service.wait()
        service.stdout.close()
        tap.check(all(line.startswith("Checked in as ") for line in lines), lines)

    def whoever_shows_no_certificate_is_told_to_enrol():
        tap.equal(post(server), (401, "DEVICE_CERT_MISSING"))

    def a_certificate_of_nobodys_is_unknown_however_it_is_named():
        tap.equal(post(server, *own_certificate(scene.folder)), (403, "DEVICE_UNKNOWN"))

    def a_certificate_copied_without_its_key_is_worth_nothing():
        thief = enrolled(Device(scene, token=scene.token()))
        shutil.copy(f"{plain.state}/device.crt", f"{thief.state}/device.crt")
        code, report = thief.run("run", "--once")
        tap.equal((code, report["fault"]), (2, "DEVICE_KEY"))

    def one_that_a_newer_replaced_is_stale_and_the_device_enrols_again():
        former = device.read("device.crt")
        enrolled(device)
        with open(f"{device.state}/device.crt", "wb") as f:
            f.write(former)
        there(device)
        tap.check("DEVICE_STALE: enrolling again" in device.errors, device.errors)
        tap.check(device.read("device.crt") != former, "a new certificate")

    def where_nothing_lets_it_in_again_both_reasons_are_told():
        code, report = plain.run("run", "--once")
        tap.equal(code, 0)
        serial = scene.serial_of(f"{plain.state}/device.crt")
        tap.equal(server.api("POST", f"/assay/v1/certificates/{serial}/revoke", {"reason": "superseded"})[0], 200)
        code, report = plain.run("run", "--once")
        tap.equal((code, report["fault"]), (1, "DEVICE_STALE"))
        tap.check("TOK_USED" in report["detail"], report)

    def a_retired_device_is_told_so_and_whoever_kept_its_certificate_as_well():
        path = f"/graph/beta/deviceManagement/managedDevices/{plain.read('device.id').decode()}/retire"
        kept = Device(scene)
        shutil.copytree(plain.state, kept.state)
        tap.equal(server.api("POST", path)[0], 204)
        tap.equal([row["order"] for row in there(plain)["orders"]], ["retire"])
        refused(kept, "DEVICE_RETIRED")

    def who_has_not_enrolled_is_told_so():
        code, report = Device(scene, chip).run("run", "--once")
        tap.equal((code, report["fault"]), (2, "NOT_ENROLLED"))

    return tap.named([f for f in locals().values() if callable(f) and f is not seen])


devices.run(BUILD, tests_of, ["device.checkin_seconds=7"])
