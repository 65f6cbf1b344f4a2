#!/usr/bin/env python3
"""The agent looks after a real TPM (swtpm): what is wrong with it has a name, and a certificate that is not in it
comes from its maker's service, which a server on loopback plays.

usage: maintain_test.py BUILD TESTS
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from devices import Chip, Device, Scene, lock  # noqa: E402
from loopback import free_port  # noqa: E402
from makerservice import MakerService, as_assay_sim, paths  # noqa: E402

# No resolver asks anybody about a label of 64 octets (RFC 1035 section 2.3.4).
NOWHERE = f"https://{'a' * 64}.example/intel"


class Proxy:
    """Takes CONNECT requests to anywhere, and leads them to the service or refuses them."""

    def __init__(self, port, status=200):
        self.port_to, self.status, self.asked = port, status, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            head = b""
            while b"\r\n\r\n" not in head:
                head += near.recv(4096)
            self.asked.append(head.split()[1].decode())
            near.sendall(f"HTTP/1.1 {self.status} x\r\n\r\n".encode())
            if self.status != 200:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.port_to))
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=(a, b), daemon=True).start()

    @staticmethod
    def copy(source, sink):
        try:
            while octets := source.recv(65536):
                sink.sendall(octets)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


class Maker:
    """The maker of the scene's chips, and its service."""

    def __init__(self, scene):
        self.scene = scene
        data = scene.server.data
        self.ca = f"{data}/ca/root.crt"
        self.service = MakerService(f"{data}/tls/device.crt", f"{data}/tls/device.key")

    def certificate(self, public):
        path = f"{self.scene.folder}/made.crt"
        if os.path.exists(path):
            os.unlink(path)
        done = self.scene.program("assay-sim", "ek-certificate", "--maker", f"{self.scene.folder}/maker", "--ek",
                                  as_assay_sim(public), "--out", path)
        tap.equal((done.returncode, done.stderr), (0, ""))
        with open(path, "rb") as f:
            return f.read()

    def settings(self, **more):
        return {"ek_service": "intel", "ek_service_intel": self.service.url("intel"),
                "ek_service_amd": self.service.url("amd"), "ek_service_ca": self.ca, "ek_service_attempts": 3, **more}


def keys(chip):
    return {key["kind"]: key["publicKey"] for key in chip.hardware()["endorsementKeys"]}


def is_ready(result, source, key=None):
    code, report = result
    tap.equal((code, report["outcome"], report["fault"]), (0, "ready", None))
    tap.equal(report["ekCertificate"]["source"], source)
    tap.check(key in (None, report["ekCertificate"]["key"]), report)
    return report


def ended(result, code, outcome, fault):
    tap.equal((result[0], result[1]["outcome"], result[1]["fault"]), (code, outcome, fault))
    return result[1]


def attempts(report):
    return [(a["key"], a["fault"]) for a in report["ekCertificate"]["attempts"]]


