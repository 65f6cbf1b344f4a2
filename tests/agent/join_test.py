#!/usr/bin/env python3
"""The join decision: each reason why a device is not let in, as the server records it, as the device's screen shows it,
and as event 302 keeps it. A real agent on a real TPM (swtpm), a real server.

usage: join_test.py BUILD TESTS
"""
import json
import os
import sqlite3
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402

JOIN_REFUSED = "0x801C0003"


def screen_of(device, *words):
    """What a person sees."""
    done = device.scene.program("assay-agent", "enroll", "--config", f"{device.folder}/agent.conf", *words)
    return done.stdout


def events_of(device):
    code, events = device.run("events")
    tap.equal(code, 0)
    return events


def refusals_of(server, name):
    return [r for r in server.api("GET", "/assay/v1/refusals?$top=1000")[1]["value"] if r["deviceName"] == name]


def refused(device, fault):
    """The refusal, seen from all three sides."""
    name = device.settings["name"]
    code, report = device.enroll()
    tap.equal((code, report["outcome"], report["fault"], report["stage"]), (1, "refused", fault, "AADEnroll"))
    row, = refusals_of(device.scene.server, name)
    tap.check(fault in row.values(), row)
    event = events_of(device)[-1]
    tap.equal((event["id"], event["level"], event["stage"], event["error"]), (302, "error", "AADEnroll", JOIN_REFUSED))
    tap.equal((event["fault"], event["requestId"]), (fault, report["requestId"]))
    tap.equal(event["text"], f"Device enrolment failed during stage AADEnroll with error {JOIN_REFUSED}.")
    screen = screen_of(device)
    for line in (report["what"], report["remedy"], fault, f"AADEnroll, error {JOIN_REFUSED}"):
        tap.check(line in screen, screen)


def change(server, statement, *values):
    """What no administrator can do: the records contradict themselves."""
    with sqlite3.connect(f"{server.data}/core/assay.sqlite", isolation_level=None, timeout=20) as database:
        database.execute(statement, values)


def tests_of(scene):
    server = scene.server
    genuine, plain = Chip(scene), Chip(scene, certified=False)
    count = iter(range(1000))

    def named(chip=None, **settings):
        return Device(scene, chip, name=f"join-{next(count)}", **settings)

    def a_device_that_is_not_registered():
        refused(named(plain), "DEVICE_NOT_REGISTERED")

    def a_device_whose_tpm_does_not_hold_up():
        refused(named(plain, serial=scene.serial()), "EK_CERT_MISSING")

    def a_device_without_the_tpm_that_its_profile_wants():
        refused(named(serial=scene.serial()), "TPM_REQUIRED")

    def a_device_that_is_registered_to_another_profile_than_its_token():
        server.add("/assay/v1/profiles", {"displayName": "kiosk", "attestation": "off"})
        server.register(serialNumber="SN-KIOSK", profile="kiosk")
        refused(named(serial="SN-KIOSK", token=scene.token()), "TOK_SCOPE")

    def a_device_whose_profile_is_gone():
        serial = scene.serial()
        change(server, "UPDATE registration SET own_profile = randomblob(16) WHERE serial = ?", serial)
        refused(named(genuine, serial=serial), "PROFILE_MISSING")

    def a_device_that_no_profile_is_assigned_to():
        serial = scene.serial()
        server.assay("profile", "unassign", "default", "--default")
        refused(named(genuine, serial=serial), "PROFILE_UNASSIGNED")
        server.assay("profile", "assign", "default", "--default")

    def a_device_that_claims_anothers_place_until_it_is_settled_and_after():
        tap.equal(named(genuine, serial=scene.serial()).enroll()[0], 0)
        copy = named(genuine, serial=scene.serial())
        refused(copy, "EK_DUPLICATE")
        claim, = [c for c in server.api("GET", "/assay/v1/conflicts")[1]["value"] if c["deviceName"] == copy.settings["name"]]
        tap.equal(server.api("POST", f"/assay/v1/conflicts/{claim['id']}/retire")[0], 204)
        refused(copy, "DEVICE_BLOCKED")

    def a_device_beyond_as_many_as_there_may_be():
        server.stop()
        server.settings.append("records.devices=1")
        server.start()
        refused(named(token=scene.token()), "DEVICE_LIMIT")

    def one_that_is_let_in_is_told_so_and_has_its_token():
        server.stop()
        server.settings.append("records.devices=0")
        server.start()
        device = named(token=scene.token())
        code, report = device.enroll()
        tap.equal((code, report["stage"], report["deviceTokenFault"]), (0, "Completed", None))
        tap.equal(report["deviceToken"].count("."), 2)
        tap.equal([(e["id"], e["stage"]) for e in events_of(device)][-2:], [(303, "Completed"), (2001, "Completed")])
        tap.check("Completed" in device.scene.program("assay-agent", "events", "--config", f"{device.folder}/agent.conf").stdout,
                  "for people")

    def what_ends_before_or_on_the_way_has_its_own_stage():
        away = named(server="https://127.0.0.1:1", attempts=1)
        tap.equal((away.enroll()[1]["stage"], events_of(away)[-1]["error"]), ("DeviceDiscovery", "0x80072EFD"))

    def old_events_make_room_and_a_damaged_line_is_passed_over():
        device = named(server="https://127.0.0.1:1", attempts=1)
        device.enroll()
        line = json.dumps({"time": "2026-01-01T00:00:00Z", "id": 1, "level": "info", "text": "x" * 900}) + "\n"
        with open(f"{device.state}/events.jsonl", "w", encoding="ascii") as f:
            f.write("no event\n" + line * 139)
        tap.equal(len(events_of(device)), 139)
        device.enroll()
        tap.check(os.stat(f"{device.state}/events.jsonl").st_size <= 131072, "its size")
        events = events_of(device)
        tap.equal((events[0]["id"], events[-1]["id"]), (1, 302))

    return tap.named([f for f in locals().values() if callable(f) and f is not named])


devices.run(BUILD, tests_of)
