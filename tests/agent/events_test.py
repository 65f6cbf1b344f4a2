#!/usr/bin/env python3
"""What the agent tells of an enrolment and of maintenance, on a real TPM (swtpm) against a real server: in its file, to
a journal, and to whoever follows.

usage: events_test.py BUILD TESTS
"""
import json
import os
import socket
import subprocess
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device, FailingChip  # noqa: E402

WAIT_S = 60


def told(device):
    code, events = device.run("events")
    tap.equal(code, 0)
    tap.equal([event["sequence"] for event in events], list(range(1, len(events) + 1)))
    return events


def ids(device):
    return [event["id"] for event in told(device)]


def texts(device, number):
    return [event["text"] for event in told(device) if event["id"] == number]


class Follower:
    """events --follow, line by line."""

    def __init__(self, device, *words):
        self.process = subprocess.Popen(
            [f"{BUILD}/assay-agent", "events", "--follow", "--config", f"{device.folder}/agent.conf", *words],
            stdout=subprocess.PIPE, text=True)

    def line(self):
        return self.process.stdout.readline()

    def stop(self):
        self.process.kill()
        self.process.wait(WAIT_S)
        self.process.stdout.close()


def tests_of(scene):
    genuine, plain = Chip(scene), Chip(scene, certified=False)

    def an_enrolment_that_succeeds_is_told_from_its_trigger_to_its_token():
        device = Device(scene, genuine, serial=scene.serial())
        tap.equal(device.enroll()[0], 0)
        tap.equal(ids(device), [190, 177, 153, 208, 176, 169, 153, 303, 2001])
        tap.equal(texts(device, 153), ["The device's state changed from Unknown to TpmAttesting.",
                                       "The device's state changed from TpmAttesting to Available."])
        tap.equal(texts(device, 177), ["The TPM is being attested: attempt 1 of 5."])
        tap.equal(texts(device, 176), ["State of the device's keys: server attestedKey, device attestedKey."])

    def a_refusal_to_join_is_told_with_its_cause():
        chip = Chip(scene, certified=False)
        device = Device(scene, chip)
        report = device.enroll()[1]
        events = told(device)
        tap.equal([event["id"] for event in events], [190, 177, 153, 209, 153, 302])
        tap.equal((events[-1]["fault"], events[-1]["remedy"]), (report["fault"], report["remedy"]))

    def attempts_are_told_one_by_one_and_that_there_are_no_more():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            device = Device(scene, plain, server=f"https://127.0.0.1:{s.getsockname()[1]}", attempts=3)
            device.enroll()
        tap.equal([event["id"] for event in told(device) if event["id"] != 209], [190, 177, 153, 177, 177, 189, 153, 302])
        tap.equal(told(device)[-1]["fault"], "NET_UNREACHABLE")

    def a_tpm_that_fails_is_told_as_the_proof_that_is_missing():
        device = scene.profiled("told", FailingChip(Chip(scene)))
        device.enroll()
        tap.equal([event["fault"] for event in told(device) if event["id"] == 156], ["TPM_FAILURE"])

    def a_device_without_a_tpm_has_a_state_that_says_so():
        device = Device(scene, token=scene.token())
        tap.equal(device.enroll()[0], 0)
        tap.equal(texts(device, 153)[0], "The device's state changed from Unknown to TpmNotAvailable.")
        tap.equal(texts(device, 176), ["State of the device's keys: server softwareKey, device softwareKey."])

    def maintenance_is_told_from_beginning_to_end():
        device = Device(scene, genuine)
        tap.equal(device.run("maintain")[0], 0)
        tap.equal(ids(device), [151, 208, 152])
        device.set(serial=scene.serial())

    def maintenance_of_a_certified_device_has_nothing_to_fetch():
        device = Device(scene, Chip(scene), serial=scene.serial())
        device.enroll()
        before = len(told(device))
        device.run("maintain")
        tap.equal(ids(device)[before:], [151, 208, 191, 152])

    def maintenance_that_cannot_be_done_says_why():
        device = Device(scene)
        device.run("maintain")
        tap.equal([(event["id"], event.get("fault")) for event in told(device)], [(151, None), (155, "TPM_MISSING")])

    def a_certified_key_without_an_ek_certificate_is_wondered_at():
        chip = Chip(scene, certified=False)
        scene.server.register(ekHash=chip.hardware()["ekHash"])
        device = Device(scene, chip, ek_service="none")
        tap.equal(device.enroll()[0], 0)
        before = len(told(device))
        device.run("maintain")
        tap.equal(ids(device)[before:], [151, 209, 210, 152])

    def a_journal_is_told_the_same():
        device = Device(scene)
        path = f"{device.folder}/journal"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.bind(path)
            device.set(journal=path)
            device.run("maintain")
            entries = [dict(line.split("=", 1) for line in journal.recv(65536).decode().splitlines()) for _ in told(device)]
        tap.equal([(entry["ASSAY_EVENT"], entry["PRIORITY"]) for entry in entries], [("151", "6"), ("155", "3")])
        tap.equal((entries[1]["ASSAY_FAULT"], entries[1]["SYSLOG_IDENTIFIER"]), ("TPM_MISSING", "assay-agent"))

    def who_follows_sees_what_was_there_and_what_comes():
        device = Device(scene)
        device.run("maintain")
        follower = Follower(device, "--json")
        try:
            tap.equal([json.loads(follower.line())["id"] for _ in range(2)], [151, 155])
            device.run("maintain")
            tap.equal([json.loads(follower.line())["sequence"] for _ in range(2)], [3, 4])
        finally:
            follower.stop()

    def who_follows_as_a_person_reads_sentences():
        device = Device(scene)
        device.run("maintain")
        follower = Follower(device)
        try:
            tap.check(follower.line().endswith("  151  TPM maintenance started.\n"), "first line")
            tap.check("  155  TPM maintenance could not be done: error 0x8028400F." in follower.line(), "second line")
        finally:
            follower.stop()

    return tap.named([f for f in locals().values() if callable(f)])


devices.run(BUILD, tests_of)
