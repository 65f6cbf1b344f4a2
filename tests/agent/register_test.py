#!/usr/bin/env python3
"""What the agent prints of a real TPM (swtpm) registers the device as it is, by the administrator's shell, and the
device enrols without a token; one whose registration names another serial number does not.

usage: register_test.py BUILD TESTS
"""
import json
import os
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "cli"),
                os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402
from shell import Shell  # noqa: E402


def tests(scene, shell):
    def printed(device, form):
        done = scene.program("assay-agent", "hardware-hash", form, "--config", f"{device.folder}/agent.conf")
        tap.equal((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def imported(text):
        out = shell.does("registration", "import", shell.write("hardware", text))
        tap.equal(out, "1 imported, 0 present already, 0 refused\n")

    def registration(serial):
        (row,) = [r for r in json.loads(shell.does("registration", "list", "--json")) if r["serialNumber"] == serial]
        return row

    def enrols_after_import(form, serial):
        mine = Device(scene, Chip(scene, certified=False), serial=serial, model="Model; 7, \"B\"")
        code, report = mine.enroll()
        tap.equal((code, report["fault"]), (1, "DEVICE_NOT_REGISTERED"))
        text = printed(mine, form)
        imported(text)
        code, report = mine.enroll()
        tap.equal((code, report["assurance"]), (0, ["key"]))
        made = registration(serial)
        tap.equal((made["enrollmentState"], made["managedDeviceId"]), ("enrolled", report["deviceId"]))
        tap.check("model=Model, 7, \"B\";" in made["hardware"] and "tpm=" in made["hardware"], made["hardware"])
        tap.equal(shell.does("registration", "import", shell.write("again", text)),
                  "0 imported, 1 present already, 0 refused\n")

    def a_device_is_registered_by_the_csv_it_printed_and_enrols_without_a_token():
        enrols_after_import("--csv", "HW-CSV")

    def a_device_is_registered_by_the_json_it_printed_and_enrols_without_a_token():
        enrols_after_import("--json", "HW-JSON")

    def a_registration_that_names_another_serial_number_is_named_until_it_is_corrected():
        mine = Device(scene, Chip(scene, certified=False), serial="HW-NEW")
        imported(printed(mine, "--csv").replace("HW-NEW", "HW-OLD"))
        code, report = mine.enroll()
        tap.equal((code, report["fault"]), (1, "SERIAL_MISMATCH"))
        (claim,) = json.loads(shell.does("device", "conflicts", "--json"))
        tap.equal((claim["fault"], claim["serialNumber"]), ("SERIAL_MISMATCH", "HW-NEW"))
        shell.does("device", "approve", claim["id"])
        tap.equal(mine.enroll()[0], 0)
        tap.equal(registration("HW-NEW")["enrollmentState"], "enrolled")

    return tap.named([f for f in locals().values() if callable(f) and f.__name__.startswith("a_")])


devices.run(BUILD, lambda scene: tests(scene, Shell(BUILD, scene.folder, scene.server)))
