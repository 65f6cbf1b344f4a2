#!/usr/bin/env python3
"""A full disk: nothing is granted that is not stored, nobody dies of it, and all goes on when there is room again.

usage: full.py BUILD

The server's folder is a small file system in memory, in a mount namespace of this test's own.
"""
import json
import os
import sqlite3
import subprocess
import sys

from play import CA_TO_T2, T1_TO_CA, Play
from proof import PROOFS
from scene import PATIENCE_S, Failed, Tap, run, run_scenario, run_well, wait_until

DISK_SIZE = "16m"
DEVICES = 4
MANY = 20     # their lines need more room than the last page of the issue log can have left


class Disk:
    """The file system of the server's folder, and the file that fills it."""

    def __init__(self, folder):
        self.filler = os.path.join(folder, "filler")
        self.database = os.path.join(folder, "server", "core", "assay.sqlite")

    def give_back(self):
        """After a checkpoint the write-ahead log is written from its start again, in room that it has already."""
        connection = sqlite3.connect(self.database, timeout=PATIENCE_S)
        (busy, _, _), = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
        if busy:
            raise Failed("the write-ahead log could not be emptied")

    def fill(self):
        """To the last octet: first in large pieces, then in small ones."""
        self.give_back()
        with open(self.filler, "wb", buffering=0) as f:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        f.write(b"x" * size)
                except OSError:
                    pass

    def clear(self):
        os.remove(self.filler)


def enrol(play, folder, *words):
    """Devices that are registered already; what became of each."""
    server = play.server
    done = run(f"{server.build}/assay-sim", "enroll", "--server", server.url, "--ca", server.ca, "--no-certificate",
               "--keys", os.path.join(folder, "keys"), "--count", DEVICES, "--parallel", DEVICES, "--json", *words)
    return json.loads(done.stdout)["devices"]


def register(play, folder):
    os.mkdir(folder)
    hashes = run_well(f"{play.server.build}/assay-sim", "registrations", "--keys", os.path.join(folder, "keys"),
                      "--count", DEVICES).split()
    for number, ek_hash in enumerate(hashes):
        play.server.register(ek_hash, f"late-{number}")


def rows(play, table):
    (count,), = play.records.rows(f"SELECT count(*) FROM {table}")
    return count


def before_t1(tap, play, disk):
    """Devices that come while the disk is full are refused, and come again."""
    folder = os.path.join(play.scratch, "late")
    register(play, folder)
    roles = play.server.roles()
    counts = [rows(play, table) for table in ("device", "enrolment", "certificate")]
    disk.fill()
    refused = {device["fault"] for device in enrol(play, folder)}
    status, _ = play.server.ask_admin("GET", "/graph/beta/deviceManagement/managedDevices")
    disk.clear()
    tap.check("a device that cannot be stored is refused SYS_STORAGE",
              [] if refused == {"SYS_STORAGE"} else [f"faults {refused}"])
    tap.check("nothing of it was kept", [] if counts == [rows(play, table) for table in
              ("device", "enrolment", "certificate")] else ["the counts of rows differ"])
    tap.check("administrators can still read", [] if status == 200 else [f"status {status}"])
    tap.check("no process ended", [] if roles == play.server.roles() else [f"{roles}", f"{play.server.roles()}"])
    faults = [device["fault"] for device in enrol(play, folder, "--patience", 60)]
    tap.check("with room again the same devices enrol", filter(None, faults))
    return faults


def between_t1_and_ca(tap, play, disk):
    """The disk fills up while tickets wait for ca, which must not sign what it cannot log."""
    ca = play.server.pids("ca")
    play.hold(ca)
    play.launch(MANY)
    play.wait_for_point(T1_TO_CA, MANY)
    logged = len(play.records.logged())
    disk.fill()
    play.let_go(ca)
    wait_until(lambda: play.server.log.count("sign.refused"), "ca to refuse")
    tap.check("no device has a certificate that is not logged",
              [] if not play.wave.kept_of("reply") else ["a device has a reply"])
    disk.clear()
    play.wave.join()
    tap.check("with room again the same tickets are signed", play.wave.trouble)
    more = len(play.records.logged()) - logged
    tap.check("each certificate is logged once", [] if more == 2 * MANY else [f"{more} lines for {2 * MANY}"])


def between_ca_and_t2(tap, play, disk):
    """The disk fills up when ca has signed: T2 fails, and is tried until it is durable."""
    ca, core = play.server.pids("ca"), play.server.pids("core")
    play.hold(ca)
    play.launch(DEVICES)
    play.wait_for_point(T1_TO_CA, DEVICES)
    play.server.log.close_gate()
    play.let_go(ca)
    play.wait_for_point(CA_TO_T2, DEVICES)
    play.wait_until_they_stand(core)
    disk.fill()
    play.release()
    wait_until(lambda: play.server.log.count("t2.failed"), "T2 to fail")
    tap.check("no device has a reply that is not stored",
              [] if not play.wave.kept_of("reply") else ["a device has a reply"])
    disk.clear()
    play.wave.join()
    tap.check("with room again T2 is done", play.wave.trouble)


def perform(tap, scratch, build):
    folder = os.path.join(scratch, "disk")
    os.mkdir(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE},mode=0755", "tmpfs", folder], check=True)
    # In a user namespace of one user the roles cannot have users of their own.
    alone = [] if os.environ[INSIDE_VARIABLE] == "root" else ["process.uid_first=0"]
    play = Play(build, scratch, *alone, data=os.path.join(folder, "server"))
    disk = Disk(folder)
    try:
        play.server.start()
        play.launch(DEVICES)
        play.wave.join()
        before_t1(tap, play, disk)
        between_t1_and_ca(tap, play, disk)
        between_ca_and_t2(tap, play, disk)
        play.settle()
        play.others = DEVICES
        for sentence, wrong in PROOFS:
            tap.check(sentence, wrong(play))
    finally:
        play.close()
        subprocess.run(["umount", "-l", folder], check=False)


INSIDE_VARIABLE = "ASSAY_SCENARIO_INSIDE"


def enter_namespace():
    """This program again, where it may mount; says why when it may not."""
    is_root = os.geteuid() == 0
    words = ["unshare", "--mount"] if is_root else ["unshare", "--mount", "--map-root-user"]
    probe = run(*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    if probe.returncode:
        tap = Tap()
        tap.skip("a full disk", f"no mount namespace here: {probe.stderr.strip()}")
        return tap.done()
    os.environ[INSIDE_VARIABLE] = "root" if is_root else "mapped"
    os.execvp("unshare", [*words, sys.executable, "-B", *sys.argv])
    return None


if __name__ == "__main__":
    sys.exit(run_scenario(perform, sys.argv[1]) if INSIDE_VARIABLE in os.environ else enter_namespace())