def tests_of_the_service(scene, maker):
    service = maker.service
    chip, other, genuine = Chip(scene, certified=False), Chip(scene, certified=False), Chip(scene)
    for one in (chip, other):
        one.keep_keys()
    public = keys(chip)
    certificates = {kind: maker.certificate(public[kind]) for kind in ("P-256", "RSA-2048")}

    def device(**settings):
        """A device whose maker knows both of its keys."""
        service.answers.clear()
        service.asked.clear()
        for kind, der in certificates.items():
            service.add(public[kind], der)
        return Device(scene, chip, **maker.settings(**settings))

    def a_certificate_in_the_tpm_is_enough_and_nobody_is_asked():
        mine = Device(scene, genuine, **maker.settings())
        service.asked.clear()
        is_ready(mine.run("maintain"), "tpm", "RSA-2048")
        tap.equal(service.asked, [])

    def a_certificate_that_is_not_in_the_tpm_comes_from_its_makers_service():
        for protocol in ("intel", "amd"):
            mine = device(ek_service=protocol)
            report = is_ready(mine.run("maintain"), "service", "P-256")
            tap.equal((service.asked, attempts(report)), ([paths(public["P-256"])[protocol]], [("P-256", None)]))
            shown = subprocess.run(["openssl", "x509", "-in", f"{mine.state}/ek.crt", "-outform", "DER"],
                                   capture_output=True, check=True)
            tap.equal(shown.stdout, certificates["P-256"])
            tap.equal(os.stat(f"{mine.state}/ek.crt").st_mode & 0o777, 0o600)
        chip.check_empty()

    def a_key_that_is_not_known_is_followed_by_the_next_one():
        mine = device()
        del service.answers[paths(public["P-256"])["intel"]]
        report = is_ready(mine.run("maintain"), "service", "RSA-2048")
        tap.equal(attempts(report), [("P-256", "EK_SERVICE_UNKNOWN"), ("RSA-2048", None)])

    def a_tpm_that_its_maker_does_not_know_is_told_so():
        mine = device()
        service.answers.clear()
        report = ended(mine.run("maintain"), 2, "notReady", "EK_SERVICE_UNKNOWN")
        tap.equal((report["hresult"], len(service.asked)), ("0x80190194", 2))
        tap.check("404" in report["detail"] and "127.0.0.1" in report["detail"], report["detail"])

    def a_service_that_is_busy_is_asked_again():
        mine = device()
        service.next = [(503, b""), (429, b"")]
        report = is_ready(mine.run("maintain"), "service", "P-256")
        tap.equal(attempts(report), [("P-256", "EK_SERVICE_HTTP")] * 2 + [("P-256", None)])
        tap.equal(mine.errors.count("EK_SERVICE_HTTP"), 2)

    def a_service_that_refuses_is_asked_no_more_often_than_allowed():
        mine = device()
        service.next = [(403, b"")] * 3
        report = ended(mine.run("maintain"), 3, "unreachable", "EK_SERVICE_HTTP")
        tap.equal((len(service.asked), "403" in report["detail"]), (3, True))

    def a_certificate_of_another_key_is_refused_and_not_kept():
        mine = device()
        service.add(keys(other)["P-256"], maker.certificate(keys(other)["P-256"]))
        wrong = service.answers[paths(keys(other)["P-256"])["intel"]]
        for kind in certificates:
            service.answers[paths(public[kind])["intel"]] = wrong
        ended(mine.run("maintain"), 2, "notReady", "EK_SERVICE_KEY")
        tap.equal(os.listdir(mine.state), ["events.jsonl"])

    def an_answer_that_is_no_certificate_is_named():
        for body in (b"", b"<html>Sign in</html>", b'{"certificate":"AAAA"}'):
            mine = device()
            service.next = [(200, body)] * 2
            ended(mine.run("maintain"), 2, "notReady", "EK_SERVICE_ANSWER")

    def each_way_to_be_blocked_has_its_own_name_and_names_the_host():
        closed, refusing = free_port(), Proxy(0, status=403)
        with socket.create_server(("127.0.0.1", 0)) as mute:
            silent = mute.getsockname()[1]
            blocked = {
                "EK_SERVICE_NAME": {"ek_service_intel": NOWHERE},
                "EK_SERVICE_CONNECT": {"ek_service_intel": f"https://127.0.0.1:{closed}/intel"},
                "EK_SERVICE_TLS": {"ek_service_ca": ""},
                "EK_SERVICE_PROXY": {"proxy": refusing.url},
            }
            for fault, settings in blocked.items():
                mine = device(ek_service_attempts=2, **settings)
                report = ended(mine.run("maintain"), 3, "unreachable", fault)
                tap.equal(attempts(report), [("P-256", fault)] * 2)
                host = mine.settings["ek_service_intel"].split("/")[2]
                tap.check(report["detail"].startswith(host), report["detail"])
            refusing.close()
            mine = device(ek_service_intel=f"https://127.0.0.1:{silent}/intel", connect_ms=100, reply_ms=100)
            ended(mine.run("maintain"), 3, "unreachable", "EK_SERVICE_TLS")

    def a_file_of_anchors_that_is_none_is_named():
        report = ended(device(ek_service_ca="/nonexistent").run("maintain"), 2, "notReady", "SYS_FILE")
        tap.check("/nonexistent" in report["detail"], report["detail"])

    def the_copy_serves_while_the_service_is_away_and_only_then():
        mine = device()
        is_ready(mine.run("maintain"), "service")
        away = f"https://127.0.0.1:{free_port()}/intel"
        mine.set(ek_service_intel=away)
        report = is_ready(mine.run("maintain"), "copy", "P-256")
        tap.equal((attempts(report), report["ekCertificate"]["fault"]),
                  ([("P-256", "EK_SERVICE_CONNECT")] * 3, "EK_SERVICE_CONNECT"))
        mine.set(ek_service_intel=service.url("intel"))
        service.asked.clear()
        is_ready(mine.run("maintain"), "service")
        tap.equal(len(service.asked), 1)
        service.answers.clear()
        ended(mine.run("maintain"), 2, "notReady", "EK_SERVICE_UNKNOWN")

    def the_copy_of_another_tpm_or_a_damaged_one_does_not_serve():
        mine = device()
        is_ready(mine.run("maintain"), "service")
        mine.set(ek_service_intel=f"https://127.0.0.1:{free_port()}/intel", tcti=other.tcti)
        ended(mine.run("maintain"), 3, "unreachable", "EK_SERVICE_CONNECT")
        mine.set(tcti=chip.tcti)
        is_ready(mine.run("maintain"), "copy")
        with open(f"{mine.state}/ek.crt", "w", encoding="ascii") as f:
            f.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        ended(mine.run("maintain"), 3, "unreachable", "EK_SERVICE_CONNECT")

    def a_proxy_of_the_settings_or_of_the_environment_is_used():
        proxy = Proxy(service.port)
        is_ready(device(proxy=proxy.url).run("maintain"), "service")
        tap.equal(proxy.asked, [f"127.0.0.1:{service.port}"])
        is_ready(device().run("maintain", https_proxy=proxy.url, no_proxy=""), "service")
        tap.equal(len(proxy.asked), 2)
        is_ready(device(proxy="none").run("maintain", https_proxy=proxy.url), "service")
        tap.equal(len(proxy.asked), 2)
        proxy.close()

    def without_a_service_for_its_maker_the_tpm_is_told_so():
        for word in ("auto", "none"):
            report = ended(device(ek_service=word).run("maintain"), 2, "notReady", "EK_SERVICE_NONE")
            tap.check("IBM" in report["detail"], report["detail"])
        ended(device(ek_service="both").run("maintain"), 2, "notReady", "CONFIG_INVALID")
        ended(device(ek_service_intel="http://127.0.0.1/").run("maintain"), 2, "notReady", "CONFIG_INVALID")

    def a_certificate_that_was_fetched_enrols_the_device():
        mine = device(serial=scene.serial())
        code, report = mine.enroll()
        tap.equal((code, report["outcome"], report["attested"], report["assurance"]),
                  (0, "enrolled", True, ["certificate"]))
        tap.equal(report["ekCertificate"]["source"], "service")
        tap.check("EK certificate: from the TPM's maker" in mine.errors, mine.errors)

    def a_device_whose_certificate_cannot_be_had_enrols_by_its_registered_key():
        scene.server.register(ekHash=other.hardware()["ekHash"])
        mine = Device(scene, other, **maker.settings(ek_service_intel=NOWHERE))
        code, report = mine.enroll()
        tap.equal((code, report["assurance"], report["ekCertificate"]["fault"]), (0, ["key"], "EK_SERVICE_NAME"))

    return tap.named([f for f in locals().values() if callable(f) and f is not device])


