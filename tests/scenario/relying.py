"""What openssl says of the certificates of a server: by lists of revoked ones and by asking."""
import os
import re
import sqlite3
import ssl
import subprocess
import urllib.request

import tap
from desk import Desk

PATIENCE_S = 60


def openssl(*words, octets=None, good=True):
    done = subprocess.run(["openssl", *map(str, words)], input=octets, capture_output=True, check=False)
    if good and done.returncode:
        raise RuntimeError(f"openssl {words}: {done.stdout.decode()}{done.stderr.decode()}")
    return (done.stdout + done.stderr).decode()


class Site(Desk):
    """A server whose lists follow at once, and devices that it knows by their keys."""

    def __init__(self, build, server, folder):
        super().__init__(build, server, folder, "https://" + server.address("net-admin"))
        self.certificates = {}   # by device: of the device key, a PEM file
        self.root = os.path.join(server.data, "ca/root.crt")
        self.issuing = os.path.join(server.data, "ca/issuing.crt")   # the first CA's

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

    def issuer(self, name):
        """The certificate above a device's, from the address that it names: a PEM file."""
        der = self.fetch(self.named(name, "CA Issuers"))
        return self.write(f"{name}-issuer.pem", ssl.DER_cert_to_PEM_cert(der))

    def list(self, name):
        """The list that a certificate names, as openssl prints it, signature checked."""
        der = self.fetch(self.named(name, "X509v3 CRL Distribution Points"))
        pem = self.path(f"{name}.crl")
        openssl("crl", "-inform", "DER", "-out", pem, octets=der)
        tap.check("verify OK" in openssl("crl", "-in", pem, "-noout", "-CAfile", self.issuer(name)), name)
        return openssl("crl", "-in", pem, "-noout", "-text")

    def whole(self):
        """Serial numbers in the list of all."""
        text = openssl("crl", "-inform", "DER", "-noout", "-text", octets=self.fetch("/ca/issuing.crl"))
        return set(re.findall(r"Serial Number: (\w+)", text))

    def verify(self, name):
        """What openssl says of a device's certificate with the list it names."""
        self.list(name)
        said = openssl("verify", "-crl_check", "-CAfile", self.root, "-untrusted", self.issuer(name), "-CRLfile",
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
        about = words if "-issuer" in words else ("-issuer", self.issuer(name), *words)
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
