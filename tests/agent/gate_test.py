#!/usr/bin/env python3
"""Debian's nginx before another service asks of every device whether it may pass (auth_request), and lets it.

usage: gate_test.py BUILD TESTS
"""
import base64
import hmac
import json
import os
import ssl
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402
from nginxgate import Gate, ask, certify, der_of  # noqa: E402


def bare(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def part(token, i):
    text = token.split(".")[i]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def signed(key, head, claims):
    """That token, by a key in a file (RFC 7515 appendix A.3)."""
    text = ".".join(bare(json.dumps(x).encode()) for x in (head, claims))
    der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), check=True, capture_output=True).stdout
    numbers, at = [], 2
    for _ in range(2):
        numbers.append(int.from_bytes(der[at + 2:at + 2 + der[at + 1]], "big").to_bytes(32, "big"))
        at += 2 + der[at + 1]
    return f"{text}.{bare(b''.join(numbers))}"


def tests_of(scene, folder, gate):
    server = scene.server
    gate.start(server.url, f"{server.data}/ca/root.crt", server.wait_until)
    chip = Chip(scene)
    server.register(ekHash=chip.hardware()["ekHash"])
    attested = Device(scene, chip)
    tap.equal(attested.enroll()[0], 0)
    plain = Device(scene, token=scene.token())
    tap.equal(plain.enroll("--no-tpm")[0], 0)
    shown = f"{plain.state}/device.crt", f"{plain.state}/device.pem"
    policies = server.api("GET", "/graph/beta/deviceManagement/deviceCompliancePolicies")[1]["value"]
    policy = f"/graph/beta/deviceManagement/deviceCompliancePolicies/{policies[-1]['id']}"
    direct = server.url.removeprefix("https://")

    def set_policy(**words):
        tap.equal(server.api("PATCH", policy, words)[0], 200)

    def a_compliant_device_gets_through():
        tap.equal(ask(gate.address, shown), (200, "compliant"))
        tap.equal(ask(direct, shown, "/access/check"), (204, "compliant"))
        tap.equal(ask(direct, shown, "/access/check/any/path?of=envoy"), (204, "compliant"))

    def whoever_shows_nothing_or_what_is_not_ours_does_not():
        certify(f"{folder}/stranger", "stranger")
        stranger = f"{folder}/stranger.crt", f"{folder}/stranger.key"
        tap.equal(ask(gate.address)[0], 401)
        tap.equal(ask(gate.address, stranger), (403, "DEVICE_UNKNOWN"))
        tap.equal(ask(direct, None, "/access/check")[0], 401)

    def a_copied_certificate_without_its_tpm_does_not():
        serial = int(scene.serial_of(f"{attested.state}/device.crt"), 16)
        certify(f"{folder}/copy", "copy", "-set_serial", str(serial))
        tap.equal(ask(gate.address, (f"{folder}/copy.crt", f"{folder}/copy.key")), (403, "DEVICE_UNKNOWN"))
        try:
            ask(gate.address, (f"{attested.state}/device.crt", shown[1]))
            tap.check(False, "a key that is another's")
        except ssl.SSLError as e:
            tap.check("MISMATCH" in str(e), e)

    def only_a_gate_hands_certificates_on():
        copied = f":{base64.b64encode(der_of(f'{attested.state}/device.crt')).decode()}:"
        listed = f"{folder}/gate.crt", f"{folder}/gate.key"
        tap.equal(ask(direct, shown, "/access/check", Client_Cert=copied), (403, "GATE_UNKNOWN"))
        tap.equal(ask(direct, None, "/access/check", Client_Cert=copied)[0], 401)
        tap.equal(ask(direct, listed, "/access/check", Client_Cert=copied), (204, "compliant"))
        tap.equal(ask(direct, listed, "/access/check", Client_Cert=copied[:-9])[0], 400)
        tap.equal(ask(direct, listed, "/access/check"), (401, "DEVICE_CERT_MISSING"))

    def token():
        code, report = plain.run("token")
        tap.equal(code, 0)
        return report["token"]

    def by_token(text, address=gate.address, **head):
        return ask(address, Authorization=f"Bearer {text}", **head)

    def a_device_token_gets_through_by_gate_and_by_itself_whatever_is_asked():
        shown_token = token()
        tap.equal(by_token(shown_token), (200, "compliant"))
        tap.equal(by_token(shown_token, direct, path="/access/check"), (204, "compliant"))
        for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            tap.equal(by_token(shown_token, direct, path="/access/check/any/path?of=envoy&of=envoy", method=method), (204, "compliant"))

    def a_forged_token_does_not():
        good, key = token(), f"{server.data}/ca/token.key"
        head, claims = part(good, 0), part(good, 1)
        spki = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], check=True, capture_output=True).stdout
        text = f"{bare(json.dumps({**head, 'alg': 'HS256'}).encode())}.{good.split('.')[1]}"
        by_public_key = f"{text}.{bare(hmac.new(spki, text.encode(), 'sha256').digest())}"
        certify(f"{folder}/other", "other")
        bad = {"none": f"{bare(json.dumps({**head, 'alg': 'none'}).encode())}.{good.split('.')[1]}.",
               "the public key as a secret": by_public_key,
               "another server": signed(f"{folder}/other.key", head, claims),
               "another issuer": signed(key, head, {**claims, "iss": "https://other.example"}),
               "another audience": signed(key, head, {**claims, "aud": "https://other.example"}),
               "another kind": signed(key, {**head, "typ": "audit-head+jwt"}, claims),
               "altered": good[:-9] + good[-8:] + good[-9]}
        for name, one in bad.items():
            tap.equal((name, by_token(one)), (name, (401, "DEVICE_TOKEN_INVALID")))
        past = {"iat": claims["iat"] - 1200, "nbf": claims["iat"] - 1200, "exp": claims["iat"] - 600}
        tap.equal(by_token(signed(key, head, {**claims, **past})), (401, "DEVICE_TOKEN_TIME"))
        later = {"iat": claims["iat"] + 600, "nbf": claims["iat"] + 600, "exp": claims["iat"] + 1200}
        tap.equal(by_token(signed(key, head, {**claims, **later})), (401, "DEVICE_TOKEN_TIME"))
        former = {**claims, "cnf": {"jkt": "A" * 43}}
        tap.equal(by_token(signed(key, head, former)), (401, "DEVICE_TOKEN_KEY"))
        tap.equal(by_token(signed(key, head, claims)), (200, "compliant"))

    def what_is_meant_for_the_service_behind_the_gate_is_not_read():
        tap.equal(ask(gate.address, shown, Authorization="Bearer of-the-service"), (200, "compliant"))
        tap.equal(ask(gate.address, shown, Authorization="Basic dTpw"), (200, "compliant"))
        tap.equal(ask(gate.address, Authorization="Basic dTpw"), (401, "DEVICE_CERT_MISSING"))

    def a_client_that_smuggles_a_certificate_through_the_gate_does_not():
        copied = f":{base64.b64encode(der_of(f'{attested.state}/device.crt')).decode()}:"
        tap.equal(ask(gate.address, Client_Cert=copied), (401, "DEVICE_CERT_MISSING"))
        certify(f"{folder}/smuggler", "smuggler")
        tap.equal(ask(gate.address, (f"{folder}/smuggler.crt", f"{folder}/smuggler.key"), Client_Cert=copied), (403, "DEVICE_UNKNOWN"))

    def compliance_that_is_withdrawn_closes_the_gate_with_the_reason_and_lifting_it_opens_it():
        before = token()
        set_policy(minimumAssurance="medium", gracePeriodHours="0")
        tap.equal(ask(gate.address, shown), (403, "DEVICE_NONCOMPLIANT: noncompliant: ASSURANCE_LOW"))
        tap.equal(by_token(before), (403, "DEVICE_NONCOMPLIANT: noncompliant: ASSURANCE_LOW"))
        set_policy(minimumAssurance="none")
        # Its certificate may have been put on hold meanwhile.
        server.wait_until(lambda: ask(gate.address, shown) == (200, "compliant"), "to open the gate again")
        tap.equal(by_token(before), (200, "compliant"))

    def a_token_of_a_device_that_was_retired_does_not():
        before = token()
        tap.equal(server.api("POST", f"/graph/beta/deviceManagement/managedDevices/{plain.read('device.id').decode()}/retire")[0], 204)
        tap.equal(by_token(before), (403, "DEVICE_RETIRED"))

    helpers = (set_policy, token, by_token)
    return tap.named([f for f in locals().values() if callable(f) and f not in helpers])


def run():
    with tempfile.TemporaryDirectory() as folder:
        gate = Gate(folder)
        try:
            devices.run(BUILD, lambda scene: tests_of(scene, folder, gate), [f"access.gates={gate.fingerprint}"])
        finally:
            gate.stop()


run()
