#!/usr/bin/env python3
"""Which of our certificates are still good, as openssl learns it: by lists of revoked ones and by asking.

usage: standing.py BUILD
"""
import base64
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from desk import Desk

BUILD = sys.argv[1]
PATIENCE_S = 60
MALFORMED = bytes.fromhex("30030a0101")   # an OCSPResponse that is only this status
DEVICES = "/graph/beta/deviceManagement/managedDevices"


def openssl(*words, octets=None, good=True):
    done = subprocess.run(["openssl", *map(str, words)], input=octets, capture_output=True, check=False)
    if good and done.returncode:
        raise RuntimeError(f"openssl {words}: {done.stdout.decode()}{done.stderr.decode()}")
    return (done.stdout + done.stderr).decode()


class Site(Desk):
    """A server whose lists follow at once, and devices that it knows by their keys."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.certificates = {}   # by device: of the device key, a PEM file
        self.root = os.path.join(server.data, "ca/root.crt")
        self.issuing = os.path.join(server.data, "ca/issuing.crt")

    def rows(self, query, *values):
        path = os.path.join(self.server.data, "core/assay.sqlite")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def enroll(self, name):
        """A new device; its id."""
        keys = self.path(name)
        self.server.register(ekHash=self.run("assay-sim", "registrations", "--keys", keys).stdout.strip())
        self.devices_of("--keys", keys, "--no-certificate", "--serial", name)
        ((device, serial, der),) = self.rows(
            "SELECT d.id, c.serial, c.der FROM device d JOIN certificate c ON c.device_id = d.id "
            "WHERE d.serial = ? AND c.kind = 2 AND c.state = 2", name)
        self.certificates[name] = self.write(f"{name}.pem", ssl.DER_cert_to_PEM_cert(der))
        id = device.hex()
        return "-".join((id[:8], id[8:12], id[12:16], id[16:20], id[20:])), serial.hex()

    def fetch(self, path):
        context = ssl.create_default_context(cafile=self.root)
        with urllib.request.urlopen(self.server.url + path, timeout=PATIENCE_S, context=context) as reply:
            return reply.read()

    def named(self, name, what):
        """The path of an address that a certificate names; the port it names is any that was free."""
        text = openssl("x509", "-in", self.certificates[name], "-noout", "-text")
        return re.search(what + r".*?URI:https://[^/]+(\S+)", text, re.S).group(1)

    def list(self, name):
        """The list that a certificate names, as openssl prints it, signature checked."""
        der = self.fetch(self.named(name, "X509v3 CRL Distribution Points"))
        pem = self.path(f"{name}.crl")
        openssl("crl", "-inform", "DER", "-out", pem, octets=der)
        tap.check("verify OK" in openssl("crl", "-in", pem, "-noout", "-CAfile", self.issuing), name)
        return openssl("crl", "-in", pem, "-noout", "-text")

    def whole(self):
        """Serial numbers in the list of all."""
        text = openssl("crl", "-inform", "DER", "-noout", "-text", octets=self.fetch("/ca/issuing.crl"))
        return set(re.findall(r"Serial Number: (\w+)", text))

    def verify(self, name):
        """What openssl says of a device's certificate with the list it names."""
        self.list(name)
        said = openssl("verify", "-crl_check", "-CAfile", self.root, "-untrusted", self.issuing, "-CRLfile",
                       self.path(f"{name}.crl"), self.certificates[name], good=False)
        found = re.search(r"error \d+ at 0 depth lookup: (.+)", said)
        return found.group(1) if found else said.rsplit(": ", 1)[1].strip()

    def reason(self, name, serial):
        """The reason a list gives for a serial; None when it does not have it."""
        found = re.search(rf"Serial Number: {serial.upper()}\n.*?(?=Serial Number:|Signature Algorithm)", self.list(name),
                          re.S)
        if not found:
            return None
        reason = re.search(r"CRL Reason Code:\s+(.+)", found.group(0))
        return reason.group(1).strip() if reason else "Unspecified"

    def standing_said(self, name, *words):
        """What openssl prints of the question about a certificate, asked at the address that it names."""
        about = words if "-issuer" in words else ("-issuer", self.issuing, *words)
        if not {"-cert", "-serial"} & set(words):
            about = (*about, "-cert", self.certificates[name])
        # The digest has to be said before the certificate that it is to be used for.
        about = sorted(about, key=lambda word: word != "-sha256")
        url = self.server.url + self.named(name, "OCSP")
        return openssl("ocsp", "-url", url, "-CAfile", self.root, *about, good=False)

    def standing(self, name, *words):
        """What openssl says of it after it has verified the answer, with a reason if there is one."""
        said = self.standing_said(name, *words)
        tap.check("Response verify OK" in said, said)
        tap.check("WARNING" not in said or "no nonce" not in said, said)
        found = re.search(r": (good|revoked|unknown)\n", said).group(1)
        reason = re.search(r"Reason: (.+)", said)
        return f"{found}, {reason.group(1)}" if reason else found

    def post(self, octets):
        request = urllib.request.Request(self.server.url + "/ca/ocsp", octets, {"Content-Type": "application/ocsp-request"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S,
                                    context=ssl.create_default_context(cafile=self.root)) as reply:
            return reply.read()

    def number(self, name):
        return int(re.search(r"X509v3 CRL Number:\s+(\d+)", self.list(name)).group(1))

    def is_listed(self, name, serial):
        """The same of a server that may be starting."""
        try:
            return self.reason(name, serial) is not None
        except (OSError, RuntimeError):
            return False

    def wait_for(self, name, serial, reason):
        self.server.wait_until(lambda: self.reason(name, serial) == reason, f"to list {reason}", PATIENCE_S)


def tests_of(site):
    def a_fresh_certificate_verifies_with_the_list_it_names():
        site.device, site.serial = site.enroll("alone")
        site.server.wait_until(lambda: site.rows("SELECT count(*) FROM crl WHERE number = 0") == [(0,)], "to sign", PATIENCE_S)
        tap.equal(site.verify("alone"), "OK")
        tap.check("/ca/crl/16-" in site.named("alone", "X509v3 CRL Distribution Points"), "")

    def a_retired_devices_certificate_is_in_the_next_list_with_the_reason():
        before = site.number("alone")
        tap.equal(site.server.api("POST", f"{DEVICES}/{site.device}/retire")[0], 204)
        site.wait_for("alone", site.serial, "Cessation Of Operation")
        tap.equal(site.verify("alone"), "certificate revoked")
        tap.check(site.number("alone") > before, before)

    def what_an_enrolment_supersedes_is_listed_so():
        _, old = site.enroll("again")
        site.devices_of("--keys", site.path("again"), "--no-certificate", "--serial", "again")
        site.wait_for("again", old, "Superseded")
        tap.equal(site.verify("again"), "certificate revoked")

    def the_whole_list_has_the_entries_of_all():
        revoked = {serial.hex().upper() for serial, in site.rows("SELECT serial FROM certificate WHERE state = 4")}
        site.server.wait_until(lambda: site.whole() == revoked, "to list them", PATIENCE_S)
        tap.equal(len(revoked), 4)

    def an_administrator_holds_a_certificate_and_releases_it():
        site.held, serial = site.enroll("held")
        site.assay("certificate", "hold", serial)
        tap.equal(site.standing("held"), "revoked, certificateHold")
        site.wait_for("held", serial, "Certificate Hold")
        tap.equal([(row["id"], row["state"]) for row in site.facts("certificate", "list", "--device", site.held)
                   if row["kind"] == "device"], [(serial, "held")])
        site.assay("certificate", "release", serial)
        tap.equal(site.standing("held"), "good")
        site.wait_for("held", serial, None)
        tap.equal(site.verify("held"), "OK")

    def one_that_is_revoked_stays_so():
        ((serial,),) = site.rows("SELECT hex(serial) FROM certificate WHERE device_id = ? AND kind = 2",
                                 bytes.fromhex(site.held.replace("-", "")))
        site.assay("certificate", "revoke", serial, "--reason", "keyCompromise")
        tap.equal(site.standing("held"), "revoked, keyCompromise")
        site.wait_for("held", serial, "Key Compromise")
        tap.check("CONFLICT" in site.assay("certificate", "release", serial, good=(1, 2)), "")
        shown = site.facts("certificate", "show", serial)
        tap.equal((shown["state"], shown["reason"], shown["id"]), ("revoked", "keyCompromise", serial.lower()))
        tap.check(serial.lower() in {row["id"] for row in site.facts("certificate", "list", "--revoked")}, serial)
        actions = {action for action, in site.rows("SELECT action FROM audit WHERE target = ?", serial.lower())}
        tap.equal(actions, {f"certificate.{verb}" for verb in ("hold", "release", "revoke")})

    def the_counts_are_those_of_the_lists():
        counts = site.facts("certificate", "count")
        site.server.wait_until(lambda: not any(row["isDue"] for row in site.facts("certificate", "lists")), "to be right")
        lists = {row["id"]: row["entries"] for row in site.facts("certificate", "lists")}
        tap.equal(lists.pop("issuing.crl"), counts["revoked"] + counts["held"])
        tap.equal((sum(lists.values()), len(lists)), (counts["revoked"] + counts["held"], 16))

    def whoever_is_killed_while_a_list_is_due_the_next_one_is_right():
        for roles in (("ca",), ("core",), ("ca", "core")):
            name = "killed-" + "-".join(roles)
            device, serial = site.enroll(name)
            before = site.number(name)
            tap.equal(site.server.api("POST", f"{DEVICES}/{device}/retire")[0], 204)
            for row in site.server.status():
                if row["role"].split()[0] in roles:
                    os.kill(row["pid"], signal.SIGKILL)
            site.server.wait_until(lambda: site.is_listed(name, serial), "to list it", PATIENCE_S)
            tap.equal((site.verify(name), site.number(name) > before), ("certificate revoked", True))

    def who_asks_is_answered_by_a_delegated_responder_good_revoked_or_unknown():
        _, site.other = site.enroll("other")
        tap.equal(site.standing("other"), "good")
        tap.equal(site.standing("alone"), "revoked, cessationOfOperation")
        tap.equal(site.standing("again"), "revoked, superseded")
        tap.equal(site.standing("other", "-serial", "0x5" + "1" * 31), "unknown")
        tap.equal(site.standing("other", "-no_nonce"), "good")
        tap.equal(site.standing("other", "-sha256"), "good")

    def a_question_in_the_path_has_the_same_answer():
        openssl("ocsp", "-issuer", site.issuing, "-cert", site.certificates["other"], "-no_nonce", "-reqout", site.path("q"))
        with open(site.path("q"), "rb") as f:
            text = base64.b64encode(f.read()).decode()
        for path in (text, urllib.parse.quote(text, safe="")):
            with open(site.path("a"), "wb") as f:
                f.write(site.fetch("/ca/ocsp/" + path))
            said = openssl("ocsp", "-respin", site.path("a"), "-CAfile", site.root, "-issuer", site.issuing, "-cert",
                           site.certificates["other"], "-no_nonce")
            tap.check("other.pem: good" in said and "Response verify OK" in said, said)

    def what_is_no_question_and_who_is_not_ours_is_told_so():
        tap.equal(site.post(b"no question"), MALFORMED)
        tap.equal(site.fetch("/ca/ocsp/AAAA"), MALFORMED)
        tap.check("unauthorized" in site.standing_said("other", "-issuer", site.root, "-cert", site.issuing), "")

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    with tempfile.TemporaryDirectory(prefix="assay-standing-") as folder:
        with Assayd(BUILD, folder, ("ca.crl_pause_seconds=1",)) as server:
            tap.run(tests_of(Site(server, folder)))


main()
