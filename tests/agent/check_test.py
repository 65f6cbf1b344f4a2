#!/usr/bin/env python3
"""assay-agent check on real TPMs (swtpm): what is missing has its name and remedy, and both headlines follow from it.

usage: check_test.py BUILD TESTS
"""
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device, at, lock  # noqa: E402
from loopback import free_port  # noqa: E402


def rows(report):
    """What was found, by the name of what was looked at."""
    return {row["field"]: row for kind in ("required", "expected", "informational") for row in report[kind]}


def looked(device, *words):
    code, report = device.run("check", *words)
    return code, report, rows(report)


def is_missing(result, field, fault, attestation, storage):
    """The row that failed, which is what the whole report says as well."""
    code, report, found = result
    tap.equal((code, report["fault"], report["attestation"], report["storage"]), (2, fault, attestation, storage))
    tap.equal((found[field]["outcome"], found[field]["fault"]), ("failed", fault))
    tap.check(found[field]["remedy"] and found[field]["what"], found[field])
    return found[field]


def event_log(pcr, digest):
    """A log of one event, for SHA-256 alone (TCG PC Client Platform Firmware Profile 1.05, 10.2)."""
    banks = b"Spec ID Event03\0" + struct.pack("<IIIHHB", 0, 0x02000200, 1, 0x0B, 32, 0)
    head = struct.pack("<II", 0, 3) + bytes(20) + struct.pack("<I", len(banks)) + banks
    return head + struct.pack("<IIIH", pcr, 8, 1, 0x0B) + digest + struct.pack("<I", 0)


def tests_of_the_tpm(scene):
    def offline(chip=None, **settings):
        return looked(Device(scene, chip, **settings), "--offline")

    def a_tpm_that_works_is_ready():
        code, report, found = offline(Chip(scene))
        tap.equal((code, report["healthStatus"], report["attestation"], report["storage"], report["fault"]),
                  (0, "Attestable", "ready", "ready", None))
        tap.equal((report["isReadyInformation"], report["information"]), (0, []))
        tap.equal(found["tpmPresent"]["value"], True)

    def no_tpm_is_not_supported_and_nothing_else_is_looked_at():
        found = offline()
        is_missing(found, "tpmPresent", "TPM_MISSING", "notSupported", "notSupported")
        tap.equal(found[2]["tpmIsResponsive"]["outcome"], "notRun")
        tap.check("TPM" in found[2]["tpmIsResponsive"]["found"], found[2]["tpmIsResponsive"])

    def a_driver_that_does_not_work_is_not_a_missing_tpm():
        is_missing(offline(tcti="device:/dev/null"), "tpmDriverWorks", "TPM_DRIVER", "notReady", "notReady")

    def a_disabled_hierarchy_is_named_with_what_it_spoils():
        chip = Chip(scene, certified=False)
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear")
        row = is_missing(offline(chip), "endorsementHierarchy", "TPM_HIERARCHY", "notReady", "ready")
        tap.check("endorsement" in row["detail"], row)
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "shEnable", "clear")
        tap.equal(offline(chip)[1]["storage"], "notReady")

    def a_locked_tpm_can_be_attested_and_says_when_it_heals():
        chip = Chip(scene)
        lock(chip)
        row = is_missing(offline(chip), "notLockedOut", "TPM_LOCKOUT", "ready", "notReady")
        tap.check("in 1000 s" in row["detail"], row)

    def a_tpm_that_hangs_is_given_up_and_what_was_waited_for_is_named():
        chip = Chip(scene, certified=False)
        chip.process.send_signal(signal.SIGSTOP)
        row = is_missing(offline(chip), "tpmPresent", "ATTEST_TIMEOUT", "notReady", "notReady")
        tap.equal((row["hresult"], "TPM: no answer" in row["detail"]), ("0x800705B4", True))

    def an_event_log_is_compared_with_the_pcrs_and_a_difference_is_a_warning():
        chip = Chip(scene)
        device = Device(scene, chip)
        device.put_log(event_log(7, b"\x11" * 32))
        differs = looked(device, "--offline")
        tap.equal((differs[0], differs[2]["tcgLogFound"]["outcome"], differs[2]["pcrsMatchTcgLog"]["outcome"]),
                  (0, "passed", "warned"))
        tap.check("PCR 7" in differs[2]["pcrsMatchTcgLog"]["found"], differs[2]["pcrsMatchTcgLog"])
        chip.tool("tpm2_pcrextend", "7:sha256=" + "11" * 32)
        tap.equal(looked(device, "--offline")[2]["pcrsMatchTcgLog"]["outcome"], "passed")
        device.put_log(b"not a log")
        tap.equal(looked(device, "--offline")[2]["tcgLogFound"]["outcome"], "warned")

    def a_tpm_that_this_user_may_not_use_is_a_matter_of_permission():
        chip = Chip(scene, certified=False)
        os.chmod(chip.path, 0)
        device = Device(scene, chip)
        device.run_as_nobody()
        is_missing(looked(device, "--offline"), "tpmMayBeUsed", "TPM_PERMISSION", "notReady", "notReady")

    return tap.named([f for f in locals().values() if callable(f) and f is not offline])


