#!/usr/bin/env python3
"""Device tokens: a real agent on a real TPM (swtpm) proves its device key to a real server; others check what it gets.

usage: token_test.py BUILD TESTS
"""
import base64
import hashlib
import http.client
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import time

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device  # noqa: E402

# Debian's own interpreter, for which Debian's python3-jwt is: another implementation of tokens and of JWK Sets.
DEBIAN_PYTHON = "/usr/bin/python3"
CHECK = """
import json, sys, jwt
token, jwks, issuer, audience = json.load(sys.stdin)
head = jwt.get_unverified_header(token)
keys = {k.key_id: k for k in jwt.PyJWKSet.from_dict(jwks).keys}
options = {"require": ["exp", "nbf", "iat", "iss", "sub", "jti"]}
claims = jwt.decode(token, keys[head["kid"]].key, algorithms=["ES256"], issuer=issuer, audience=audience, options=options)
json.dump([head, claims], sys.stdout)
"""


def has_jwt():
    return subprocess.run([DEBIAN_PYTHON, "-c", "import jwt, cryptography"], capture_output=True, check=False).returncode == 0


def jwks_of(server, listener):
    trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
    host, port = server.address(listener).rsplit(":", 1)
    connection = http.client.HTTPSConnection(host, int(port), context=trust)
    connection.request("GET", "/.well-known/jwks.json")
    reply = connection.getresponse()
    tap.equal((reply.status, reply.getheader("Content-Type")), (200, "application/json"))
    return json.loads(reply.read())


def check(server, token, audience=None):
    """What PyJWT, as a program of its own, says of a token."""
    text = json.dumps([token, jwks_of(server, "net-device"), issuer_of(server), audience])
    return subprocess.run([DEBIAN_PYTHON, "-c", CHECK], input=text, capture_output=True, text=True, check=False)


def checked(server, token, audience=None):
    """Header and claims by PyJWT."""
    done = check(server, token, audience)
    tap.equal(done.returncode, 0 if not done.stderr else done.stderr)
    return json.loads(done.stdout)


def own_result(server, device):
    """What a device with a key in a file gets by its certificate."""
    trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
    trust.load_cert_chain(f"{device.state}/device.crt", f"{device.state}/device.pem")
    return asked(server, trust, "/device/v1/attestation-result")


def asked(server, trust, path, **head):
    host, port = server.address("net-device").rsplit(":", 1)
    connection = http.client.HTTPSConnection(host, int(port), context=trust)
    connection.request("GET", path, headers=head)
    reply = connection.getresponse()
    body = reply.read()
    return reply.status, json.loads(body) if body else None


def issuer_of(server):
    return next(s for s in server.settings if s.startswith("server.url=")).partition("=")[2]


def thumbprint(device):
    """RFC 7638, of the key in the device's certificate, by openssl."""
    shown = subprocess.run(["openssl", "x509", "-noout", "-pubkey", "-in", f"{device.state}/device.crt"],
                           capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=shown, capture_output=True, check=True).stdout
    bare = lambda octets: base64.urlsafe_b64encode(octets).decode().rstrip("=")  # noqa: E731
    if len(der) < 200:
        width = 48 if len(der) > 100 else 32
        jwk = {"crv": f"P-{width * 8}", "kty": "EC", "x": bare(der[-2 * width:-width]), "y": bare(der[-width:])}
    else:
        size = 384 if len(der) > 400 else 256
        jwk = {"e": "AQAB", "kty": "RSA", "n": bare(der[-5 - size:-5])}
    text = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    return bare(hashlib.sha256(text.encode()).digest())


def granted(result):
    code, report = result
    tap.equal((code, report["fault"]), (0, None))
    return report["token"]


def refused(result, fault, hresult):
    code, report = result
    tap.equal((code, report["fault"], report["hresult"], report["token"]), (1, fault, hresult, None))
    tap.check(report["remedy"], "a remedy")


def enrolled(device, *words):
    tap.equal(device.enroll(*words)[0], 0)
    return device


