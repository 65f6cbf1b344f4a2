#!/usr/bin/env python3
"""A stranger against a real server: what anybody can send or find, and what comes of it.

usage: stranger_test.py BUILD
"""
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile

import tap
import visitor
from assayd import Assayd

BUILD = sys.argv[1]
PUBLIC = (".crt", ".crl", "status.json")


def tests_of(server):
    def device(method, path, body=None):
        """(status, body) of a request to the device listener."""
        trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
        host, port = server.address("net-device").rsplit(":", 1)
        line = http.client.HTTPSConnection(host, int(port), context=trust)
        line.request(method, path, body, {"Content-Type": "application/cbor"} if body else {})
        reply = line.getresponse()
        return reply.status, reply.read()

    def begin_with_token_id(size):
        """{version: 1, purpose: enroll, no_tpm: "x", token_id}"""
        head = bytes([0x40 | size]) if size < 24 else bytes([0x58, size])
        return device("POST", "/device/v1/begin", bytes.fromhex("a401010201076178" + "08") + head + bytes(size))

    def ids_of_another_size_are_the_senders_mistake_and_not_ours():
        for size in range(32):
            status, body = begin_with_token_id(size)
            expected = (403, "DEVICE_NOT_REGISTERED") if size == 16 else (400, "PARSE_FIELD")
            tap.equal((status, json.loads(body)["code"]), expected)

    def a_name_longer_than_any_is_of_nothing():
        for size in (128, 129, 1000, 8000):
            status, problem = server.api("GET", "/graph/beta/deviceManagement/managedDevices/" + "a" * size)
            tap.equal((status, problem["code"]), (404, "NOT_FOUND"))

    def administrators_addresses_are_not_on_the_device_listener():
        for path in ("/assay/v1/profiles", "/graph/beta/deviceManagement/managedDevices"):
            tap.equal(device("GET", path)[0], 404)

    def enroll(token, name):
        words = ("enroll", "--server", server.url, "--ca", server.ca, "--json", "--no-tpm", "none",
                 "--token", token, "--name", name)
        done = subprocess.run([os.path.join(BUILD, "assay-sim"), *words], capture_output=True, text=True, check=False)
        return json.loads(done.stdout)["devices"][0]["fault"]

    def no_secret_stands_in_any_log_record_or_reply():
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]
        wrong = token[:-4] + ("0000" if token[-4:] != "0000" else "1111")
        tap.equal(enroll(wrong, "guess"), "TOK_INVALID")
        tap.equal(enroll(token, "right"), "")
        tap.equal(enroll(token, "late"), "TOK_USED")
        replies = json.dumps([server.report(), server.api("GET", "/assay/v1/enrollmentTokens")[1]]).encode()
        places = {"replies": replies}
        for path in (*files_of(server.data), server.log_path):
            with open(path, "rb") as f:
                places[path] = f.read()
        for text in (token, wrong, server.token):
            secret = text.rsplit("-", 1)[1]
            for place, content in places.items():
                own = text == server.token and place.endswith("admin.token")
                found = secret.encode() in content or bytes.fromhex(secret) in content
                tap.check(own or not found, f"a secret is in {place}")

    def files_of(top):
        return [os.path.join(at, name) for at, _, names in os.walk(top) for name in names]

    def what_is_not_public_only_its_role_can_read():
        found = [p for p in files_of(server.data) if not p.endswith(PUBLIC)]
        tap.check(len(found) > 8, found)
        for path in found:
            tap.equal((path, oct(os.stat(path).st_mode & 0o077)), (path, "0o0"))

    def no_role_leaves_a_core_dump():
        for row in server.status():
            with open(f"/proc/{row['pid']}/limits", encoding="ascii") as f:
                line = next(l for l in f if l.startswith("Max core file size"))
            tap.equal((row["role"], line.split()[4:6]), (row["role"], ["0", "0"]))

    def whoever_kills_a_verifier_again_and_again_is_not_the_end_of_the_service():
        for _ in range(10):
            for row in server.status():
                if row["role"] == "verify 0" and row["running"]:
                    os.kill(row["pid"], signal.SIGKILL)
            server.wait_until(lambda: server.address("net-device") and device("GET", "/healthz")[0] == 200,
                              "to serve again")
        others = [r for r in server.status() if not r["role"].startswith("verify 0")]
        tap.equal([r["role"] for r in others if r["restarts"]], [])

    return tap.named([
        ids_of_another_size_are_the_senders_mistake_and_not_ours,
        a_name_longer_than_any_is_of_nothing,
        administrators_addresses_are_not_on_the_device_listener,
        *visitor.tests_of(server),
        no_secret_stands_in_any_log_record_or_reply,
        what_is_not_public_only_its_role_can_read,
        no_role_leaves_a_core_dump,
        whoever_kills_a_verifier_again_and_again_is_not_the_end_of_the_service,
    ])


with tempfile.TemporaryDirectory(prefix="assay-stranger-") as scratch:
    with Assayd(BUILD, scratch) as one:
        tap.run(tests_of(one))