class Deaf:
    """Listens, and ends every conversation before it says anything; or with TLS: after the handshake."""

    def __init__(self, context=None):
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            with near:
                if self.context:
                    try:
                        near = self.context.wrap_socket(near, server_side=True)
                        near.recv(65536)
                    except OSError:
                        pass
                    near.close()


def tests_of_the_way(scene):
    chip = Chip(scene, certified=False)
    data = scene.server.data

    def unreached(layer, fault, **settings):
        """The server's row and its location, when that layer fails."""
        device = Device(scene, chip, **settings)
        result = looked(device)
        tap.equal((result[0], result[2]["serverIsReached"]["fault"]), (2, fault))  # 2: its TPM has no certificate either
        (location,) = [at for at in result[1]["locations"] if at["location"] == "server"]
        host = device.settings["server"].removeprefix("https://")
        tap.equal((location["host"], location["ways"][0]["failed"]), (host, layer))
        tap.check(f"to be allowed: {host}" in result[2]["serverIsReached"]["found"], result[2]["serverIsReached"])
        tap.equal(result[2]["deviceIsRegistered"]["outcome"], "notRun")
        return result

    def a_server_that_is_not_reached_is_named_by_the_layer_that_fails():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{data}/tls/device.crt", f"{data}/tls/device.key")
        unreached("name", "NET_UNREACHABLE", server=f"https://{'a' * 64}.example:443")
        unreached("connection", "NET_UNREACHABLE", server=f"https://127.0.0.1:{free_port()}")
        unreached("tls", "NET_UNREACHABLE", server=Deaf().url)
        unreached("tls", "SERVER_UNTRUSTED", ca="00" * 32)
        unreached("http", "NET_UNREACHABLE", server=Deaf(context).url)

    def where_a_proxy_leads_the_way_without_it_is_tried_too():
        proxy = f"http://someone:secret@127.0.0.1:{free_port()}"
        code, report, found = looked(Device(scene, chip, proxy=proxy))
        by, straight = report["locations"][0]["ways"]
        tap.equal((by["failed"], straight["failed"], straight["status"]), ("proxy", None, 200))
        tap.check("without it: name ok" in found["serverIsReached"]["found"], found["serverIsReached"])
        tap.check("secret" not in json.dumps(report), report)

    def a_clock_that_is_wrong_is_named_by_its_difference_also_where_tls_fails_on_it():
        for offset_s, server in ((-1500, "passed"), (900 * 86400, "failed"), (-3 * 86400, "failed")):
            code, report = Device(scene, chip).run("check", **at(offset_s))
            found = rows(report)
            tap.equal((found["clockIsRight"]["fault"], found["serverIsReached"]["outcome"]), ("CERT_E_EXPIRED", server))
            tap.check(abs(report["clockSkewSeconds"] + offset_s) <= 5, report["clockSkewSeconds"])
            said = int(found["clockIsRight"]["detail"].split(" s from the server's")[0])
            tap.check(abs(said - offset_s) <= 5, found["clockIsRight"])

    def no_server_or_nobody_asked_is_no_reason_not_to_be_ready():
        for words, settings in (("--offline",), {}), ((), {"server": ""}):
            tap.equal(looked(Device(scene, Chip(scene), **settings), *words)[0], 0)

    return tap.named([f for f in locals().values() if callable(f) and f is not unreached])


