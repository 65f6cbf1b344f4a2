#!/usr/bin/env python3
"""Which of our certificates are still good, as openssl learns it: by lists of revoked ones and by asking.

usage: standing.py BUILD
"""
import base64
import os
import signal
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from relying import PATIENCE_S, Site, openssl

BUILD = sys.argv[1]
MALFORMED = bytes.fromhex("30030a0101")   # an OCSPResponse that is only this status
DEVICES = "/graph/beta/deviceManagement/managedDevices"


def tests_of(site):
    def a_fresh_certificate_verifies_with_the_list_it_names():
        site.device, site.serial = site.enroll("alone")
        site.server.wait_until(lambda: site.rows("SELECT count(*) FROM crl WHERE number = 0") == [(0,)], "to sign", PATIENCE_S)
        tap.equal(site.verify("alone"), "OK")
        tap.check("/ca/crl/16-" in site.named("alone", "X509v3 CRL Distribution Points"), "")

    def a_retired_devices_certificate_is_in_the_next_list_with_the_reason():
        before = site.number("alone")
        tap.equal(site.server.api("POST", f"{DEVICES}/{site.device}/retire")[0], 204)
        site.wait_for("alone", site.serial, "Cessation Of Operation")
        tap.equal(site.verify("alone"), "certificate revoked")
        tap.check(site.number("alone") > before, before)

    def what_an_enrolment_supersedes_is_listed_so():
        _, old = site.enroll("again")
        site.devices_of("--keys", site.path("again"), "--no-certificate", "--serial", "again")
        site.wait_for("again", old, "Superseded")
        tap.equal(site.verify("again"), "certificate revoked")

    def the_whole_list_has_the_entries_of_all():
        revoked = {serial.hex().upper() for serial, in site.rows("SELECT serial FROM certificate WHERE state = 4")}
        site.server.wait_until(lambda: site.whole() == revoked, "to list them", PATIENCE_S)
        tap.equal(len(revoked), 4)

    def an_administrator_holds_a_certificate_and_releases_it():
        site.held, serial = site.enroll("held")
        site.assay("certificate", "hold", serial)
        tap.equal(site.standing("held"), "revoked, certificateHold")
        site.wait_for("held", serial, "Certificate Hold")
        tap.equal([(row["id"], row["state"]) for row in site.facts("certificate", "list", "--device", site.held)
                   if row["kind"] == "device"], [(serial, "held")])
        site.assay("certificate", "release", serial)
        tap.equal(site.standing("held"), "good")
        site.wait_for("held", serial, None)
        tap.equal(site.verify("held"), "OK")

    def one_that_is_revoked_stays_so():
        ((serial,),) = site.rows("SELECT hex(serial) FROM certificate WHERE device_id = ? AND kind = 2",
                                 bytes.fromhex(site.held.replace("-", "")))
        site.assay("certificate", "revoke", serial, "--reason", "keyCompromise")
        tap.equal(site.standing("held"), "revoked, keyCompromise")
        site.wait_for("held", serial, "Key Compromise")
        tap.check("CONFLICT" in site.assay("certificate", "release", serial, good=(1, 2)), "")
        shown = site.facts("certificate", "show", serial)
        tap.equal((shown["state"], shown["reason"], shown["id"]), ("revoked", "keyCompromise", serial.lower()))
        tap.check(serial.lower() in {row["id"] for row in site.facts("certificate", "list", "--revoked")}, serial)
        actions = {action for action, in site.rows("SELECT action FROM audit WHERE target = ?", serial.lower())}
        tap.equal(actions, {f"certificate.{verb}" for verb in ("hold", "release", "revoke")})

    def the_counts_are_those_of_the_lists():
        counts = site.facts("certificate", "count")
        site.server.wait_until(lambda: not any(row["isDue"] for row in site.facts("certificate", "lists")), "to be right")
        lists = {row["id"]: row["entries"] for row in site.facts("certificate", "lists")}
        tap.equal(lists.pop("issuing.crl"), counts["revoked"] + counts["held"])
        tap.equal((sum(lists.values()), len(lists)), (counts["revoked"] + counts["held"], 16))

    def whoever_is_killed_while_a_list_is_due_the_next_one_is_right():
        for roles in (("ca",), ("core",), ("ca", "core")):
            name = "killed-" + "-".join(roles)
            device, serial = site.enroll(name)
            before = site.number(name)
            tap.equal(site.server.api("POST", f"{DEVICES}/{device}/retire")[0], 204)
            for row in site.server.status():
                if row["role"].split()[0] in roles:
                    os.kill(row["pid"], signal.SIGKILL)
            site.server.wait_until(lambda: site.is_listed(name, serial), "to list it", PATIENCE_S)
            tap.equal((site.verify(name), site.number(name) > before), ("certificate revoked", True))

    def who_asks_is_answered_by_a_delegated_responder_good_revoked_or_unknown():
        _, site.other = site.enroll("other")
        tap.equal(site.standing("other"), "good")
        tap.equal(site.standing("alone"), "revoked, cessationOfOperation")
        tap.equal(site.standing("again"), "revoked, superseded")
        tap.equal(site.standing("other", "-serial", "0x5" + "1" * 31), "unknown")
        tap.equal(site.standing("other", "-no_nonce"), "good")
        tap.equal(site.standing("other", "-sha256"), "good")

    def a_question_in_the_path_has_the_same_answer():
        openssl("ocsp", "-issuer", site.issuing, "-cert", site.certificates["other"], "-no_nonce", "-reqout", site.path("q"))
        with open(site.path("q"), "rb") as f:
            text = base64.b64encode(f.read()).decode()
        for path in (text, urllib.parse.quote(text, safe="")):
            with open(site.path("a"), "wb") as f:
                f.write(site.fetch("/ca/ocsp/" + path))
            said = openssl("ocsp", "-respin", site.path("a"), "-CAfile", site.root, "-issuer", site.issuing, "-cert",
                           site.certificates["other"], "-no_nonce")
            tap.check("other.pem: good" in said and "Response verify OK" in said, said)

    def what_is_no_question_and_who_is_not_ours_is_told_so():
        tap.equal(site.post(b"no question"), MALFORMED)
        tap.equal(site.fetch("/ca/ocsp/AAAA"), MALFORMED)
        tap.check("unauthorized" in site.standing_said("other", "-issuer", site.root, "-cert", site.issuing), "")

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    with tempfile.TemporaryDirectory(prefix="assay-standing-") as folder:
        with Assayd(BUILD, folder, ("ca.crl_pause_seconds=1",)) as server:
            tap.run(tests_of(Site(BUILD, server, folder)))


main()
