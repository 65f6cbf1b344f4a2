#!/usr/bin/env python3
"""Exports of reports, fetched over https from a server of their own while desk lives and while it dies.

usage: export_test.py BUILD
"""
import concurrent.futures
import csv
import functools
import hashlib
import http.client
import io
import json
import os
import signal
import socket
import sqlite3
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402

JOBS = "/graph/beta/deviceManagement/reports/exportJobs"
ROWS = 12000
DETAIL = "d" * 500  # all rows together are more than the buffers between server and client hold
FIELDS = ("key", "peer", "name", "fault", "trip", "request_id", "tpm_class", "count", "first", "last", "detail")


def fill(server):
    """As many who were refused, as core would have written them."""
    rows = ((hashlib.sha256(b"%d" % i).digest(), "192.0.2.1", f"+device {i}", "EK_CHAIN_UNTRUSTED", 1, bytes(16), 0, 1, 1, 1,
             DETAIL)
            for i in range(ROWS))
    with sqlite3.connect(os.path.join(server.data, "core/assay.sqlite"), timeout=30) as records:
        records.executemany(f"INSERT INTO refusal ({', '.join(FIELDS)}) VALUES ({', '.join('?' for _ in FIELDS)})", rows)
    records.close()


def make(server, **what):
    """An export, polled until it is there."""
    made = server.add(JOBS, {"reportName": "TpmAttestationStatus", **what})
    status, job = server.api("GET", f"{JOBS}('{made['id']}')")
    tap.equal((status, job["status"]), (200, "completed"))
    return job


def open_export(server, job):
    server.connect()
    server.admin.connect()
    server.admin.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    path = "/" + job["url"].split("/", 3)[3]
    server.admin.request("GET", path, headers={"Authorization": f"Bearer {server.token}"})
    return server.admin.getresponse()


def desks_of(server):
    return {row["pid"] for row in server.status() if row["role"].startswith("desk")}


def kill_desks(server):
    """Those that there were."""
    desks = desks_of(server)
    for pid in desks:
        os.kill(pid, signal.SIGKILL)
    return desks


def an_export_has_every_row_once_and_is_noted(server):
    reply = open_export(server, make(server, select=["RefusalId", "DeviceName", "Fault"]))
    tap.equal((reply.status, reply.headers["Transfer-Encoding"]), (200, "chunked"))
    tap.equal(reply.headers["Content-Disposition"], 'attachment; filename="TpmAttestationStatus.csv"')
    rows = list(csv.DictReader(io.TextIOWrapper(reply, encoding="utf-8", newline="")))
    tap.equal((len(rows), len({row["RefusalId"] for row in rows})), (ROWS, ROWS))
    tap.check(all(row["DeviceName"].startswith("'+device") for row in rows), rows[0])
    events = server.api("GET", "/graph/beta/deviceManagement/auditEvents?$orderby=number%20desc&$top=10")[1]["value"]
    tap.equal([e["activityType"] for e in events if e["activityType"].startswith("export.")], ["export.read", "export.add"])


def an_export_that_loses_its_desk_is_cut_and_the_next_one_is_whole(server):
    job = make(server, format="json", select=["RefusalId", "Detail"])
    reply = open_export(server, job)
    head, killed = reply.read(65536), kill_desks(server)
    try:
        reply.read()
        tap.check(False, "a cut file was taken for a whole one")
    except http.client.IncompleteRead as cut:
        tap.check(not cut.partial.endswith(b"]\n") and head.startswith(b"[\n{"), cut.partial[-20:])
    server.wait_until(lambda: len(desks_of(server) - killed) == len(killed) and server.address("net-admin"), "to start desks again")
    tap.equal(open_export(server, job).read().count(b"\n"), ROWS + 2)


def get_list(server, connection):
    connection.request("GET", "/graph/beta/deviceManagement/managedDevices", headers={"Authorization": f"Bearer {server.token}"})
    reply = connection.getresponse()
    reply.read()
    return reply.status


def a_list_does_not_wait_for_a_desk_that_is_busy(server):
    busy = next(row["pid"] for row in server.status() if row["role"] == "desk 0")
    connections = []
    for _ in range(2):
        server.connect()
        connections.append(server.admin)
    os.kill(busy, signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor(2) as askers:
        try:
            asked = [askers.submit(get_list, server, connection) for connection in connections]
            first = next(concurrent.futures.as_completed(asked)).result()
        finally:
            os.kill(busy, signal.SIGCONT)
        tap.equal([first] + [one.result() for one in asked], [200, 200, 200])


def a_client_of_http_1_0_is_told_that_it_could_not_see_the_end(server):
    job = make(server, select=["RefusalId", "Detail"])
    server.connect()
    server.admin._http_vsn, server.admin._http_vsn_str = 10, "HTTP/1.0"
    server.admin.request("GET", "/" + job["url"].split("/", 3)[3], headers={"Authorization": f"Bearer {server.token}", "Host": "x"})
    reply, server.admin = server.admin.getresponse(), None
    tap.equal((reply.status, reply.headers["Transfer-Encoding"], reply.headers["Connection"]), (505, None, "close"))
    tap.equal(json.loads(reply.read())["error"]["code"], "HTTP_OLD")
    tap.equal(server.api("GET", JOBS)[0], 200)


def without_desk_lists_are_busy_and_soon_there_again(server):
    kill_desks(server)
    server.connect()
    answers = set()

    def is_answered():
        status = server.api("GET", "/graph/beta/deviceManagement/managedDevices")[0]
        answers.add(status)
        return status == 200
    server.wait_until(is_answered, "to answer again")
    tap.check(answers <= {200, 503}, answers)


def main():
    tests = (an_export_has_every_row_once_and_is_noted,
             a_list_does_not_wait_for_a_desk_that_is_busy,
             a_client_of_http_1_0_is_told_that_it_could_not_see_the_end,
             an_export_that_loses_its_desk_is_cut_and_the_next_one_is_whole,
             without_desk_lists_are_busy_and_soon_there_again)
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        fill(server)
        tap.run([(test.__name__, functools.partial(test, server)) for test in tests])


if __name__ == "__main__":
    main()
