#!/usr/bin/env python3
"""What the agent packs for support, on a real TPM (swtpm) against a real server: taken apart by gcab, read by Python's
own parsers, and explained by assay.

usage: diag_test.py BUILD TESTS
"""
import fcntl
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from bundle import Bundle  # noqa: E402
from devices import Chip, Device  # noqa: E402

HLI, CERTREQ, MANIFEST = "TpmHliInfo_Output.txt", "CertReq_enrollaik_Output.txt", "Manifest.json"
NO_CERTIFICATE = "-NoValidEkCert: No valid EK cert found\n"
WITHOUT_TPM = {HLI, CERTREQ, MANIFEST, "MDMDiagReport.xml", "MDMDiagHtmlReport.html", "Readiness.json",
               "Autopilot_Events.jsonl", "DeviceHash.csv", "Configuration.txt"}


def subjects(pem):
    """What openssl says of each certificate in it."""
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", pem, re.S)
    return [subprocess.run(["openssl", "x509", "-noout", "-subject", "-issuer"], input=block, text=True, check=True,
                           capture_output=True).stdout for block in blocks]


def tests_of(scene):
    genuine, plain = Chip(scene), Chip(scene, certified=False)

    def an_enrolled_device_has_every_file_and_nothing_to_explain():
        device = Device(scene, genuine, serial=scene.serial())
        log = hashlib.shake_128(b"log").digest(100001)  # several blocks of a CAB
        device.put_log(log)
        tap.equal(device.enroll()[0], 0)
        bundle = Bundle(device)
        tap.equal(set(bundle.files), WITHOUT_TPM | {"SRTMBoot.dat", "EkCertificates.pem"})
        tap.equal(bundle.files["SRTMBoot.dat"], log)
        tap.check("-Ready For Attestation: True\n" in bundle.text(HLI), bundle.text(HLI))
        tap.check("HTTP status: 200" in bundle.text(CERTREQ) and "the TPM solved" in bundle.text(CERTREQ), bundle.text(CERTREQ))
        tap.equal(len(subjects(bundle.text(CERTREQ))), 1)
        tap.check(len(subjects(bundle.text("EkCertificates.pem"))) >= 1, "no certificate")
        tap.equal(bundle.causes(), [])
        genuine.check_empty()

    def the_manifest_has_the_digest_of_every_file():
        bundle = Bundle(Device(scene, genuine, serial=scene.serial()))
        manifest = json.loads(bundle.files[MANIFEST])
        tap.equal(manifest, bundle.report)
        tap.equal({row["name"] for row in manifest["files"]}, set(bundle.files) - {MANIFEST})
        for row in manifest["files"]:
            content = bundle.files[row["name"]]
            tap.equal((row["size"], row["sha256"]), (len(content), hashlib.sha256(content).hexdigest()))

    def a_diagnosis_enrols_nobody():
        device = Device(scene, Chip(scene), serial=scene.serial())
        before = scene.server.report()
        bundle = Bundle(device)
        tap.check("none is kept" in bundle.text(CERTREQ), bundle.text(CERTREQ))
        tap.equal(scene.server.report(), before)
        tap.check("device.crt" not in os.listdir(device.state), os.listdir(device.state))
        tap.equal(device.enroll()[0], 0)

    def a_tpm_without_certificate_is_named_in_windows_words_and_explained():
        device = Device(scene, plain, ek_service="none")
        bundle = Bundle(device, "--area", "TPM")
        tap.check(NO_CERTIFICATE in bundle.text(HLI), bundle.text(HLI))
        tap.check("EK_CERT_MISSING" in bundle.causes() or "EK_SERVICE_NONE" in bundle.causes(), bundle.causes())

    def what_the_server_refuses_is_there_in_its_own_words():
        chip = Chip(scene, certified=False)
        device = Device(scene, chip)
        refused = device.enroll()[1]
        text = Bundle(device, "--area", "TPM").text(CERTREQ)
        tap.check("HTTP status: 403" in text and f"POST {scene.server.url}/device/v1/begin" in text, text)
        tap.check(refused["what"] in text and refused["remedy"] in text and refused["fault"] in text, text)
        tap.check(re.search(r"^  request +[0-9a-f]{32}$", text, re.M), text)
        tap.check("0x801c0003 (-2145648637)" in text, text)

    def without_a_network_there_is_a_bundle_that_says_so():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            device = Device(scene, genuine, server=f"https://127.0.0.1:{s.getsockname()[1]}")
            bundle = Bundle(device)
        tap.check("NET_UNREACHABLE" in bundle.text(CERTREQ) and "HTTP status: 0" in bundle.text(CERTREQ), bundle.text(CERTREQ))
        tap.check("0x80072efd (-2147012867 WININET_E_CANNOT_CONNECT)" in bundle.text(CERTREQ), bundle.text(CERTREQ))
        tap.equal(bundle.causes(), ["NET_UNREACHABLE", "NOT_READY"])

    def without_a_tpm_there_is_a_bundle_that_says_so():
        bundle = Bundle(Device(scene))
        tap.equal(set(bundle.files), WITHOUT_TPM)
        tap.equal({row["name"]: row["fault"] for row in bundle.report["missing"]},
                  {"SRTMBoot.dat": "SYS_FILE", "EkCertificates.pem": "TPM_MISSING"})
        tap.check("-TPM Present: False\n" in bundle.text(HLI), bundle.text(HLI))
        tap.equal(bundle.causes()[0], "TPM_MISSING")

    def while_another_agent_is_at_work_there_is_a_bundle_that_says_so():
        device = Device(scene, Chip(scene), serial=scene.serial())
        tap.equal(device.enroll()[0], 0)
        folder = os.open(device.state, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            bundle = Bundle(device)
        finally:
            os.close(folder)
        tap.check("another agent is at work" in bundle.text(CERTREQ) and "NoValidEkCert" not in bundle.text(HLI),
                  bundle.text(CERTREQ))
        tap.equal(bundle.files["Autopilot_Events.jsonl"], device.read("events.jsonl"))
        tap.equal(len(subjects(bundle.text(CERTREQ))), 1)

    def areas_come_with_semicolons_or_one_by_one_and_choose_the_files():
        device = Device(scene)
        both = Bundle(device, "--area", "Autopilot;TPM")
        tap.equal(both.report["areas"], ["Autopilot", "TPM"])
        tap.equal(set(Bundle(device, "--area", "tpm", "--area", "AutoPilot").files), set(both.files))
        tap.equal(set(Bundle(device, "--area", "DeviceProvisioning").files),
                  {"MDMDiagReport.xml", "MDMDiagHtmlReport.html", "Configuration.txt", MANIFEST})

    def what_is_not_understood_is_refused_and_nothing_is_written():
        device = Device(scene)
        for words in (("--cab", f"{device.folder}/x.cab", "--area", "Coffee"), ("--area", "TPM"),
                      ("--cab", f"{device.folder}/x.cab", "--area", "")):
            done = scene.program("assay-agent", "diag", "--config", f"{device.folder}/agent.conf", *words)
            tap.equal((done.returncode, done.stdout), (2, ""))
            tap.check("USAGE" in done.stderr, done.stderr)
        tap.check(not os.path.exists(f"{device.folder}/x.cab"), "written")

    def a_bundle_is_its_owners_alone():
        bundle = Bundle(Device(scene), "--area", "TPM")
        tap.equal(os.stat(bundle.cab).st_mode & 0o777, 0o600)

    def no_secret_is_in_it():
        token = scene.token()
        device = Device(scene, token=token, proxy="http://user:horse@127.0.0.1:9")
        bundle = Bundle(device)
        for name, content in bundle.files.items():
            tap.check(token.encode() not in content and b"horse" not in content, name)
        tap.check("A token is set" in bundle.text("Configuration.txt"), bundle.text("Configuration.txt"))
        tap.check("proxy = http://127.0.0.1:9" in bundle.text("Configuration.txt"), bundle.text("Configuration.txt"))

    def reports_are_well_formed_whatever_a_device_is_called():
        name = "<script>alert('1')</script> & \"2\""
        bundle = Bundle(Device(scene, name=name))
        items = {item.get("Name"): item.text for item in xml.fromstring(bundle.text("MDMDiagReport.xml")).iter("Item")}
        tap.equal(items["Name"], name)
        page = bundle.text("MDMDiagHtmlReport.html")
        root = xml.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
        tap.equal([cell.text for cell in root.iter("td")].count(name), 1)
        tags = {element.tag for element in root.iter()}
        tap.equal(tags & {"script", "img", "link", "iframe", "a"}, set())
        tap.check(not any(word in page for word in ("src=", "href=", "url(", "@import")), "something is fetched")

    return tap.named([f for f in locals().values() if callable(f)])


devices.run(BUILD, tests_of)
