#!/usr/bin/env python3
"""What devices are told to do: an administrator says it in the shell, a real agent with a TPM (swtpm) hears it at its
check-in and does it, and what came of it is known.

usage: commands.py BUILD short|long
"""
import os
import shutil
import sys

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, name) for name in ("../sim", "../agent", "../../tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402


def come(device):
    """One check-in with all that follows from it: the orders, each with what it failed by."""
    code, report = device.run("run", "--once")
    tap.equal((code, report["fault"]), (0, None))
    return [(row["order"], row["fault"]) for row in report["orders"]]


def tests_of(scene):
    server = scene.server
    chip = Chip(scene, certified=False)
    server.register(ekHash=chip.hardware()["ekHash"])
    device = Device(scene, chip)
    tap.equal(device.enroll()[0], 0)
    me = device.read("device.id").decode()

    def tell(verb, who=me):
        server.assay("device", verb, who)

    def last():
        return server.api("GET", f"/assay/v1/devices/{me}/commands")[1]["value"][-1]

    def done(verb):
        """Has the device told, and come: that it did."""
        tell(verb)
        tap.equal(last()["state"], "pending")
        tap.equal(come(device), [(verb, None)])
        row = last()
        tap.equal((row["state"], row["status"], row["fault"], row["tries"]), ("succeeded", "Completed", None, 1))
        return row

    def a_device_that_is_told_to_attests_and_the_server_sees_it():
        before = device.read("device.crt")
        tap.equal(done("attest")["evidenceKind"], "MDMClientCertAttestation")
        tap.equal(device.read("device.crt"), before)
        tap.equal(come(device), [])

    def renewal_and_rotation_give_new_certificates_and_rotation_a_new_key():
        unique, certificate = device.read("ak.unique"), device.read("device.crt")
        done("renew")
        tap.check(device.read("device.crt") != certificate, "a new certificate")
        tap.equal(device.read("ak.unique"), unique)
        done("rotate")
        tap.check(device.read("ak.unique") != unique, "a new attestation key")

    def diagnostics_are_a_cab_that_explains_itself():
        done("diagnostics")
        path = f"{scene.folder}/sent.cab"
        server.assay("device", "diagnostics", me, "--out", path)
        with open(path, "rb") as f:
            tap.equal(f.read(4), b"MSCF")
        tap.check("TpmHliInfo_Output.txt" in scene.program("assay", "explain", path).stdout, "what is in it")

    def what_the_device_cannot_do_is_answered_with_its_fault():
        tell("recover")
        tap.equal(last()["recoveryStatus"], 1)
        tap.equal(come(device), [("recover", "REC_KEY_IN_TPM")])
        row = last()
        tap.equal([row[k] for k in ("state", "status", "statusDetail", "recoveryStatus")],
                  ["failed", "Failed", "MDM key is already in TPM", 5])

    def many_are_told_by_a_filter_and_how_far_it_is_can_be_seen():
        batch = server.assay("device", "attest", "--filter", '(device.isTpmAttested -eq "True")').strip()
        server.wait_until(lambda: server.api("GET", f"/assay/v1/commandBatches/{batch}")[1]["finishedDateTime"], "to tell all")
        tap.equal(come(device), [("attest", None)])
        shown = server.api("GET", f"/assay/v1/commandBatches/{batch}")[1]
        tap.equal((shown["devices"], shown["commands"], shown["succeeded"]), (1, 1, 1))

    def several_are_told_at_once_and_whoever_is_not_there_is_named():
        nobody = "00000000-0000-4000-8000-000000000000"
        status, said = server.api("POST", "/graph/beta/deviceManagement/managedDevices/executeAction",
                                  {"actionName": "initiateDeviceAttestation", "deviceIds": [me, nobody]})
        tap.equal((status, said["successfulDeviceIds"], said["notFoundDeviceIds"]), (200, [me], [nobody]))
        tap.equal(come(device), [("attest", None)])

    def devices_that_are_named_are_told_as_one_batch_and_each_is_to_be_seen():
        batches, said = "/assay/v1/commandBatches", {"actionName": "initiateDeviceAttestation"}
        rule = '(device.isTpmAttested -eq "True")'
        for more in ({"deviceIds": []}, {"deviceIds": [me], "rule": rule}, {"deviceIds": [me], "rate": 5}, {"deviceIds": ["x"]}):
            status, fault = server.api("POST", batches, {**said, **more})
            tap.equal((status, fault["code"]), (400, "PARSE_FIELD"))
        batch = server.add(batches, {**said, "deviceIds": [me]})
        tap.equal([batch[k] for k in ("devices", "commands", "rate", "pending")], [1, 1, 0, 1])
        tap.equal(come(device), [("attest", None)])
        rows = server.api("GET", f"{batches}/{batch['id']}/commands")[1]["value"]
        tap.equal([(row["managedDeviceId"], row["state"]) for row in rows], [(me, "succeeded")])

    def a_command_that_was_taken_back_is_not_heard_of():
        tell("renew")
        server.assay("command", "cancel", last()["id"])
        tap.equal((come(device), last()["state"]), ([], "cancelled"))

    def a_retired_device_forgets_what_it_had_of_us_and_says_so_before():
        tell("retire")
        tap.equal(come(device), [("retire", None)])
        tap.equal(last()["state"], "succeeded")
        for name in ("device.crt", "ak.crt", "device.id", "device.key", "ak.unique", "ledger.cbor"):
            tap.check(not os.path.exists(f"{device.state}/{name}"), name)
        code, report = device.run("run", "--once")
        tap.equal((code, report["fault"]), (2, "NOT_ENROLLED"))

    def a_crash_after_a_command_was_done_neither_loses_its_end_nor_does_it_twice():
        """The agent cannot say what it did: its folder is as it was when it was killed before its second check-in."""
        tell("diagnostics")
        before = server.api("GET", f"/assay/v1/devices/{me}/commands")[1]["value"][-1]
        kept = f"{scene.folder}/kept"
        shutil.copytree(device.state, kept)
        tap.equal(come(device), [("diagnostics", None)])
        shutil.rmtree(device.state)
        shutil.move(kept, device.state)
        tap.equal((come(device), last()["id"], last()["state"], last()["tries"]), ([], before["id"], "succeeded", 1))

    short = [a_device_that_is_told_to_attests_and_the_server_sees_it, diagnostics_are_a_cab_that_explains_itself,
             a_retired_device_forgets_what_it_had_of_us_and_says_so_before]
    whole = [a_device_that_is_told_to_attests_and_the_server_sees_it,
             renewal_and_rotation_give_new_certificates_and_rotation_a_new_key, diagnostics_are_a_cab_that_explains_itself,
             what_the_device_cannot_do_is_answered_with_its_fault, many_are_told_by_a_filter_and_how_far_it_is_can_be_seen,
             several_are_told_at_once_and_whoever_is_not_there_is_named,
             devices_that_are_named_are_told_as_one_batch_and_each_is_to_be_seen, a_command_that_was_taken_back_is_not_heard_of,
             a_crash_after_a_command_was_done_neither_loses_its_end_nor_does_it_twice,
             a_retired_device_forgets_what_it_had_of_us_and_says_so_before]
    return tap.named(short if sys.argv[2] == "short" else whole)


devices.run(BUILD, tests_of)
