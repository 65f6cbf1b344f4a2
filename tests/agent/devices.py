"""Devices for tests of the agent: chips in software, agents with a folder of their own, and the server they know."""
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

BUILD = os.path.abspath(sys.argv[1])
NOBODY = 65534

import tap
from assayd import Assayd
from loopback import is_listening


def at(offset_s):
    """The environment of a computer whose clock is wrong by so many seconds, and on which no pause takes time."""
    return {"LD_PRELOAD": f"{BUILD}/tools/clock.so", "CLOCK_OFFSET_S": str(offset_s)}


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


class Chip:
    """A running swtpm with an RSA EK certificate of the maker whose folder is so called, or with none.

    words are further lines of the certificate's configuration; of version 1.2 it is another chip altogether.
    """

    def __init__(self, scene, certified=True, maker="maker", words="model = Model 9\n", version="2.0"):
        self.scene, self.folder = scene, tempfile.mkdtemp(dir=scene.folder)
        write(f"{self.folder}/maker.conf", f"maker = {scene.folder}/{maker}\n{words}")
        write(f"{self.folder}/setup.conf", f"create_certs_tool = {scene.build}/assay-sim\ncreate_certs_tool_options = /dev/null\n"
              f"create_certs_tool_config = {self.folder}/maker.conf\n")
        if certified:
            subprocess.run(["swtpm_setup", "--tpm2", "--tpmstate", self.folder, "--create-ek-cert",
                            "--config", f"{self.folder}/setup.conf"], check=True, capture_output=True)
        self.path, self.kind = f"{self.folder}/tpm", ["--tpm2"] if version == "2.0" else []
        self.switch_on()
        scene.chips.append(self)

    def switch_on(self):
        """As when the machine starts: the TPM counts one more reset."""
        self.process = subprocess.Popen(
            ["swtpm", "socket", *self.kind, "--tpmstate", f"dir={self.folder}", "--server", f"type=unixio,path={self.path}",
             "--ctrl", f"type=unixio,path={self.path}.ctrl", "--flags", "not-need-init,startup-clear",
             "--log", f"file={self.folder}/log"])
        self.scene.server.wait_until(lambda: is_listening(self.path) and is_listening(self.path + ".ctrl"),
                                     "for swtpm to listen")

    def switch_off(self):
        self.process.terminate()
        self.process.wait()
        for path in (self.path, self.path + ".ctrl"):
            if os.path.exists(path):
                os.unlink(path)

    @property
    def tcti(self):
        return f"swtpm:path={self.path}"

    def tool(self, *words):
        done = subprocess.run(words, env={**os.environ, "TPM2TOOLS_TCTI": self.tcti}, capture_output=True, text=True,
                              check=True)
        return done.stdout

    def keep_keys(self):
        """Makes the EKs once and leaves them in the chip, as the makers of real ones do: an RSA key takes its time."""
        for kind, handle in (("rsa", "0x81010001"), ("ecc", "0x81010002")):
            self.tool("tpm2_createek", "-G", kind, "-c", handle, "-u", f"{self.folder}/public")

    def check_empty(self):
        for kind in ("handles-transient", "handles-loaded-session", "handles-saved-session"):
            tap.equal(self.tool("tpm2_getcap", kind), "")

    def hardware(self):
        return json.loads(self.scene.program("assay-agent", "hardware-hash", "--json", "--tcti", self.tcti).stdout)


def lock(chip):
    """Lets an authorisation fail once more than the chip allows; it forgets one in 1000 s."""
    chip.tool("tpm2_dictionarylockout", "--setup-parameters", "--max-tries=1", "--recovery-time=1000",
              "--lockout-recovery-time=1000")
    parent = f"{chip.folder}/parent"
    chip.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-p", "right", "-c", parent)
    try:
        chip.tool("tpm2_create", "-C", parent, "-P", "wrong", "-G", "ecc", "-u", f"{chip.folder}/public")
    except subprocess.CalledProcessError:
        pass
    chip.tool("tpm2_flushcontext", "-t")


