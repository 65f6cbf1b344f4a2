#!/usr/bin/env python3
"""A new issuing CA in the place of the present one, twice, as openssl and devices see it, and the end of the first.

usage: rollover.py BUILD short|long
"""
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from relying import PATIENCE_S, Site, openssl

BUILD = sys.argv[1]
DEVICES = "/graph/beta/deviceManagement/managedDevices"


class House(Site):
    """A server whose issuing CA is replaced while it is down."""

    def rollover(self, *words, said=None):
        """assayd rollover: its exit code, and what it printed."""
        done = subprocess.run([*self.server.command("rollover"), *words], input=said, capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout + done.stderr

    def next(self, *words, **more):
        """The generation of a new CA."""
        code, said = self.rollover("--json", *words, **more)
        tap.equal(code, 0)
        return json.loads(said)["generation"]

    def files(self):
        """All of ca/ but the log, with their content."""
        found = {}
        for path in glob.glob(f"{self.server.data}/ca/**", recursive=True):
            if os.path.isfile(path) and not path.endswith("issued.log"):
                with open(path, "rb") as f:
                    found[os.path.relpath(path, self.server.data)] = f.read()
        return found

    def start(self):
        self.server.start()
        self.contact["ASSAY_SERVER"] = "https://" + self.server.address("net-admin")
        self.wait_for_lists()

    def wait_for_lists(self):
        self.server.wait_until(lambda: self.rows("SELECT count(*) FROM crl WHERE number = 0") == [(0,)], "to sign", PATIENCE_S)

    def good(self, *names):
        """What openssl says of each, by the list that it names and by asking."""
        return {name: (self.verify(name), self.standing(name)) for name in names}


GOOD = ("OK", "good")


def tests_of(house):
    server = house.server

    def while_the_server_runs_it_is_refused():
        house.device, house.serial = house.enroll("first")
        house.wait_for_lists()
        before = house.files()
        code, said = house.rollover()
        tap.equal((code, "DATA_IN_USE" in said, house.files() == before), (1, True, True))

    def without_the_roots_key_or_by_a_wrong_passphrase_nothing_is_made():
        server.stop()
        before, away = house.files(), house.path("root-away")
        for words, fault in ((("--passphrase", house.write("wrong", "wrong\n")), "ROOT_PASSPHRASE"),
                             (("--passphrase", house.path("none")), "ROOT_MISSING"), (("--root", away), "ROOT_MISSING")):
            code, said = house.rollover(*words)
            tap.equal((code, fault in said, house.files() == before), (1, True, True))
        os.rename(f"{server.data}/root", away)
        tap.equal("ROOT_MISSING" in house.rollover()[1], True)

    def the_root_may_be_elsewhere_and_its_passphrase_come_by_standard_input():
        before, away = house.files(), house.path("root-away")
        with open(f"{away}/root.passphrase", encoding="ascii") as f:
            passphrase = f.read()
        tap.equal(house.next("--root", away, "--passphrase", "-", said=passphrase), 1)
        after = house.files()
        made = {path: after.pop(path) for path in ("ca/g1/issuing.key", "ca/g1/issuing.crt", "ca/g1/root.crl")}
        tap.equal((after, len(made)), (before, 3))
        tap.equal(os.stat(f"{server.data}/ca/g1/issuing.key").st_mode & 0o777, 0o600)
        openssl("verify", "-CAfile", house.root, f"{server.data}/ca/g1/issuing.crt")
        os.rename(away, f"{server.data}/root")

    def what_was_signed_before_and_what_is_signed_after_are_both_good():
        house.start()
        house.second = house.enroll("second")[1]
        tap.equal(house.good("first", "second"), {"first": GOOD, "second": GOOD})
        names = {openssl("x509", "-in", house.certificates[name], "-noout", "-issuer") for name in ("first", "second")}
        tap.equal(len(names), 2)
        tap.check(house.named("first", "CA Issuers") == "/ca/issuing.crt", "")
        tap.check(house.named("second", "CA Issuers") == "/ca/crt/g1.crt", "")
        tap.check(house.named("second", "X509v3 CRL Distribution Points").startswith("/ca/crl/g1-16-"), "")

    def both_are_listed_with_what_each_issued():
        rows = house.facts("certificate", "issuers")
        tap.equal([(row["generation"], row["isPresent"], row["issued"] > 0, row["inForce"] > 0) for row in rows],
                  [(1, True, True, True), (0, False, True, True)])

    def the_roots_list_is_one_for_the_new_ca_too():
        pem = house.path("root.crl")
        openssl("crl", "-inform", "DER", "-out", pem, octets=house.fetch("/ca/root.crl"))
        for issuer in (house.issuer("first"), house.issuer("second")):
            openssl("verify", "-crl_check", "-CAfile", house.root, "-CRLfile", pem, issuer)
        tap.check(re.search(r"CRL Number:\s+2\b", openssl("crl", "-in", pem, "-noout", "-text")), "")

    def of_the_other_ca_a_serial_number_is_unknown():
        tap.equal(house.standing("second", "-issuer", house.issuer("first"), "-serial", "0x" + house.second), "unknown")

    def the_former_ca_still_says_what_is_revoked_and_the_new_one_lists_its_own_alone():
        tap.equal(server.api("POST", f"{DEVICES}/{house.device}/retire")[0], 204)
        house.wait_for("first", house.serial, "Cessation Of Operation")
        tap.equal(house.good("first", "second"), {"first": ("certificate revoked", "revoked, cessationOfOperation"),
                                                  "second": GOOD})
        house.server.wait_until(lambda: house.serial.upper() in house.whole(), "to list it", PATIENCE_S)
        whole = openssl("crl", "-inform", "DER", "-noout", "-text", octets=house.fetch("/ca/crl/g1.crl"))
        tap.check("No Revoked Certificates" in whole, whole)

    def who_was_between_two_trips_of_a_server_that_fell_enrols_with_the_new_ca():
        house.enroll("third")
        row = [row for row in server.status() if row["role"].startswith("ca")]
        os.kill(row[0]["pid"], signal.SIGSTOP)
        keys = house.path("third")
        late = subprocess.Popen([os.path.join(BUILD, "assay-sim"), "enroll", "--server", server.url, "--ca", server.ca,
                                 "--keys", keys, "--no-certificate", "--serial", "third", "--json"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.wait_until(lambda: house.rows("SELECT count(*) FROM enrolment WHERE state = 1") == [(1,)], "to reach T1")
        for pid in [server.process.pid, *(row["pid"] for row in server.status())]:
            os.kill(pid, signal.SIGKILL)
        server.stop()
        late.wait()
        tap.equal(house.next(), 2)
        house.start()
        server.wait_until(lambda: house.rows("SELECT count(*) FROM enrolment WHERE state = 1") == [(0,)], "to settle it")
        house.devices_of("--keys", keys, "--no-certificate", "--serial", "third")
        ((generation,),) = house.rows("SELECT generation FROM certificate WHERE kind = 2 AND state = 2 AND device_id = "
                                      "(SELECT id FROM device WHERE serial = 'third')")
        tap.equal(generation, 2)

    def of_three_cas_each_answers_for_its_own():
        house.enroll("fourth")
        tap.equal(house.named("fourth", "CA Issuers"), "/ca/crt/g2.crt")
        tap.equal(house.good("first", "second", "fourth"), {
            "first": ("certificate revoked", "revoked, cessationOfOperation"), "second": GOOD, "fourth": GOOD})
        lists = {row["id"] for row in house.facts("certificate", "lists")}
        tap.check({"issuing.crl", "16-0.crl", "g1.crl", "g1-16-0.crl", "g2.crl", "g2-16-15.crl"} <= lists, lists)

    def a_third_former_one_has_no_place_until_the_first_is_dropped():
        server.stop()
        code, said = house.rollover()
        tap.equal((code, "CA_FORMERS" in said), (1, True))
        code, said = house.rollover("--forget", "--json")
        tap.equal((code, json.loads(said)), (0, {"dropped": 0}))
        tap.check(not os.path.exists(f"{server.data}/ca/issuing.key"), "its key")
        house.start()
        tap.equal(house.good("second", "fourth"), {"second": GOOD, "fourth": GOOD})
        said = house.standing_said("first", "-issuer", house.issuing, "-cert", house.certificates["first"])
        tap.check("unauthorized" in said, said)
        tap.check(not any(row["id"] == "issuing.crl" for row in house.facts("certificate", "lists")), "no list of its")

    tests = tap.named([f for f in locals().values() if callable(f)])
    return tests if sys.argv[2] == "long" else tests[:4]


def main():
    with tempfile.TemporaryDirectory(prefix="assay-rollover-") as folder:
        with Assayd(BUILD, folder, ("ca.crl_pause_seconds=1",)) as server:
            tap.run(tests_of(House(BUILD, server, folder)))


main()
