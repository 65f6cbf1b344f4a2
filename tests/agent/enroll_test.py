#!/usr/bin/env python3
"""The agent on a real TPM (swtpm) against a real server: what it gets, what it keeps, how it ends.

usage: enroll_test.py BUILD TESTS
"""
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(sys.argv[2], "sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402

FILES = ["ak.crt", "ak.unique", "chain.crt", "device.crt", "device.id", "device.key"]


def program(name, *words):
    return subprocess.run([os.path.join(BUILD, name), *words], capture_output=True, text=True, check=False)


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def is_listening(path):
    """A socket's file is there before anybody listens; the kernel's table knows better."""
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as table:
        rows = [line.split() for line in table]
    return any(row[-1] == path and row[3] == "00010000" for row in rows if len(row) > 7)


class Chip:
    """A running swtpm with an RSA EK certificate of the maker, or with none."""

    def __init__(self, scene, certified=True):
        self.folder = tempfile.mkdtemp(dir=scene.folder)
        write(f"{self.folder}/maker.conf", f"maker = {scene.folder}/maker\nmodel = Model 9\n")
        write(f"{self.folder}/setup.conf", f"create_certs_tool = {BUILD}/assay-sim\ncreate_certs_tool_options = /dev/null\n"
              f"create_certs_tool_config = {self.folder}/maker.conf\n")
        if certified:
            subprocess.run(["swtpm_setup", "--tpm2", "--tpmstate", self.folder, "--create-ek-cert",
                            "--config", f"{self.folder}/setup.conf"], check=True, capture_output=True)
        self.path = f"{self.folder}/tpm"
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}", "--server", f"type=unixio,path={self.path}",
             "--ctrl", f"type=unixio,path={self.path}.ctrl", "--flags", "not-need-init,startup-clear",
             "--log", f"file={self.folder}/log"])
        scene.server.wait_until(lambda: is_listening(self.path) and is_listening(self.path + ".ctrl"),
                                "for swtpm to listen")
        scene.chips.append(self)

    @property
    def tcti(self):
        return f"swtpm:path={self.path}"

    def tool(self, *words):
        done = subprocess.run(words, env={**os.environ, "TPM2TOOLS_TCTI": self.tcti}, capture_output=True, text=True,
                              check=True)
        return done.stdout

    def check_empty(self):
        for kind in ("handles-transient", "handles-loaded-session", "handles-saved-session"):
            tap.equal(self.tool("tpm2_getcap", kind), "")

    def hardware(self):
        return json.loads(program("assay-agent", "hardware-hash", "--json", "--tcti", self.tcti).stdout)


class Device:
    """An agent's configuration and state folder."""

    def __init__(self, scene, chip=None, **settings):
        self.folder = tempfile.mkdtemp(dir=scene.folder)
        self.state = f"{self.folder}/state"
        said = {"server": scene.server.url, "ca": scene.server.ca, "state": self.state, "pause_ms": 1,
                "tcti": chip.tcti if chip else "device:/nonexistent", **settings}
        write(f"{self.folder}/agent.conf", "".join(f"{key} = {value}\n" for key, value in said.items()))

    def enroll(self, *words):
        """(exit code, report)"""
        done = program("assay-agent", "enroll", "--json", "--config", f"{self.folder}/agent.conf", *words)
        self.errors = done.stderr
        return done.returncode, json.loads(done.stdout)

    def read(self, name):
        with open(f"{self.state}/{name}", "rb") as f:
            return f.read()

    def lose_reply(self):
        """Enrols, but has nowhere to put the certificate: as if the agent had ended just before."""
        os.mkdir(self.state, 0o700)
        os.mkdir(f"{self.state}/device.crt")
        code, report = self.enroll()
        tap.equal((code, report["fault"]), (2, "AGENT_STATE"))
        os.rmdir(f"{self.state}/device.crt")


class Scene:
    """A server that trusts the maker of the chips."""

    def __init__(self, server, folder):
        self.server, self.folder, self.chips, self.serials = server, folder, [], 0
        tap.equal(program("assay-sim", "maker", "--dir", f"{folder}/maker").returncode, 0)
        for name in ("root", "intermediate"):
            server.trust(f"{folder}/maker/{name}.crt")
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})

    def serial(self):
        self.serials += 1
        self.server.register(serialNumber=f"SN-{self.serials}")
        return f"SN-{self.serials}"

    def token(self):
        return self.server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]

    def close(self):
        for chip in self.chips:
            chip.process.kill()
            chip.process.wait()


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

    def keys_of_every_type_are_attested_and_certified_for_the_same_device():
        kinds = {"p256": "P-256", "p384": "P-384", "rsa2048": "2048 bit", "rsa3072": "3072 bit"}
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
        tap.equal(len(keys), 5)
        plain.check_empty()

    def a_cleared_tpm_gets_a_new_device_key_and_stays_the_same_device():
        device = Device(scene, plain)
        first = enrolled(device.enroll(), True, ["key"])
        key = device.read("device.key")
        plain.tool("tpm2_clear", "-c", "p")
        tap.equal(enrolled(device.enroll(), True, ["key"])["deviceId"], first["deviceId"])
        tap.check(device.read("device.key") != key, "the same device key")

    def an_unregistered_device_is_refused_for_good():
        chip = Chip(scene, certified=False)
        device = Device(scene, chip)
        report = ended(device.enroll(), 1, "refused", "DEVICE_NOT_REGISTERED")
        tap.equal((report["hresult"], report["attempts"], len(report["requestId"])), ("0x801C0003", 1, 32))
        tap.equal(os.listdir(device.state), ["ak.unique"])
        chip.check_empty()

    def a_device_without_tpm_enrols_with_a_token_and_unattested():
        device = Device(scene, token=scene.token())
        enrolled(device.enroll(), False, [])
        tap.equal(sorted(os.listdir(device.state)), ["chain.crt", "device.crt", "device.id", "device.pem"])

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

    def a_server_that_is_not_there_is_tried_as_often_as_configured():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            device = Device(scene, plain, server=f"https://127.0.0.1:{s.getsockname()[1]}", attempts=3)
            report = ended(device.enroll(), 3, "unreachable", "NET_UNREACHABLE")
        tap.equal(report["attempts"], 3)
        tap.equal(device.errors.count("NET_UNREACHABLE"), 2)
        tap.check("connecting" in report["detail"], report["detail"])

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


def main():
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        scene = Scene(server, folder)
        try:
            tap.run(tests_of(scene))
        finally:
            scene.close()


main()
