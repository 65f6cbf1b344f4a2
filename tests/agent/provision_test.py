#!/usr/bin/env python3
"""Pre-provisioning by a real agent on a real TPM (swtpm): each step, each wrong step, and a crash at each of them.

usage: provision_test.py BUILD TESTS
"""
import os
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402

ANN = "ann@example.org"
DEVICES = "/graph/beta/deviceManagement/managedDevices"
CERTIFICATES = ["ak.crt", "chain.crt", "device.crt", "device.id"]


def ended(result, code, outcome, fault=None):
    tap.equal((result[0], result[1]["outcome"], result[1]["fault"]), (code, outcome, fault))
    return result[1]


def tests_of(scene):
    server, chip = scene.server, Chip(scene)
    server.add("/assay/v1/profiles", {"displayName": "laptops", "usage": "pre-provisioned"})

    def laptop(name, **registration):
        server.register(serialNumber=name, profile="laptops", **registration)
        return Device(scene, chip, serial=name, name=name)

    def token(user):
        return server.add("/assay/v1/enrollmentTokens", {"profile": "laptops", "userPrincipalName": user})["token"]

    def kept(device):
        return [name for name in CERTIFICATES if os.path.exists(f"{device.state}/{name}")]

    def record(device_id):
        row = server.api("GET", f"{DEVICES}/{device_id}")[1]
        return row["provisioningPhase"], row["userPrincipalName"]

    def a_technician_prepares_and_reseals_it_and_its_user_gets_it():
        device = laptop("PP-1")
        ended(device.run("reseal"), 1, "refused", "RESEAL_EARLY")
        report = ended(device.enroll("--pre-provision"), 0, "prepared")
        tap.equal((report["profile"], report["attested"], report["deviceTokenFault"]), ("laptops", True, None))
        tap.equal((kept(device), record(report["deviceId"])), (CERTIFICATES, ("prepared", None)))
        old = device.read("device.crt")
        ended(device.enroll("--token", token(ANN)), 1, "refused", "PROVISION_UNSEALED")
        sealed = ended(device.run("reseal"), 0, "resealed")
        tap.equal((sealed["deviceId"], sealed["profile"]), (report["deviceId"], "laptops"))
        tap.equal((kept(device), record(report["deviceId"])), ([], ("resealed", None)))
        ended(device.enroll(), 1, "refused", "USER_MISSING")
        mine = ended(device.enroll("--token", token(ANN)), 0, "enrolled")
        tap.equal((mine["deviceId"], record(mine["deviceId"])), (report["deviceId"], ("bound", ANN)))
        tap.check(device.read("device.crt") != old, "the technician's certificate")
        ended(device.run("reseal"), 1, "refused", "PROVISION_BOUND")
        tap.equal([e["id"] for e in device.run("events")[1] if e["id"] in (302, 303, 2001, 2003)],
                  [302, 303, 2001, 302, 2003, 302, 303, 2001, 302])

    return tap.named([a_technician_prepares_and_reseals_it_and_its_user_gets_it])


devices.run(BUILD, tests_of, settings=("provisioning.wait_minutes=0",))
