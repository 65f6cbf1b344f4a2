#!/usr/bin/env python3
"""Lists of revoked EK certificates, from a maker's server on loopback to the refusal of a device.

usage: revocation_test.py BUILD
"""
import contextlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

import tap
from assayd import Assayd

BUILD = sys.argv[1]
CRLS = "/assay/v1/crls"


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives what is in server.lists by path."""

    def do_GET(self):
        body = self.server.lists.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


def sim(*words, check=True):
    return subprocess.run([f"{BUILD}/assay-sim", *words], check=check, capture_output=True, text=True).stdout


class Maker:
    """A maker of test TPMs that publishes one list of those it has revoked."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.folder, self.other = self.make("Loopback"), self.make("Other")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.lists = {}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.address}/list.crl"

    def make(self, name):
        folder = os.path.join(self.scratch, name)
        sim("maker", "--dir", folder, "--name", name)
        return folder

    def publish(self, *words, folder=None):
        out = os.path.join(self.scratch, "list.crl")
        sim("crl", "--maker", folder or self.folder, "--out", out, *words)
        with open(out, "rb") as f:
            self.server.lists["/list.crl"] = f.read()

    def withdraw(self):
        self.server.lists.clear()


class Fleet:
    """Devices of the maker before a server: NAME is the folder of a TPM's key."""

    def __init__(self, server, maker, scratch):
        self.server, self.maker, self.scratch = server, maker, scratch

    def keys(self, name):
        return os.path.join(self.scratch, name)

    def hash_of(self, name):
        return sim("registrations", "--keys", self.keys(name)).split()[0]

    def enroll(self, name):
        """The fault that this TPM meets, or an empty string."""
        if not os.path.exists(self.keys(name)):
            self.server.register(serialNumber=name)
        words = ("enroll", "--server", self.server.url, "--ca", self.server.ca, "--json", "--maker", self.maker.folder,
                 "--crl-url", self.maker.url, "--serial", name, "--keys", self.keys(name))
        return json.loads(sim(*words, check=False))["devices"][0]["fault"]

    def leniencies(self, name):
        return next(r["Leniencies"] for r in self.server.report() if r["SerialNumber"] == name)

    def row(self):
        rows = self.server.api("GET", CRLS)[1]["value"]
        return rows[0] if rows else {}

    def wait_for(self, **wanted):
        self.server.wait_until(lambda: all(self.row().get(k) == v for k, v in wanted.items()),
                               f"for a list that is {wanted}, not {self.row()}")
        return self.row()

    def processes(self):
        return {r["role"]: r["pid"] for r in self.server.status()}


@contextlib.contextmanager
def play(*more):
    with tempfile.TemporaryDirectory(prefix="assay-revocation-") as scratch:
        os.chmod(scratch, 0o755)
        maker = Maker(scratch)
        settings = (f"fetch.hosts={maker.address}", "fetch.retry_seconds=1", "fetch.crl_seconds=1", *more)
        with Assayd(BUILD, scratch, settings) as server:
            server.trust(f"{maker.folder}/root.crt")
            yield Fleet(server, maker, scratch)


def a_device_whose_certificate_was_revoked_is_refused_after_the_next_fetch():
    with play() as f:
        tap.equal(f.enroll("good"), "")
        tap.equal(f.leniencies("good"), ["CRL_ABSENT"])
        f.maker.publish("--age", "20")
        row = f.wait_for(state="current", entries=0)
        tap.check("Intermediate CA" in row["issuer"] and row["url"] == f.maker.url, row)
        f.server.wait_until(lambda: f.enroll("bad") == "", "to admit")
        tap.equal(f.leniencies("bad"), [])
        before = f.processes()
        f.maker.publish("--age", "10", "--revoke", f.hash_of("bad"))
        f.wait_for(entries=1)
        f.server.wait_until(lambda: f.enroll("bad") == "EK_REVOKED", "to hear of it")
        tap.equal((f.enroll("good"), f.leniencies("good")), ("", []))
        tap.equal(f.processes(), before)
        # What was fetched is there after a restart, also when the maker has gone.
        f.maker.withdraw()
        f.server.stop()
        f.server.start()
        f.server.wait_until(lambda: f.enroll("bad") == "EK_REVOKED", "to remember")
        row = f.wait_for(fault="FETCH_ANSWER", state="current", entries=1)
        tap.equal(json.loads(f.server.assay("roots", "crls", row["id"], "--json"))["entries"], 1)
        tap.check("current" in f.server.assay("roots", "crls"), f.server.assay("roots", "crls"))


def a_server_that_requires_lists_refuses_without_one_and_with_an_old_one():
    with play("trust.crl_required=true") as f:
        tap.equal(f.enroll("first"), "CRL_MISSING")
        f.wait_for(state="missing", fault="FETCH_ANSWER")
        tap.equal(f.enroll("first"), "CRL_MISSING")
        f.maker.publish("--life", "5")
        f.wait_for(state="current", fault=None)
        f.server.wait_until(lambda: f.enroll("first") == "", "to admit")
        f.maker.withdraw()
        f.wait_for(state="stale", fault="FETCH_ANSWER")
        tap.equal(f.enroll("first"), "CRL_MISSING")
        f.maker.publish()
        f.wait_for(state="current", fault=None)
        f.server.wait_until(lambda: f.enroll("first") == "", "to admit again")


def a_list_of_somebody_else_or_an_older_one_takes_no_place():
    """H030 of the hostile catalogue; its twin is the list before."""
    with play() as f:
        tap.equal(f.enroll("bad"), "")
        f.maker.publish("--age", "20", "--revoke", f.hash_of("bad"))
        f.wait_for(state="current", entries=1, fault=None)
        for words, folder in (((), f.maker.other), (("--age", "1000"), f.maker.folder)):
            f.maker.publish(*words, folder=folder)
            row = f.wait_for(fault="CRL_INVALID")
            tap.equal((row["state"], row["entries"]), ("current", 1))
            f.server.wait_until(lambda: f.enroll("bad") == "EK_REVOKED", "to keep the list")
            f.maker.publish("--age", "10", "--revoke", f.hash_of("bad"))
            f.wait_for(fault=None)
        for body in b"<html>not a list</html>", bytes(1 << 20):
            f.maker.server.lists["/list.crl"] = body
            f.wait_for(fault="CRL_INVALID", entries=1)
            f.maker.publish("--age", "5", "--revoke", f.hash_of("bad"))
            f.wait_for(fault=None)


tap.run(tap.named([
    a_device_whose_certificate_was_revoked_is_refused_after_the_next_fetch,
    a_server_that_requires_lists_refuses_without_one_and_with_an_old_one,
    a_list_of_somebody_else_or_an_older_one_takes_no_place,
]))
