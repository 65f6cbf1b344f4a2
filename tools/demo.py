#!/usr/bin/env python3
"""The demonstration: a server on loopback, real software TPM chips, and what becomes of the devices.

Each row of SCENARIO says what a device is and what must become of it. Whatever is printed about a device is read
back from the server's API.
"""
import argparse
import base64
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

import identityprovider
from demogate import DemoGate
from loopback import free_port, is_listening
from makerservice import MakerService, as_assay_sim

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build")

# The DER of 1.3.6.1.4.1.311.21, under which the issuance policies .30, .31 and .32 hang.
POLICY_ARC = bytes.fromhex("2b06010401823715")


@dataclass
class Device:
    name: str
    what: str                 # for the table
    # genuine: certificate of the test maker; served: the maker's service has it; local: of a host's own CA; virtual: of
    # one that is known as such; old: of a maker with firmware from before a fix; bare: none; model: no swtpm, the
    # simulator's TPM; "": no TPM
    chip: str = "genuine"
    # ek, serial, token, software (by token and with a key in a file), prepared (for a technician and then a user), user (who
    # signs in), or nothing
    register: str = ""
    outcome: str = "enrolled"
    state: str = "attested"
    fault: str | None = None
    hresult: str | None = None
    policies: tuple = ()
    source: str | None = None # where the agent says the EK certificate came from
    before: tuple = ()        # what an administrator does before it comes
    reads: str | None = None  # what its user reads besides the fault
    clock: int = 0            # seconds by which its clock is wrong when it first comes; then that is set
    result: dict = field(default_factory=dict)


# An EK certificate of Infineon from the time before the fix of ROCA, and a row about the simulator's own firmware.
ROCA_CHIP = "manufacturer = id:49465800\nmodel = SLB 9665\nversion = id:0007003D\n"
OWN_ROW = ("maker=TST0", "first=1.60", "last=1.61", "fixed=1.62", "keys=ecc", "name=a weakness of the simulator")

USER = "ann@example.org"

# Nobody without a proved TPM, from then on.
MESSAGE = "Please ask for a company laptop."
BLOCK = (("filter", "add", "unattested", "--rule", '(device.isTpmAttested -eq "False")'),
         ("restriction", "add", "No TPM", "--set", "include=unattested", "--set", f"message={MESSAGE}"))

SCENARIO = [
    Device("laptop-01", "EK hash registered, certificate", register="ek", policies=(30, 31)),
    Device("serial-01", "serial registered, certificate", register="serial", policies=(31,)),
    Device("laptop-03", "prepared and resealed, then its user's", register="prepared", policies=(31,),
           before=(("profile", "add", "laptops", "--usage", "pre-provisioned"),)),
    Device("laptop-02", "certificate, not registered", outcome="refused", state="none",
           fault="DEVICE_NOT_REGISTERED", hresult="0x801C0003"),
    Device("vm-01", "serial registered, virtual TPM", chip="local", register="serial", outcome="refused",
           state="none", fault="EK_CHAIN_UNTRUSTED"),
    Device("cert-01", "certificate fetched from its maker", chip="served", register="serial", policies=(31,),
           source="service"),
    Device("vm-02", "virtual TPM, the CA of its host known", chip="virtual", register="serial",
           outcome="refused", state="none", fault="TPM_VIRTUAL_DENIED", hresult="0x801C0003"),
    Device("old-01", "serial registered, ROCA firmware", chip="old", register="serial", outcome="refused", state="none",
           fault="FIRMWARE_VULNERABLE", hresult="0x81039024"),
    Device("old-02", "firmware updated, keys from before", chip="model", register="serial", outcome="refused",
           state="none", fault="KEY_BEFORE_FIX", hresult="0x81039024"),
    Device("clock-01", "serial registered, clock 25 min behind", register="serial", policies=(31,), clock=-1500),
    Device("nocert-01", "serial registered, no certificate", chip="bare", register="serial",
           outcome="refused", state="none", fault="EK_CERT_MISSING"),
    Device("nocert-02", "EK hash registered, no certificate", chip="bare", register="ek", policies=(30,)),
    Device("user-01", "no certificate, its user signs in, two factors", chip="bare", register="user", state="unattested",
           policies=(32,), before=(("profile", "add", "people", "--attestation", "preferred"),)),
    Device("byod-01", "no TPM, token, attestation off", chip="", register="token", state="unattested",
           before=(("profile", "add", "byod", "--attestation", "off"),)),
    Device("legacy-01", "key in a file, then recovered into its TPM", register="software", policies=(31,)),
    Device("byod-02", "the same, unattested devices blocked", chip="", register="token", outcome="refused", state="none",
           fault="RESTRICTION_BLOCKED", hresult="0x80180032", before=BLOCK, reads=MESSAGE),
]