class FailingChip:
    """A chip that does all but make a device key: TPM2_Create (TPM 2.0 Part 3 12.1) ends in TPM_RC_FAILURE."""

    CREATE, FAILURE, HEAD = 0x153, bytes.fromhex("80010000000a00000101"), 10

    def __init__(self, chip):
        self.chip, self.path = chip, f"{chip.folder}/failing"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        os.symlink(chip.path + ".ctrl", self.path + ".ctrl")
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def tcti(self):
        return f"swtpm:path={self.path}"

    def serve(self):
        while True:
            client = self.listener.accept()[0]
            with client, socket.socket(socket.AF_UNIX) as tpm:
                tpm.connect(self.chip.path)
                while message := self.read(client):
                    code = int.from_bytes(message[6:10], "big")
                    if code != self.CREATE:
                        tpm.sendall(message)
                    client.sendall(self.FAILURE if code == self.CREATE else self.read(tpm))

    def read(self, end):
        """A whole command or response; nothing when the other end is gone."""
        message = b""
        while len(message) < max(self.HEAD, int.from_bytes(message[2:6], "big")):
            if not (more := end.recv(4096)):
                return b""
            message += more
        return message


class Device:
    """An agent's configuration and state folder."""

    def __init__(self, scene, chip=None, **settings):
        self.scene, self.folder, self.user = scene, tempfile.mkdtemp(dir=scene.folder), None
        self.state = f"{self.folder}/state"
        said = {"server": scene.server.url, "ca": scene.server.ca, "state": self.state, "pause_ms": 1,
                "tcti": chip.tcti if chip else "device:/nonexistent"}
        self.settings = {}
        self.set(**{**said, **settings})

    def set(self, **settings):
        self.settings.update(settings)
        write(f"{self.folder}/agent.conf", "".join(f"{key} = {value}\n" for key, value in self.settings.items()))

    def run_as_nobody(self):
        """From now on the agent may not use what belongs to whoever runs the tests, the device's folder apart."""
        if os.geteuid() == 0:
            self.user = NOBODY
            os.chmod(self.scene.folder, 0o755)
            os.chown(self.folder, NOBODY, -1)

    def put_log(self, content):
        """Gives the device an event log: octets, a folder in its place for None, no file for a word."""
        path = f"{self.folder}/log"
        if content is None:
            os.mkdir(path)
        elif isinstance(content, bytes):
            with open(path, "wb") as f:
                f.write(content)
        self.set(event_log=path)

    def run(self, command, *words, **environment):
        """(exit code, report)"""
        done = self.scene.program("assay-agent", command, "--json", "--config", f"{self.folder}/agent.conf", *words,
                                  user=self.user, **environment)
        self.errors = done.stderr
        return done.returncode, json.loads(done.stdout)

    def enroll(self, *words):
        return self.run("enroll", *words)

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

    def __init__(self, build, server, folder):
        self.build, self.server, self.folder, self.chips, self.serials = build, server, folder, [], 0
        tap.equal(self.program("assay-sim", "maker", "--dir", f"{folder}/maker").returncode, 0)
        for name in ("root", "intermediate"):
            server.trust(f"{folder}/maker/{name}.crt")
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})

    def program(self, name, *words, user=None, **environment):
        return subprocess.run([os.path.join(self.build, name), *words], capture_output=True, text=True, check=False,
                              user=user, env={**os.environ, **environment})

    def serial(self):
        self.serials += 1
        self.server.register(serialNumber=f"SN-{self.serials}")
        return f"SN-{self.serials}"

    def profiled(self, name, chip, **words):
        """A device that is registered for a profile that says so, and has a token for it."""
        self.server.add("/assay/v1/profiles", {"displayName": name, **words})
        self.server.register(serialNumber=f"SN-{name}", profile=name)
        token = self.server.add("/assay/v1/enrollmentTokens", {"profile": name})["token"]
        return Device(self, chip, serial=f"SN-{name}", token=token)

    def evidence(self):
        """What the server keeps of all devices, as octets."""
        with sqlite3.connect(f"file:{self.server.data}/core/assay.sqlite?mode=ro", uri=True) as database:
            return [row[0] for row in database.execute("SELECT body FROM evidence")]

    @staticmethod
    def serial_of(path):
        """The serial number of a certificate, in hexadecimal."""
        shown = subprocess.run(["openssl", "x509", "-noout", "-serial", "-in", path], capture_output=True, text=True, check=True)
        return shown.stdout.strip().removeprefix("serial=").lower()

    def token(self):
        return self.server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]

    def close(self):
        for chip in self.chips:
            chip.process.kill()
            chip.process.wait()


def run(build, tests_of, settings=()):
    """Runs the tests that a scene with a server of its own gives; ends the process as tap.run does."""
    with tempfile.TemporaryDirectory() as folder, Assayd(build, folder, settings) as server:
        scene = Scene(build, server, folder)
        try:
            tap.run(tests_of(scene))
        finally:
            scene.close()
