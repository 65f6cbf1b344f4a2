#!/usr/bin/env python3
"""Webhooks: what happens to devices reaches another service, signed, in order and whatever dies on the way.

usage: webhook_test.py BUILD TESTS
"""
import http.client
import http.server
import json
import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Device  # noqa: E402

# Debian's own interpreter, for which Debian's python3-jwt is: another implementation of tokens and of JWK Sets.
DEBIAN_PYTHON = "/usr/bin/python3"
CHECK = """
import json, sys, jwt
token, jwks, issuer, audience = json.load(sys.stdin)
head = jwt.get_unverified_header(token)
keys = {k.key_id: k for k in jwt.PyJWKSet.from_dict(jwks).keys}
claims = jwt.decode(token, keys[head["kid"]].key, algorithms=["ES256"], issuer=issuer, audience=audience,
                    options={"require": ["iss", "aud", "iat", "jti"]})
json.dump([head, claims], sys.stdout)
"""
ISSUER = "https://assay.example:8443"
CAEP = "https://schemas.openid.net/secevent/caep/event-type/device-compliance-change"
TRIAL = "https://schemas.openid.net/secevent/ssf/event-type/verification"
OWN = "urn:assay:event:"


class Receiver(http.server.ThreadingHTTPServer):
    """A service that takes notices (RFC 8935), or answers with whatever status it is told to."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Answer)
        self.certificate, key = f"{folder}/receiver.crt", f"{folder}/receiver.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=receiver", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.status, self.taken, self.refused = 202, [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server_port}/events"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        token = self.rfile.read(int(self.headers["Content-Length"])).decode()
        good = self.headers["Content-Type"] == "application/secevent+jwt" and self.path == "/events"
        status = self.server.status if good else 400
        (self.server.taken if status == 202 else self.server.refused).append(token)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


def records(server, statement, *values):
    with sqlite3.connect(f"{server.data}/core/assay.sqlite", isolation_level=None, timeout=20) as database:
        return database.execute(statement, values).fetchall()


def tests_of(scene, receiver):
    server = scene.server
    policies = server.api("GET", "/graph/beta/deviceManagement/deviceCompliancePolicies")[1]["value"]
    policy = f"/graph/beta/deviceManagement/deviceCompliancePolicies/{policies[-1]['id']}"

    def jwks():
        trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
        host, port = server.address("net-device").rsplit(":", 1)
        connection = http.client.HTTPSConnection(host, int(port), context=trust)
        connection.request("GET", "/.well-known/jwks.json")
        return json.loads(connection.getresponse().read())

    def checked(token):
        """The claims, by PyJWT."""
        done = subprocess.run([DEBIAN_PYTHON, "-c", CHECK], input=json.dumps([token, jwks(), ISSUER, receiver.url]), capture_output=True,
                              text=True, check=False)
        tap.equal(done.returncode, 0 if not done.stderr else done.stderr)
        head, claims = json.loads(done.stdout)
        tap.equal((head["alg"], head["typ"]), ("ES256", "secevent+jwt"))
        return claims

    def events(since=0):
        return [checked(token) for token in receiver.taken[since:]]

    def show():
        return server.api("GET", "/assay/v1/webhooks/siem")[1]

    def wait_for(count):
        server.wait_until(lambda: len(receiver.taken) >= count, f"to send {count} notices")

    def set_policy(**words):
        tap.equal(server.api("PATCH", policy, words)[0], 200)

    def enrolled():
        device = Device(scene, token=scene.token())
        tap.equal(device.enroll("--no-tpm")[0], 0)
        return device.read("device.id").decode()

    def retire(device_id):
        tap.equal(server.api("POST", f"/graph/beta/deviceManagement/managedDevices/{device_id}/retire")[0], 204)

    def kill(role):
        (row,) = [r for r in server.status() if r["role"].startswith(role)]
        os.kill(row["pid"], signal.SIGKILL)
        server.wait_until(lambda: any(r["role"] == row["role"] and r["running"] and r["pid"] != row["pid"] for r in server.status()),
                          f"to start {role} again")

    def an_address_that_is_not_https_or_not_listed_is_told_no():
        status, reply = server.api("POST", "/assay/v1/webhooks", {"displayName": "bad", "url": receiver.url.replace("https", "http")})
        tap.equal((status, reply["code"]), (400, "PARSE_FIELD"))
        server.add("/assay/v1/webhooks", {"displayName": "inside", "url": "https://127.0.0.1:1/"})
        tap.equal(server.api("POST", "/assay/v1/webhooks/inside/test")[0], 204)
        fault = lambda: server.api("GET", "/assay/v1/webhooks/inside")[1]["fault"]  # noqa: E731
        server.wait_until(fault, "to say why it is not sent")
        tap.equal(fault(), "URL_FORBIDDEN")
        tap.equal(server.api("DELETE", "/assay/v1/webhooks/inside")[0], 204)

    def one_that_was_added_is_tried():
        server.assay("webhook", "add", "siem", "--set", f"url={receiver.url}")
        server.assay("webhook", "test", "siem")
        wait_for(1)
        (claims,) = events()
        tap.equal((claims["aud"], claims["events"]), (receiver.url, {TRIAL: {}}))
        server.wait_until(lambda: show()["deliveredCount"] == 1, "to note it")
        tap.check(receiver.url in server.assay("webhook", "list"), "the list names it")

    def what_happens_to_a_device_is_told_in_its_order():
        since = len(receiver.taken)
        device_id = enrolled()
        wait_for(since + 1)
        set_policy(minimumAssurance="medium", gracePeriodHours="0")
        wait_for(since + 2)
        set_policy(minimumAssurance="none")
        wait_for(since + 3)
        retire(device_id)
        wait_for(since + 4)
        told = events(since)
        tap.equal([next(iter(e["events"])) for e in told],
                  [OWN + "device-enrolled", OWN + "compliance-changed", OWN + "compliance-changed", OWN + "device-retired"])
        tap.equal({e["sub_id"]["id"] for e in told}, {device_id})
        tap.equal(told[1]["events"][OWN + "compliance-changed"],
                  {"previous": "compliant", "current": "noncompliant", "reasons": ["ASSURANCE_LOW"]})
        caep = told[1]["events"][CAEP]
        tap.equal((caep["previous_status"], caep["current_status"], caep["event_timestamp"]), ("compliant", "not-compliant", told[1]["toe"]))
        tap.equal(told[2]["events"][CAEP]["current_status"], "compliant")
        tap.equal(len({e["jti"] for e in told}), 4)

    def what_is_not_taken_is_sent_again_and_what_dies_on_the_way_loses_nothing():
        since, receiver.status = len(receiver.taken), 503
        devices_told = [enrolled(), enrolled()]
        server.wait_until(lambda: show()["failedAttempts"] >= 2, "to try again")
        tap.equal((show()["fault"], show()["detail"], show()["waitingCount"]), ("FETCH_ANSWER", "it answered 503", 2))
        kill("fetch")
        kill("core")
        retire(devices_told[0])
        receiver.status = 202
        server.api("POST", "/assay/v1/webhooks/siem/test")
        server.wait_until(lambda: show()["waitingCount"] == 0, "to send what waits")
        told = events(since)
        by_device = {d: [next(iter(e["events"])) for e in told if e.get("sub_id", {}).get("id") == d] for d in devices_told}
        tap.equal(by_device, {devices_told[0]: [OWN + "device-enrolled", OWN + "device-retired"], devices_told[1]: [OWN + "device-enrolled"]})
        tap.check({e["jti"] for e in map(checked, receiver.refused)} <= {e["jti"] for e in told}, "the same notice has the same id")

    def what_waits_for_too_long_is_given_up_and_named():
        receiver.status = 500
        device_id = enrolled()
        server.wait_until(lambda: show()["waitingCount"] == 1, "to have something to send")
        records(server, "UPDATE delivery SET created = created - 8 * 86400")
        kill("core")
        server.wait_until(lambda: show()["lostCount"] == 1, "to give it up")
        ((detail,),) = records(server, "SELECT detail FROM audit WHERE action = 'webhook.lost'")
        tap.check(device_id in detail, detail)
        receiver.status = 202

    def one_that_was_removed_is_told_nothing():
        server.assay("webhook", "remove", "siem")
        device_id = enrolled()
        tap.equal(records(server, "SELECT count(*) FROM delivery"), [(0,)])
        tap.check(device_id not in [e.get("sub_id", {}).get("id") for e in events()], "nothing of it")

    helpers = (jwks, checked, events, show, wait_for, set_policy, enrolled, retire, kill)
    return tap.named([f for f in locals().values() if callable(f) and f not in helpers])


def main():
    if subprocess.run([DEBIAN_PYTHON, "-c", "import jwt, cryptography"], capture_output=True, check=False).returncode:
        if os.environ.get("CI"):
            sys.exit("python3-jwt is missing: without it nobody else checks notices")
        print("1..0 # SKIP python3-jwt is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(folder)
        os.chmod(folder, 0o755)
        devices.run(BUILD, lambda scene: tests_of(scene, receiver), [
            f"fetch.hosts=127.0.0.1:{receiver.server_port}", f"fetch.tls_anchors={receiver.certificate}", f"server.url={ISSUER}",
            "webhook.retry_seconds=1"])


main()