def records(server, statement, *values):
    with sqlite3.connect(f"{server.data}/core/assay.sqlite", isolation_level=None, timeout=20) as database:
        return database.execute(statement, values).fetchall()


def tests_of(scene):
    server = scene.server
    chip = Chip(scene, certified=False)
    scene.server.register(ekHash=chip.hardware()["ekHash"])
    device = enrolled(Device(scene, chip))
    device_id = device.read("device.id").decode()

    def a_token_is_good_by_another_implementation_and_names_device_and_key():
        head, claims = checked(server, granted(device.run("token")))
        tap.equal((head["alg"], head["typ"]), ("ES256", "device+jwt"))
        tap.equal((claims["sub"], claims["attested"], claims["assurance"]), (device_id, True, ["key"]))
        tap.equal((claims["cnf"], claims["exp"] - claims["iat"]), ({"jkt": thumbprint(device)}, 600))
        tap.check(abs(claims["iat"] - time.time()) < 60, claims)
        chip.check_empty()

    def one_that_was_changed_is_not():
        token = granted(device.run("token"))
        head, body, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        claims["assurance"] = ["key", "certificate", "user"]
        other = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        done = check(server, ".".join((head, other, signature)))
        tap.check("InvalidSignatureError" in done.stderr, done.stderr)

    def both_listeners_serve_the_same_keys():
        tap.equal(jwks_of(server, "net-device"), jwks_of(server, "net-admin"))

    def for_people_the_token_stands_alone():
        done = scene.program("assay-agent", "token", "--config", f"{device.folder}/agent.conf")
        tap.equal((done.returncode, done.stderr, done.stdout.count("\n"), done.stdout.count(".")), (0, "", 1, 2))

    def keys_of_every_type_are_proved():
        for word in ("p384", "rsa2048"):
            enrolled(device, "--key-type", word)
            tap.equal(checked(server, granted(device.run("token")))[1]["cnf"], {"jkt": thumbprint(device)})
        enrolled(device, "--key-type", "p256")

    def a_device_without_tpm_gets_one_that_says_so():
        plain = enrolled(Device(scene, token=scene.token()))
        claims = checked(server, granted(plain.run("token")))[1]
        tap.equal((claims["attested"], claims["assurance"], claims["cnf"]), (False, [], {"jkt": thumbprint(plain)}))

    def a_device_that_came_to_its_tpm_later_proves_the_key_it_has_now():
        late = enrolled(Device(scene, chip), "--no-tpm", "--token", scene.token())
        tap.equal(checked(server, granted(late.run("token")))[1]["attested"], False)
        enrolled(late)
        tap.equal(checked(server, granted(late.run("token")))[1]["attested"], True)
        enrolled(device)

    def who_has_not_enrolled_is_told_so():
        code, report = Device(scene, chip).run("token")
        tap.equal((code, report["fault"]), (2, "NOT_ENROLLED"))

    def a_result_says_to_others_what_was_found_of_a_device_and_when():
        text = server.assay("device", "result", device_id).strip()
        head, claims = checked(server, text, "attestation-result")
        tap.equal((head["alg"], head["typ"], claims["sub"]), ("ES256", "eat+jwt", device_id))
        tap.equal((claims["eat_profile"], claims["ear.verifier-id"]["developer"], claims["cnf"]),
                  ("tag:github.com,2023:veraison/ear", "Assay", {"jkt": thumbprint(device)}))
        found = claims["submods"]["device"]
        tap.equal((found["ear.status"], found["ear.trustworthiness-vector"], found["assay.assurance"]),
                  ("affirming", {"instance-identity": 2, "storage-opaque": 2}, ["key"]))
        tap.equal((found["assay.compliance"], found["assay.reasons"]), ("compliant", []))
        tap.equal(claims["iat"] - found["assay.attested-at"], found["assay.attestation-age"])
        tap.check(0 <= found["assay.attestation-age"] < 600, found)

    def a_device_gets_its_own_result_by_its_certificate_and_by_nothing_else():
        plain = enrolled(Device(scene, token=scene.token()))
        status, reply = own_result(server, plain)
        claims = checked(server, reply["attestationResult"], "attestation-result")[1]
        tap.equal((status, claims["sub"]), (200, plain.read("device.id").decode()))
        found = claims["submods"]["device"]
        tap.equal((found["ear.status"], found["ear.trustworthiness-vector"]), ("warning", {"storage-opaque": 32}))
        trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
        tap.equal(asked(server, trust, "/device/v1/attestation-result")[0], 401)
        bearer = f"Bearer {granted(plain.run('token'))}"
        tap.equal(asked(server, trust, "/device/v1/attestation-result", Authorization=bearer)[0], 401)

    def a_result_and_a_token_are_never_taken_for_each_other():
        trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
        token, result = granted(device.run("token")), server.assay("device", "result", device_id).strip()
        for text, wanted in ((token, (204, None)), (result, (401, "DEVICE_TOKEN_INVALID"))):
            status, reply = asked(server, trust, "/access/check", Authorization=f"Bearer {text}")
            tap.equal((status, reply and reply["code"]), wanted)
        tap.check("MissingRequiredClaimError" in check(server, token, "attestation-result").stderr, "a token for a result")
        tap.check("InvalidAudienceError" in check(server, result).stderr, "a result for a token")

    def a_retired_device_gets_none():
        plain = enrolled(Device(scene, token=scene.token()))
        path = f"/graph/beta/deviceManagement/managedDevices/{plain.read('device.id').decode()}/retire"
        tap.equal(server.api("POST", path)[0], 204)
        refused(plain.run("token"), "DEVICE_RETIRED", "0x801C0003")
        tap.equal(server.api("GET", f"/assay/v1/devices/{plain.read('device.id').decode()}/attestationResult")[1]["code"], "DEVICE_RETIRED")

    def a_device_that_is_gone_gets_none():
        plain = enrolled(Device(scene, token=scene.token()))
        identity = bytes.fromhex(plain.read("device.id").decode().replace("-", ""))
        records(server, "DELETE FROM device WHERE id = ?", identity)
        refused(plain.run("token"), "DEVICE_UNKNOWN", "0x801C03F3")

    def a_device_whose_certificate_is_over_gets_none():
        plain = enrolled(Device(scene, token=scene.token()))
        identity = bytes.fromhex(plain.read("device.id").decode().replace("-", ""))
        records(server, "UPDATE certificate SET not_after = ? WHERE device_id = ?", int(time.time()) - 1, identity)
        refused(plain.run("token"), "DEVICE_STALE", "0x801C0003")

    def a_new_key_takes_effect_with_the_next_start_and_the_old_one_still_checks():
        before = granted(device.run("token"))
        done = subprocess.run(server.command("rotate-token-key", "--json"), capture_output=True, text=True, check=True)
        tap.equal(json.loads(done.stdout)["file"], f"{server.data}/ca/token.key")
        tap.equal(jwks_of(server, "net-device")["keys"], jwks_of(server, "net-admin")["keys"])
        server.stop()
        server.start()
        device.set(server=server.url)
        after = granted(device.run("token"))
        tap.equal(len(jwks_of(server, "net-device")["keys"]), 2)
        heads = [checked(server, token)[0]["kid"] for token in (before, after)]
        tap.equal(heads, [key["kid"] for key in reversed(jwks_of(server, "net-device")["keys"])])

    def a_server_of_before_there_were_tokens_makes_its_key_at_the_start():
        server.stop()
        os.unlink(f"{server.data}/ca/token.key")
        os.unlink(f"{server.data}/ca/token.former")
        server.start()
        device.set(server=server.url)
        checked(server, granted(device.run("token")))
        tap.equal(os.stat(f"{server.data}/ca/token.key").st_mode & 0o777, 0o600)
        with open(server.log_path, encoding="utf-8") as f:
            tap.equal(sum("event=key.made" in line and "ca/token.key" in line for line in f), 1)

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    if not has_jwt():
        if os.environ.get("CI"):
            sys.exit("python3-jwt is missing: without it nobody else checks device tokens")
        print("1..0 # SKIP python3-jwt is not installed")
        return
    devices.run(BUILD, tests_of, ["server.url=https://assay.example:8443"])


main()
