"""A server of one's own: assayd in a scratch folder on ports that are free, and its admin API."""
import http.client
import json
import os
import ssl
import subprocess
import time


class Assayd:
    """Use in a `with`: made and started at its begin, stopped at its end."""

    def __init__(self, build, folder, settings=()):
        self.program = os.path.join(build, "assayd")
        self.data = os.path.join(folder, "data")
        self.log_path = os.path.join(folder, "assayd.log")
        self.settings = [f"server.data={self.data}", "device.listen=127.0.0.1:0", "admin.listen=127.0.0.1:0",
                         "fetch.hosts=", *settings]
        self.process = None
        self.admin = None
        # Started as root, each role becomes a user of its own, who must be able to pass through.
        os.chmod(folder, 0o755)

    def command(self, *words):
        return [self.program, *words, *(word for s in self.settings for word in ("--set", s))]

    def __enter__(self):
        made = subprocess.run(self.command("init", "--json"), check=True, capture_output=True, text=True)
        self.ca, self.token_path = (json.loads(made.stdout)[key] for key in ("ca", "adminToken"))
        with open(self.token_path, encoding="ascii") as f:
            self.token = f.read().strip()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(self.command("run"), stdout=self.log, stderr=self.log)
        self.wait_until(lambda: self.process.poll() is not None or self.address("net-device"), "to listen")
        if self.process.poll() is not None:
            raise RuntimeError(f"assayd ended; see {self.log_path}")
        self.url = "https://" + self.address("net-device")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.log.close()
            self.process = self.admin = None

    def restart(self, *settings):
        """Whoever has the server's shell says something else of it."""
        self.stop()
        self.settings += settings
        self.start()

    def wait_until(self, condition, what, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(f"assayd took more than {seconds} s {what}; see {self.log_path}")
            time.sleep(0.02)

    def status(self):
        """One row a process: role, pid, address and so on; empty while it starts."""
        done = subprocess.run(self.command("status", "--json"), capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else []

    def address(self, role):
        rows = self.status()
        own = any(r["pid"] == self.process.pid for r in rows)
        running = own and all(r["running"] for r in rows)
        found = [r["address"] for r in rows if r["role"].startswith(role)]
        return found[0] if running and found else None

    def connect(self):
        trust = ssl.create_default_context(cafile=os.path.join(self.data, "ca/root.crt"))
        host, port = self.address("net-admin").rsplit(":", 1)
        self.admin = http.client.HTTPSConnection(host, int(port), context=trust)

    def api(self, method, path, body=None):
        """(status, JSON or None) of a request to the admin API, over one connection."""
        if not self.admin:
            self.connect()
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.admin.request(method, path, json.dumps(body) if body is not None else None, head)
        reply = self.admin.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None

    def assay(self, *words):
        """What an administrator's command prints."""
        contact = ("--server", "https://" + self.address("net-admin"), "--ca", self.ca, "--token-file", self.token_path)
        return subprocess.run([os.path.join(os.path.dirname(self.program), "assay"), *words, *contact], check=True,
                              capture_output=True, text=True).stdout

    def add(self, path, body):
        """What a POST made; anything but success is an error."""
        status, made = self.api("POST", path, body)
        if status not in (200, 201):
            raise RuntimeError(f"POST {path} {body}: {status} {made}")
        return made

    def report(self):
        """All rows of the attestation status report, page by page."""
        path, rows = "/graph/beta/deviceManagement/reports/tpmAttestationStatus", []
        while path:
            page = self.api("GET", path)[1]
            rows += page["value"]
            after = page.get("@odata.nextLink")
            path = "/" + after.split("/", 3)[3] if after else None
        return rows

    def register(self, **what):
        return self.add("/graph/beta/deviceManagement/windowsAutopilotDeviceIdentities", what)

    def trust(self, certificate_path, maker="TST0", kind="test"):
        """Imports a PEM certificate as an anchor of that maker and class."""
        with open(certificate_path, encoding="ascii") as f:
            der = ssl.PEM_cert_to_DER_cert(f.read())
        return self.add("/assay/v1/roots", {"certificates": der.hex(), "class": kind, "maker": maker})
