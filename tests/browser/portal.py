#!/usr/bin/env python3
"""The portal in a real browser: Debian's chromium, driven by playwright-core and judged by axe-core (portal.mjs).

usage: portal.py BUILD short|long|keeping|reading|persons
The short run opens every page once and plays the central stories; the long one looks at every page in light and
dark, at 360 and at 1280 pixels; then what administrators keep is changed, what
devices pack is read, and two persons decide. Screenshots are left in BUILD/browser/shots.
"""
import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile

BUILD, LENGTH = os.path.abspath(sys.argv[1]), sys.argv[2]
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", name) for name in ("sim", "scenario", "agent")] + [os.path.join(HERE, "../../tools")]

import npm  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402
from devices import Chip  # noqa: E402

IFX = "manufacturer = id:49465800\nmodel = Model 9\n"   # of a chip: who its certificate says that made it
SCRIPTS = {"keeping": "keeping.mjs", "reading": "reading.mjs", "persons": "persons.mjs"}
LOST = 10   # devices whose maker is not trusted: as many as make an outbreak


def boot_log():
    """A log as firmware leaves it: the banks, a variable, a line of text, a separator, and zeros up to the end."""
    def text(data, pcr, kind, digests):
        return struct.pack("<II", pcr, kind) + digests + struct.pack("<I", len(data)) + data

    spec = b"Spec ID Event03\0" + struct.pack("<IBBBBIHHB", 0, 0, 2, 0, 2, 1, 0x0B, 32, 0)
    one = struct.pack("<IH", 1, 0x0B) + bytes(range(32))
    variable = bytes(16) + struct.pack("<QQ", 2, 1) + "PK".encode("utf-16-le") + b"\1"
    return (text(spec, 0, 3, bytes(20)) + text(variable, 7, 0x80000001, one) + text(b"Booting", 4, 0x80000007, one)
            + text(bytes(4), 4, 4, one) + bytes(64))


class Fleet(Desk):
    """A server with devices of every kind that a page shows."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.chips = []
        for maker in ("known", "lost"):
            self.run("assay-sim", "maker", "--dir", self.path(maker), "--name", maker)
        self.assay("roots", "import", self.path("known/root.crt"), self.path("known/intermediate.crt"), "--maker", "IFX", "--class",
                   "test")
        self.assay("profile", "add", "open", "--attestation", "preferred")
        rows = [f"lap-{i},," for i in range(1, 7)] + [f"lost-{i},," for i in range(1, LOST + 1)]
        self.assay("registration", "import", self.write("fleet.csv", "Device Serial Number,Windows Product ID,Hardware Hash\n"
                                                        + "\n".join(rows) + "\n"))
        for name, maker, count in (("lap", "known", 6), ("lost", "lost", LOST)):
            self.devices_of("--maker", self.path(maker), "--serial", name, "--name", name, "--count", count)
        # Somebody else's TPM with a serial number of ours; and words that would be markup if anything parsed them.
        self.devices_of("--maker", self.path("known"), "--serial", "lap-1", "--name", "lap-1")
        self.byod("<img src=x onerror=alert(1)>")

        self.agent = self.enrol_agent("agent-1")

    def enrol_agent(self, name):
        """A real agent whose key is in a file, though it has a TPM in the long run; how it checks in."""
        chip = f"tcti = {Chip(self, maker='known', words=IFX).tcti}\n" if LENGTH == "long" else ""
        log = self.path("boot.log")
        with open(log, "wb") as f:
            f.write(boot_log())
        config = self.write("agent.conf", f"server = {self.server.url}\nca = {self.server.ca}\nname = {name}\n"
                                          f"state = {self.path(name)}\nserial = {name}\n{chip or f'event_log = {log}'}\n")
        self.program("assay-agent", "enroll", "--no-tpm", "--token", self.token(), "--config", config, offline=True)
        return [os.path.join(BUILD, "assay-agent"), "run", "--once", "--config", config]

    def token(self):
        return self.assay("token", "add", "--profile", "open").strip()

    def byod(self, name):
        words = ("--no-tpm", "</td><script>alert(2)</script>", "--serial", '"><svg onload=alert(3)>', "--name", name)
        self.devices_of(*words, "--token", self.token())


def account(server, name):
    """Lets an owner of that name sign in; the password."""
    password = secrets.token_hex(16)
    status, said = server.api("POST", "/assay/v1/accounts", {"name": name, "password": password, "role": "owner"})
    if status != 201:
        raise RuntimeError(said)
    return password


def pin(address):
    """What makes the browser trust the key of the server at that address, and no other: its hash."""
    host, port = address.rsplit(":", 1)
    pem = ssl.get_server_certificate((host, int(port)))
    key = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=pem, capture_output=True, text=True, check=True).stdout
    der = base64.b64decode("".join(key.split("\n")[1:-2]))
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def remedies():
    """What to do about each fault, by its code (src/base/fault.def)."""
    with open(os.path.join(HERE, "../../src/base/fault.def"), encoding="utf-8") as f:
        return dict(re.findall(r'^F\((\w+),[^"]*"(?:[^"\\]|\\.)*",\s*"((?:[^"\\]|\\.)*)"\)$', f.read(), re.M))


def missing(why):
    if os.environ.get("CI"):
        sys.exit(f"the browser is missing: {why}")
    print(f"1..0 # SKIP the browser is missing: {why}")
    sys.exit(0)


def main():
    chromium = shutil.which("chromium") or missing("there is no chromium")
    try:
        place = npm.install(HERE, os.path.join(BUILD, "browser"))
    except OSError as why:
        missing(why)
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        people = {"name": "ada", "password": account(server, "ada"), "other": "bob", "otherPassword": account(server, "bob")}
        if LENGTH == "persons":
            server.restart("admin.two_persons=true")
        address = server.address("net-admin")
        shots = os.path.join(place, "shots")
        os.makedirs(shots, exist_ok=True)
        scene = {"url": f"https://{address}", "token": server.token, "pin": pin(address), "chromium": chromium, "shots": shots,
                 "long": LENGTH != "short", "ca": server.ca, **people, "remedies": remedies()}
        if LENGTH != "persons":
            scene["link"] = server.add("/assay/v1/accounts/ada/link", None)["link"]
            fleet = Fleet(server, folder)
            scene.update(blocked=fleet.token(), checkin=fleet.agent, enroll=[
                os.path.join(BUILD, "assay-sim"), "enroll", "--server", server.url, "--ca", server.ca, "--json"],
                bootLog=base64.b64encode(boot_log()).decode(), certificates=[fleet.path("lost/root.crt"), fleet.path("known/root.crt")])
        script = SCRIPTS.get(LENGTH, "portal.mjs")
        code = subprocess.run(["node", script, json.dumps(scene)], cwd=place, check=False).returncode
        for chip in fleet.chips if LENGTH == "long" else []:
            chip.process.terminate()
            chip.process.wait()
        sys.exit(code)


main()