class Failed(Exception):
    pass


def say(text):
    print(text, flush=True)


def progress(text):
    """Progress: a line that the next one replaces where there is a terminal, a line of its own elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    else:
        say(text)


def run(*words, **more):
    """Runs a program to its end and gives what it printed; anything but exit 0 is a failure."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False, **more)
    if done.returncode:
        raise Failed(f"{' '.join(words)}\nexited {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_until(true, what, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(0.02)


class People:
    """The organisation's identity provider, where users sign in; its devices are left out where it cannot be had."""

    def __init__(self, scratch):
        self.provider = self.missing = None
        try:
            progress("Installing the identity provider.")
            self.provider = identityprovider.IdentityProvider(identityprovider.install(BUILD), scratch)
            self.provider.start()
        except OSError as why:
            self.missing = str(why)

    def settings(self):
        """What makes the server ask it for its keys."""
        own = self.provider
        return [f"fetch.hosts=127.0.0.1:{own.port}", f"fetch.tls_anchors={own.ca}"] if own else []

    def register(self, server):
        server.assay("idp", "add", "demo", "--profile", "people", "--set", f"issuer={self.provider.issuer}", "--set",
                     "client=assay")
        wait_until(lambda: json.loads(server.assay("idp", "show", "demo", "--json"))["keys"], "the provider's keys")

    def browse(self, screen):
        """Ada reads the device's screen, and signs in with two factors."""
        text = ""
        while "code: " not in text and (line := screen.readline()):
            text += line
        if shown := re.search(r"(https://\S+)\n\s+code: (\S+)", text):
            self.provider.sign_in(*shown.groups(), "ada")

    def stop(self):
        if self.provider:
            self.provider.stop()


class Server:
    """assayd on loopback, with its records in the scratch folder."""

    def __init__(self, scratch, *others):
        self.data = os.path.join(scratch, "server")
        self.log = os.path.join(scratch, "server.log")
        self.device, self.admin = free_port(), free_port()
        self.settings = []
        for pair in (f"server.data={self.data}", f"device.listen=127.0.0.1:{self.device}",
                     f"admin.listen=127.0.0.1:{self.admin}", "server.organization=Demo",
                     "provisioning.wait_minutes=0", *(s for other in others for s in other.settings())):
            self.settings += ["--set", pair]
        made = json.loads(run(f"{BUILD}/assayd", "init", "--json", *self.settings))
        self.ca, self.token = made["ca"], made["adminToken"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([f"{BUILD}/assayd", "run", *self.settings], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        wait_until(self.is_ready, "the server to start")
        self.root = f"{self.data}/ca/root.crt"
        self.maker = MakerService(f"{self.data}/tls/device.crt", f"{self.data}/tls/device.key")

    def is_ready(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8") as log:
                raise Failed("the server did not start:\n" + log.read())
        with open(self.log, encoding="utf-8") as log:
            return "server-ready" in log.read()

    def environment(self):
        return dict(os.environ, ASSAY_SERVER=f"https://127.0.0.1:{self.admin}", ASSAY_CA=self.ca,
                    ASSAY_TOKEN_FILE=self.token)

    def assay(self, *words):
        """The administrator's shell, whose facts come as JSON."""
        return run(f"{BUILD}/assay", *words, env=self.environment())

    def add_owner(self, name):
        """An account that may all, whose password nobody knows; a link that signs whoever opens the portal in, once."""
        subprocess.run([f"{BUILD}/assay", "account", "add", name, "--set", "role=owner"], env=self.environment(),
                       input=secrets.token_hex(32), capture_output=True, text=True, check=True)
        return self.assay("account", "link", name).strip()

    def show(self, *words):
        """The same, straight to the terminal, so that it fits there."""
        sys.stdout.flush()
        subprocess.run([f"{BUILD}/assay", *words], env=self.environment(), stdin=subprocess.DEVNULL, check=True)

    def issued(self):
        """How many certificates the authority has signed."""
        with open(f"{self.data}/ca/issued.log", encoding="ascii") as log:
            return len(log.readlines())

    def stop(self):
        self.maker.stop()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Chips:
    """swtpm is the chip: one process and one state folder per device."""

    def __init__(self, scratch):
        self.folder = os.path.join(scratch, "chips")
        self.processes = []
        os.makedirs(self.folder)
        self.makers = {chip: os.path.join(scratch, chip) for chip in ("genuine", "old")}
        for chip, folder in self.makers.items():
            run(f"{BUILD}/assay-sim", "maker", "--dir", folder)
            with open(f"{folder}/swtpm.conf", "w", encoding="utf-8") as f:
                f.write(f"maker = {folder}\n" + (ROCA_CHIP if chip == "old" else ""))
        self.hosts = {chip: self.local_ca(os.path.join(scratch, chip)) for chip in ("local", "virtual")}

    @staticmethod
    def local_ca(folder):
        """swtpm's own CA, as every virtual machine host has one."""
        os.makedirs(folder)
        with open(f"{folder}/ca.conf", "w", encoding="utf-8") as f:
            f.write(f"statedir = {folder}\nsigningkey = {folder}/key.pem\nissuercert = {folder}/cert.pem\n"
                    f"certserial = {folder}/serial\n")
        with open(f"{folder}/options", "w", encoding="utf-8") as f:
            f.write("--platform-manufacturer QEMU\n--platform-version 2.1\n--platform-model QEMU\n")
        return folder

    def config(self, device, folder):
        if device.chip in self.hosts:
            tool, settings = shutil.which("swtpm_localca"), f"{self.hosts[device.chip]}/ca.conf"
        else:
            tool, settings = f"{BUILD}/assay-sim", f"{self.makers[device.chip]}/swtpm.conf"
        path = f"{folder}/setup.conf"
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"create_certs_tool = {tool}\ncreate_certs_tool_config = {settings}\n"
                    f"create_certs_tool_options = {self.hosts['local']}/options\nactive_pcr_banks = sha256\n")
        return path

    def start(self, device):
        folder = os.path.join(self.folder, device.name)
        os.makedirs(f"{folder}/state")
        if device.chip not in ("bare", "served"):
            run("swtpm_setup", "--tpm2", "--tpmstate", f"{folder}/state", "--create-ek-cert", "--config",
                self.config(device, folder), "--logfile", f"{folder}/setup.log", "--overwrite")
        process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}/state", "--server",
             f"type=unixio,path={folder}/tpm", "--ctrl", f"type=unixio,path={folder}/tpm.ctrl", "--flags",
             "not-need-init,startup-clear"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.processes.append(process)
        wait_until(lambda: is_listening(f"{folder}/tpm") and is_listening(f"{folder}/tpm.ctrl"), "a chip")
        return f"swtpm:path={folder}/tpm"

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


class Agent:
    """assay-agent of one device, with its own configuration and state folder."""

    def __init__(self, scratch, server, device, tcti):
        self.device = device
        self.state = os.path.join(scratch, "devices", device.name)
        self.config = self.state + ".conf"
        os.makedirs(os.path.dirname(self.state), exist_ok=True)
        lines = [f"server = https://127.0.0.1:{server.device}", f"ca = {server.ca}", f"state = {self.state}",
                 f"name = {device.name}", f"serial = SN-{device.name.upper()}"]
        if tcti:
            lines.append(f"tcti = {tcti}")
        if device.chip == "served":
            lines += ["ek_service = amd", f"ek_service_amd = {server.maker.url('amd')}", f"ek_service_ca = {server.root}"]
        with open(self.config, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")

    def call(self, *words, clock=0):
        wrong = {"LD_PRELOAD": f"{BUILD}/tools/clock.so", "CLOCK_OFFSET_S": str(clock)} if clock else {}
        done = subprocess.run([f"{BUILD}/assay-agent", *words, "--config", self.config, "--json"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, env={**os.environ, **wrong})
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise Failed(f"assay-agent {' '.join(words)} of {self.device.name} exited {done.returncode}:\n"
                         f"{done.stdout}{done.stderr}") from error

    def sign_in(self, people, *words):
        """The same with its user, for whom no pause takes time."""
        with open(self.config, "a", encoding="utf-8") as f:
            f.write(f"sign_in_ca = {people.provider.ca}\n")
        agent = subprocess.Popen([f"{BUILD}/assay-agent", *words, "--config", self.config, "--json"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 env={**os.environ, "LD_PRELOAD": f"{BUILD}/tools/clock.so", "CLOCK_OFFSET_S": "0"})
        people.browse(agent.stderr)
        return json.loads(agent.communicate()[0])

    def policies(self):
        """The issuance policies in the certificate that the device was given."""
        path = f"{self.state}/device.crt"
        if not os.path.exists(path):
            return ()
        with open(path, encoding="ascii") as f:
            text = f.read().split("-----")[2]
        der = base64.b64decode("".join(text.split()))
        return tuple(n for n in (30, 31, 32) if POLICY_ARC + bytes([n]) in der)


def register(server, device, agent):
    """What an administrator does before the device connects. Gives the token for devices that need one."""
    if device.register == "ek":
        # Without a certificate there is one EK per template; with one, the certificate's key counts.
        identity = agent.call("hardware-hash")
        server.assay("registration", "add", "--ek-hash", identity["ekHash"], "--name", device.name)
    elif device.register == "serial":
        server.assay("registration", "add", "--serial", f"SN-{device.name.upper()}", "--name", device.name)
    elif device.register == "prepared":
        server.assay("registration", "add", "--serial", f"SN-{device.name.upper()}", "--name", device.name, "--profile",
                     "laptops")
        return server.assay("token", "add", "--profile", "laptops", "--user", USER).strip()
    elif device.register in ("token", "software"):
        return server.assay("token", "add", "--profile", "byod").strip()
    return None


def prepare(agent):
    """What a technician does before the device goes to its user."""
    for words, outcome in ((("enroll", "--pre-provision"), "prepared"), (("reseal",), "resealed")):
        told = agent.call(*words)
        if told["outcome"] != outcome:
            raise Failed(f"{agent.device.name} was not {outcome}: {told['fault']}")


def recover(server, agent):
    """The device is told to make its key in the TPM, and does it when it checks in."""
    with open(f"{agent.state}/device.id", encoding="ascii") as f:
        server.assay("device", "recover", f.read())
    told = agent.call("run", "--once")
    if [(row["order"], row["fault"]) for row in told["orders"]] != [("recover", None)]:
        raise Failed(f"{agent.device.name} recovered nothing: {told}")


def certify(server, chips, agent):
    """What a maker does at home: signs a certificate for the keys of its TPM, which its service then has."""
    path = f"{agent.state}.crt"
    for key in agent.call("hardware-hash")["endorsementKeys"]:
        run(f"{BUILD}/assay-sim", "ek-certificate", "--maker", chips.makers["genuine"], "--ek", as_assay_sim(key["publicKey"]),
            "--out", path)
        with open(path, "rb") as f:
            server.maker.add(key["publicKey"], f.read())
        os.unlink(path)


def enroll_model(server, chips, device, scratch):
    """The simulator's TPM: enrolled, then its firmware is found weak and updated, and the same keys come again."""
    words = [f"{BUILD}/assay-sim", "enroll", "--server", f"https://127.0.0.1:{server.device}", "--ca", server.ca, "--json",
             "--maker", chips.makers["genuine"], "--name", device.name, "--serial", f"SN-{device.name.upper()}",
             "--keys", os.path.join(scratch, device.name), "--keep-keys", "--firmware"]
    run(*words, "1.61")
    server.assay("blocklist", "add", "demo", *(word for pair in OWN_ROW for word in ("--set", pair)))
    subprocess.run([*words, "1.62"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=False)
    device.result = {"name": device.name, "attempts": 1, "policies": ()}


def enroll_user(server, people, agent, device):
    people.register(server)
    told = agent.sign_in(people, "enroll", "--sign-in")
    device.result = {"name": device.name, "attempts": told["attempts"], "policies": agent.policies()}


def enroll(scratch, server, chips, device, people):
    for words in device.before:
        server.assay(*words)
    if device.chip == "model":
        register(server, device, None)
        enroll_model(server, chips, device, scratch)
        return
    tcti = chips.start(device) if device.chip else None
    if device.chip == "virtual":
        host = chips.hosts[device.chip]
        server.assay("roots", "import", f"{host}/swtpm-localca-rootca-cert.pem", f"{host}/cert.pem", "--maker", "SWTPM",
                     "--class", "virtual")
    agent = Agent(scratch, server, device, tcti)
    if device.register == "user":
        enroll_user(server, people, agent, device)
        return
    if device.chip == "served":
        certify(server, chips, agent)
    token = register(server, device, agent)
    if device.register == "prepared":
        prepare(agent)
    is_file = not device.chip or device.register == "software"
    words = ["enroll"] + (["--no-tpm"] if is_file else []) + (["--token", token] if token else [])
    refused = agent.call(*words, clock=device.clock) if device.clock else None
    issued = server.issued()
    told = agent.call(*words)
    if device.register == "software":
        recover(server, agent)
    device.result = {"name": device.name, "attempts": told["attempts"], "policies": agent.policies(),
                     "source": told["ekCertificate"]["source"], "reads": told["detail"]}
    if refused:
        device.result.update(first=refused["fault"], first_hresult=refused["hresult"], again=server.issued() - issued)


def read_back(server):
    """What the server says became of each device."""
    report = json.loads(server.assay("report", "--json"))
    rows = {row["DeviceName"]: row for row in report}
    for device in SCENARIO:
        row = rows.get(device.name, {})
        device.result.update(outcome=row.get("Outcome"), state=row.get("State"), what=row.get("What"),
                             fault=row.get("Fault") if row.get("Outcome") == "refused" else None,
                             hresult=row.get("Hresult"), remedy=row.get("Remedy"))
    return report


def differences():
    """Where the outcome is not what the scenario says."""
    found = []
    for device in SCENARIO:
        for key in ("outcome", "state", "fault", "policies"):
            want, have = getattr(device, key), device.result.get(key)
            if want != have:
                found.append(f"{device.name}: {key} should be {want}, is {have}")
        if device.source and device.source != device.result.get("source"):
            found.append(f"{device.name}: certificate from {device.result.get('source')}, not from {device.source}")
        if device.reads and device.reads not in (device.result.get("reads") or ""):
            found.append(f"{device.name}: its user should read {device.reads}, reads {device.result.get('reads')}")
        if device.clock and (device.result.get("first"), device.result.get("again")) != ("CERT_E_EXPIRED", 0):
            found.append(f"{device.name}: with a wrong clock {device.result.get('first')}, then {device.result.get('again')} "
                         "certificates more")
        if device.hresult and device.hresult != device.result.get("hresult"):
            found.append(f"{device.name}: hresult should be {device.hresult}, is {device.result.get('hresult')}")
    return found


def paint(text, colour):
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{colour}m{text}\033[0m"


def print_table():
    progress("")
    say(f"{'DEVICE':<10} {'OUTCOME':<9} {'STATE':<11} {'POLICIES':<9} WHAT IT IS, AND THE REFUSAL")
    for device in SCENARIO:
        r = device.result
        outcome = paint(f"{r['outcome'] or '?':<9}", "32" if r["outcome"] == "enrolled" else "33")
        policies = " ".join(f".{n}" for n in r["policies"]) or "-"
        say(f"{device.name:<10} {outcome} {r['state'] or '?':<11} {policies:<9} {device.what}")
        if r["fault"]:
            say(f"{'':<42} {r['fault']}" + (f" ({r['hresult']})" if r["hresult"] else ""))
        if device.clock:
            say(f"{'':<42} {r['first']} ({r['first_hresult']}), then set")
        if device.reads:
            say(f"{'':<42} {device.reads}")


def write_json(path, report):
    keys = ("name", "outcome", "state", "fault", "hresult", "attempts")
    devices = [{key: device.result.get(key) for key in keys} for device in SCENARIO]
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"devices": devices, "report": report}, f, indent=2)
        f.write("\n")


def demonstrate(scratch, options):
    chips = server = None
    people, gate = People(scratch), DemoGate(scratch)
    if people.missing:
        SCENARIO[:] = [device for device in SCENARIO if device.register != "user"]
    try:
        progress("Starting the server.")
        server = Server(scratch, people, gate)
        chips = Chips(scratch)
        for chip, maker in (("genuine", "TST0"), ("old", "IFX")):
            server.assay("roots", "import", chips.makers[chip], "--maker", maker, "--class", "test")
        for number, device in enumerate(SCENARIO, 1):
            progress(f"[{number}/{len(SCENARIO)}] {device.name}: {device.what}")
            enroll(scratch, server, chips, device, people)
        report = read_back(server)
        wrong = differences()
        print_table()
        say("")
        server.show("report")
        line, amiss = gate.ask(server, os.path.join(scratch, "devices"), "byod-01", wait_until)
        say(line)
        wrong += amiss
        if people.missing:
            say(f"\nuser-01 is left out, whose user would sign in: {people.missing}.")
        finish(options, wrong, report)
        if not options.once and not wrong:
            stay(server)
        return 1 if wrong else 0
    finally:
        gate.stop()
        if chips:
            chips.stop()
        if server:
            server.stop()
        people.stop()


def finish(options, wrong, report):
    if options.json:
        write_json(options.json, report)
    for line in wrong:
        say(paint("not as the scenario says: " + line, "31"))
    now = time.time()
    say(f"{now - options.begin:.0f} s with installing, {now - options.installed:.0f} s without.")


def stay(server):
    link = server.add_owner("demo")
    say(f"\nThe server goes on: devices at https://127.0.0.1:{server.device}.\n\n"
        f"The portal is at https://127.0.0.1:{server.admin}/. This link signs you in once, within ten minutes:\n\n  {link}\n\n"
        f"Its certificate is of the demonstration's own CA, so a browser asks whether to go on.\n\n"
        f"  export ASSAY_SERVER=https://127.0.0.1:{server.admin}\n  export ASSAY_CA={server.ca}\n"
        f"  export ASSAY_TOKEN_FILE={server.token}\n  build/assay device list\n  build/assay account link demo    # another link\n\nCtrl-C ends it.")
    try:
        server.process.wait()
    except KeyboardInterrupt:
        say("")


def main():
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--begin", type=float, default=time.time(), help=argparse.SUPPRESS)
    parser.add_argument("--installed", type=float, default=time.time(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="assay-demo-")
    os.chmod(scratch, 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return demonstrate(scratch, options)
    except Failed as error:
        say(f"The demonstration could not go on: {error}")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


sys.exit(main())
