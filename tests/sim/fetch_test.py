#!/usr/bin/env python3
"""Missing CA certificates, from the refusal of a device to its enrolment, with a maker's server on loopback.

usage: fetch_test.py BUILD
"""
import contextlib
import http.server
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import tap
from assayd import Assayd

BUILD = sys.argv[1]
ISSUERS = "/assay/v1/issuers"
SIZE_MAX = 4096


def der(tag, *parts):
    body = b"".join(parts)
    size = len(body).to_bytes(2, "big")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else b"\x82" + size) + body


def bag(*certificates):
    """A SignedData that signs nothing and has certificates in it (RFC 5652, 5.1)."""
    data, signed = (bytes.fromhex(f"06092a864886f70d01070{n}") for n in (1, 2))
    inside = der(0x30, b"\2\1\1", der(0x31), der(0x30, data), der(0xA0, *certificates), der(0x31))
    return der(0x30, signed, der(0xA0, inside))


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the path says; what it was asked is in server.asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        name = self.path.strip("/").split("/")[0]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, "give_" + name.replace("-", "_"))()

    def give(self, body, status=200, **head):
        self.send_response(status)
        for key, value in head.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give_intermediate(self):
        self.give(self.server.intermediate)

    def give_text(self):
        self.give(self.server.text)

    def give_bag(self):
        self.give(self.server.bag)

    def give_nothing(self):
        self.give(b"", 404)

    def give_garbage(self):
        self.give(b"<html>not a certificate</html>")

    def give_root(self):
        self.give(self.server.root)

    def give_large(self):
        self.give(bytes(SIZE_MAX + 1))

    def give_endless(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(64):
            self.wfile.write(bytes(1024))

    def give_slow(self):
        self.server.stalled.set()
        self.server.released.wait(60)

    def give_elsewhere(self):
        self.give(b"", 302, Location=f"http://localhost:{self.server.server_port}/intermediate")

    def give_other_port(self):
        self.give(b"", 302, Location=f"http://127.0.0.1:{self.server.other_port}/intermediate")

    def give_file(self):
        self.give(b"", 302, Location="file:///etc/passwd")

    def give_here(self):
        self.give(b"", 302, Location="/intermediate")

    def give_around(self):
        self.give(b"", 302, Location="/around")

    def log_message(self, *_):
        pass


class Maker:
    """A maker of test TPMs and the server that has its certificates."""

    def __init__(self, scratch):
        self.folder = os.path.join(scratch, "maker")
        subprocess.run([f"{BUILD}/assay-sim", "maker", "--dir", self.folder, "--name", "Loopback"], check=True)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.asked = []
        self.server.intermediate, self.server.root = self.der("intermediate"), self.der("root")
        with open(f"{self.folder}/intermediate.crt", "rb") as f:
            self.server.text = f.read()
        self.server.bag = bag(self.server.root, self.server.intermediate)
        self.server.stalled, self.server.released = threading.Event(), threading.Event()
        # A socket of one's own that nothing may connect to.
        self.guard = socket.create_server(("127.0.0.1", 0))
        self.server.other_port = self.guard.getsockname()[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"127.0.0.1:{self.server.server_port}"

    def der(self, name):
        with open(f"{self.folder}/{name}.crt", encoding="ascii") as f:
            return ssl.PEM_cert_to_DER_cert(f.read())

    def was_guard_touched(self):
        self.guard.setblocking(False)
        try:
            self.guard.accept()[0].close()
            return True
        except BlockingIOError:
            return False


class NameServer:
    """Answers every question for an address of IPv4 with the next of a list, the last one for ever."""

    def __init__(self, addresses):
        self.addresses, self.asked = list(addresses), 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, peer = self.socket.recvfrom(512)
            end = question.index(b"\0", 12) + 5
            is_v4 = question[end - 4:end - 2] == b"\0\1"
            answer = b""
            if is_v4:
                address = self.addresses[min(self.asked, len(self.addresses) - 1)]
                self.asked += 1
                answer = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + socket.inet_aton(address)
            head = question[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_v4 else b"\0\0") + b"\0\0\0\0"
            self.socket.sendto(head + question[12:end] + answer, peer)


class Fleet:
    """Devices before a server: each is another TPM, registered by its serial number."""

    def __init__(self, server, maker, scratch):
        self.server, self.maker, self.scratch, self.n = server, maker, scratch, 0

    def enroll(self, url, serial=None, maker=None):
        """The fault that a device without its intermediate meets, or an empty string."""
        if not serial:
            self.n += 1
            serial = f"F-{self.n}"
            self.server.register(serialNumber=serial)
        self.serial = serial
        words = ("enroll", "--server", self.server.url, "--ca", self.server.ca, "--json", "--maker",
                 maker or self.maker.folder, "--leaf-alone", "--issuer-url", url, "--serial", serial)
        done = subprocess.run([f"{BUILD}/assay-sim", *words], capture_output=True, text=True, check=False)
        return json.loads(done.stdout)["devices"][0]["fault"]

    def enroll_other(self, url):
        """The same of a TPM of another maker, so that the issuer is another one too."""
        folder = os.path.join(self.scratch, f"maker-{self.n}")
        subprocess.run([f"{BUILD}/assay-sim", "maker", "--dir", folder, "--name", f"Other {self.n}"], check=True)
        tap.equal(self.enroll(url, maker=folder), "EK_CHAIN_UNTRUSTED")

    def rows(self):
        return {r["url"]: r for r in self.server.api("GET", ISSUERS)[1]["value"]}

    def wait_for(self, url, **wanted):
        def is_met():
            row = self.rows().get(url)
            return row and all(row[k] == v for k, v in wanted.items())
        self.server.wait_until(is_met, f"for {url} to be {wanted}, not {self.rows().get(url)}")
        return self.rows()[url]

    def decide(self, row, verb):
        """The status of the answer and the fault or, without one, the state that the row then has."""
        status, problem = self.server.api("POST", f"{ISSUERS}/{row['id']}/{verb}")
        return status, problem["code"] if problem else self.rows()[row["url"]]["state"]


@contextlib.contextmanager
def play(*more, hosts=""):
    with tempfile.TemporaryDirectory(prefix="assay-fetch-") as scratch:
        os.chmod(scratch, 0o755)
        maker = Maker(scratch)
        settings = (f"fetch.hosts={maker.address}{hosts.format(maker.server.server_port)}", "fetch.seconds=1",
                    f"fetch.size={SIZE_MAX}", "fetch.retry_seconds=1", *more)
        with Assayd(BUILD, scratch, settings) as server:
            server.trust(f"{maker.folder}/root.crt")
            yield Fleet(server, maker, scratch)
            maker.server.released.set()   # before the server stops: it waits for the file that is under way


def a_fetched_intermediate_waits_for_a_person_and_then_lets_the_device_in():
    with play() as f:
        url = f"http://{f.maker.address}/intermediate"
        tap.equal(f.enroll(url), "EK_CHAIN_UNTRUSTED")
        serial = f.serial
        row = f.wait_for(url, state="pending", fault=None)
        tap.check("Root CA" in row["signedBy"] and "Intermediate CA" in row["subject"], row)
        tap.equal((row["devices"], f.maker.server.asked), (1, ["/intermediate"]))
        tap.equal(f.enroll(url, serial), "EK_CHAIN_UNTRUSTED")
        tap.equal(f.enroll(url), "EK_CHAIN_UNTRUSTED")
        tap.equal(f.decide(row, "trust"), (404, "MSG_UNKNOWN"))
        tap.equal(f.decide(row, "approve"), (204, "approved"))
        f.server.wait_until(lambda: f.enroll(url, serial) == "", "to trust")
        sources = {r["role"]: r["source"] for r in f.server.api("GET", "/assay/v1/roots")[1]["value"]}
        tap.equal(sources["intermediate"], url)
        tap.equal(f.decide(row, "reject"), (204, "rejected"))
        f.server.wait_until(lambda: f.enroll(url) == "EK_CHAIN_UNTRUSTED", "to distrust")
        tap.equal((f.rows()[url]["state"], f.maker.server.asked), ("rejected", ["/intermediate"]))


def an_intermediate_in_text_or_in_a_bag_is_as_good():
    for form in "text", "bag":
        with play() as f:
            url = f"http://{f.maker.address}/{form}"
            tap.equal(f.enroll(url), "EK_CHAIN_UNTRUSTED")
            row = f.wait_for(url, state="pending", fault=None)
            tap.equal(f.decide(row, "approve"), (204, "approved"))
            f.server.wait_until(lambda: f.enroll(url) == "", "to trust")
            tap.equal(json.loads(f.server.assay("roots", "pending", row["id"], "--json")), f.rows()[url])


def refused(f, rows):
    for url, _ in rows:
        f.enroll_other(url)
    for url, fault in rows:
        f.wait_for(url, fault=fault, state="missing")
    tap.count("addresses refused by fetch", len(rows))


def whatever_is_not_the_certificate_is_refused_and_named():
    with play() as f:
        base = f"http://{f.maker.address}"
        refused(f, [(f"{base}/{path}", fault) for path, fault in (
            ("garbage", "ISSUER_INVALID"), ("root", "ISSUER_INVALID"), ("intermediate", "ISSUER_INVALID"),
            ("nothing", "FETCH_ANSWER"), ("around", "FETCH_ANSWER"), ("large", "FETCH_SIZE"),
            ("endless", "FETCH_SIZE"), ("slow", "FETCH_TIMEOUT"))])
        row = f.rows()[f"{base}/nothing"]
        tap.equal(f.decide(row, "approve"), (409, "ISSUER_MISSING"))
        # The twin: a redirect on the same host is followed.
        tap.equal(f.enroll(f"{base}/here"), "EK_CHAIN_UNTRUSTED")
        f.wait_for(f"{base}/here", state="pending")


def no_address_leads_anywhere_but_to_the_list():
    """H029 of the hostile catalogue; its twins are the addresses that the other tests fetch from."""
    with play(hosts=",localhost:{}") as f:
        port, guard, base = f.maker.server.server_port, f.maker.server.other_port, f"http://{f.maker.address}"
        refused(f, [(url, "URL_FORBIDDEN") for url in (
            f"{base}/elsewhere", f"{base}/other_port", f"{base}/file", f"http://127.0.0.1:{guard}/",
            f"http://127.0.0.2:{port}/intermediate", f"http://localhost:{port}/intermediate",
            f"https://127.0.0.1:{guard}/", "http://169.254.169.254/", f"http://[::1]:{port}/",
            f"http://0.0.0.0:{port}/intermediate", f"http://user@{f.maker.address}/intermediate")])
        tap.equal(set(f.maker.server.asked), {"/elsewhere", "/file", "/other_port"})
        tap.equal(f.maker.was_guard_touched(), False)


def a_name_that_leads_inside_is_not_asked_even_when_it_led_outside_before():
    # 192.0.2.0/24 leads nowhere; of the public addresses any would do, and none is ever connected to.
    names = NameServer(["127.0.0.1", "10.0.0.1", "169.254.169.254", "127.0.0.1"])
    with play(f"fetch.resolver={names.address}", hosts=",maker.invalid:{}") as f:
        url = f"http://maker.invalid:{f.maker.server.server_port}/intermediate"
        f.enroll_other(url)
        f.wait_for(url, fault="URL_FORBIDDEN")
        f.server.wait_until(lambda: f.rows()[url]["attempts"] >= 3, "to try again")
        tap.equal((names.asked > 0, f.maker.server.asked), (True, []))


def a_fetch_that_is_killed_comes_back_and_nothing_else_notices():
    with play("fetch.seconds=8") as f:
        slow, url = f"http://{f.maker.address}/slow", f"http://{f.maker.address}/intermediate"
        f.enroll_other(slow)
        f.server.wait_until(f.maker.server.stalled.is_set, "to begin")
        before = {r["role"]: r["pid"] for r in f.server.status()}
        os.kill(before["fetch 0"], signal.SIGKILL)
        tap.equal(f.enroll(url), "EK_CHAIN_UNTRUSTED")
        f.wait_for(url, state="pending")
        after = {r["role"]: r["pid"] for r in f.server.status()}
        tap.equal([role for role in before if before[role] != after[role]], ["fetch 0"])


def an_empty_list_fetches_nothing_and_notes_what_is_missing():
    with play("fetch.hosts=") as f:
        url = f"http://{f.maker.address}/intermediate"
        tap.equal(f.enroll(url), "EK_CHAIN_UNTRUSTED")
        row = f.wait_for(url, fault="URL_FORBIDDEN")
        tap.equal((row["state"], row["devices"], f.maker.server.asked), ("missing", 1, []))


def a_stranger_who_is_not_expected_leaves_no_row():
    with play() as f:
        url = f"http://{f.maker.address}/intermediate"
        tap.equal(f.enroll(url, serial="nobody"), "DEVICE_NOT_REGISTERED")
        tap.equal((f.rows(), f.maker.server.asked), ({}, []))


tap.run(tap.named([
    a_fetched_intermediate_waits_for_a_person_and_then_lets_the_device_in,
    an_intermediate_in_text_or_in_a_bag_is_as_good,
    whatever_is_not_the_certificate_is_refused_and_named,
    no_address_leads_anywhere_but_to_the_list,
    a_name_that_leads_inside_is_not_asked_even_when_it_led_outside_before,
    a_fetch_that_is_killed_comes_back_and_nothing_else_notices,
    an_empty_list_fetches_nothing_and_notes_what_is_missing,
    a_stranger_who_is_not_expected_leaves_no_row,
]))