def tests_of_the_server(scene):
    def a_device_that_nobody_registered_is_told_so_and_nothing_is_kept():
        device = Device(scene, Chip(scene), serial="SN-NOBODY")
        code, report, found = looked(device)
        tap.equal((code, report["fault"], report["attestation"]), (1, "DEVICE_NOT_REGISTERED", "notReady"))
        tap.equal(len(found["deviceIsRegistered"]["requestId"]), 32)
        tap.check(not os.path.exists(device.state), "the state folder was made")

    def a_device_that_may_enrol_is_ready_before_it_does_and_after():
        device = Device(scene, Chip(scene), serial=scene.serial())
        code, _, found = looked(device)
        tap.equal((code, found["ekChainIsTrusted"]["outcome"], found["deviceIsRegistered"]["outcome"]),
                  (0, "passed", "passed"))
        tap.check("noKey" in found["attestationKeyIsCertified"]["found"], found["attestationKeyIsCertified"])
        tap.equal(device.enroll()[0], 0)
        before = sorted(os.listdir(device.state))
        code, _, found = looked(device)
        tap.equal((code, sorted(os.listdir(device.state))), (0, before))
        tap.check("attestedKey" in found["attestationKeyIsCertified"]["found"], found["attestationKeyIsCertified"])
        tap.equal([found[name]["outcome"] for name in ("attestationKeyIsCertified", "deviceKeyIsUsable", "keyIsKnownToServer")],
                  ["passed"] * 3)

    def a_certificate_of_no_trusted_maker_is_the_chains_affair():
        subprocess.run([f"{BUILD}/assay-sim", "maker", "--dir", f"{scene.folder}/stranger"], check=True, capture_output=True)
        chip = Chip(scene, maker="stranger")
        result = looked(Device(scene, chip, serial=scene.serial()))
        tap.equal(result[0], 1)
        tap.equal(result[2]["ekChainIsTrusted"]["fault"], "EK_CHAIN_UNTRUSTED")

    def a_tpm_without_a_certificate_is_not_ready_unless_its_key_is_registered():
        chip = Chip(scene, certified=False)
        code, report, found = looked(Device(scene, chip))
        tap.equal((found["ekCertIsAvailable"]["fault"], report["isReadyInformation"]), ("EK_SERVICE_NONE", 0x40000))
        scene.server.register(ekHash=chip.hardware()["ekHash"])
        code, report, found = looked(Device(scene, chip))
        tap.equal((code, found["ekCertIsAvailable"]["outcome"], report["isReadyInformation"]), (0, "warned", 0))

    def the_keys_of_another_tpm_are_stale_here():
        device = Device(scene, Chip(scene), serial=scene.serial())
        tap.equal(device.enroll()[0], 0)
        device.set(tcti=Chip(scene).tcti)
        code, report, found = looked(device)
        tap.equal((code, found["attestationKeyIsCertified"]["fault"], found["deviceKeyIsUsable"]["fault"]),
                  (2, "AK_STALE", "DEVICE_KEY"))
        tap.equal((report["attestation"], report["storage"]), ("notReady", "notReady"))

    return tap.named([f for f in locals().values() if callable(f)])


devices.run(BUILD, lambda scene: tests_of_the_tpm(scene) + tests_of_the_way(scene) + tests_of_the_server(scene))