def tests_of_the_tpm(scene):
    def a_device_without_a_working_tpm_is_told_why():
        for tcti, fault in (("device:/nonexistent", "TPM_MISSING"), ("device:/dev/null", "TPM_DRIVER")):
            report = ended(Device(scene, tcti=tcti).run("maintain"), 2, "notReady", fault)
            tap.equal((report["tpm"], report["ekCertificate"]["source"]), (None, "none"))

    def a_tpm_that_hangs_is_given_up_and_what_was_waited_for_is_named():
        chip = Chip(scene, certified=False)
        chip.process.send_signal(signal.SIGSTOP)
        report = ended(Device(scene, chip, tpm_ms=300).run("maintain"), 2, "notReady", "ATTEST_TIMEOUT")
        tap.check(report["detail"].endswith(": no answer within 300 ms"), report)

    def a_driver_that_does_not_answer_is_tried_again_as_often_as_allowed():
        device = Device(scene, tcti="device:/dev/null", attempts=3)
        ended(device.run("maintain"), 2, "notReady", "TPM_DRIVER")
        tap.equal(device.errors.count("Opening the TPM, attempt "), 2)

    def a_hierarchy_that_is_disabled_is_named():
        chip = Chip(scene, certified=False)
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "shEnable", "clear")
        report = ended(Device(scene, chip).run("maintain"), 2, "notReady", "TPM_HIERARCHY")
        tap.equal((report["detail"], report["tpm"]["storageHierarchy"]), ("the storage (owner) hierarchy is disabled", False))
        chip.tool("tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear")
        report = ended(Device(scene, chip).run("maintain"), 2, "notReady", "TPM_HIERARCHY")
        tap.check("endorsement" in report["detail"], report["detail"])

    def a_tpm_that_is_locked_is_named_and_its_certificate_still_found():
        chip = Chip(scene)
        lock(chip)
        report = ended(Device(scene, chip).run("maintain"), 2, "notReady", "TPM_LOCKOUT")
        tap.equal((report["tpm"]["lockedOut"], report["ekCertificate"]["source"]), (True, "tpm"))

    def a_folder_that_cannot_be_used_is_named():
        mine = Device(scene, Chip(scene))
        os.mkdir(mine.state, 0o755)
        report = ended(mine.run("maintain"), 2, "notReady", "AGENT_STATE")
        tap.check("0700" in report["detail"], report["detail"])

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        scene = Scene(BUILD, server, folder)
        maker = Maker(scene)
        try:
            tap.run(tests_of_the_service(scene, maker) + tests_of_the_tpm(scene))
        finally:
            maker.service.stop()
            scene.close()


main()
