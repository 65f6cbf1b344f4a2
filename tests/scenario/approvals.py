#!/usr/bin/env python3
"""What weakens trust takes two persons: each such change, asked for and decided over HTTP and in the shell.

usage: approvals.py BUILD
"""
import contextlib
import json
import os
import re
import sqlite3
import ssl
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sim"))

import tap  # noqa: E402
from administrator import Administrator, by_link  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402

GRAPH = "/graph/beta/deviceManagement"
APPROVALS = "/assay/v1/approvals"
PASSWORD = "correct horse battery staple"


class Pair(Desk):
    """A server with anna and ben, who are security administrators, in browsers and in the shell."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.people = {}
        for name in ("anna", "ben"):
            server.add("/assay/v1/accounts", {"name": name, "password": PASSWORD, "role": "security"})
            self.people[name] = by_link(server, name)
        for name, person in self.people.items():
            made = person.ask("POST", "/assay/v1/apiTokens", {"displayName": f"shell of {name}", "role": "security"})[1]
            self.write(f"{name}.token", made["token"])
        self.maker = self.path("maker")
        self.program("assay-sim", "maker", "--dir", self.maker)
        self.prepare()
        server.restart("admin.two_persons=true")
        self.contact["ASSAY_SERVER"] = "https://" + server.address("net-admin")

    def prepare(self):
        """What there is to be weakened."""
        add, sim = self.server.add, ("--maker", self.maker, "--serial", "S2")
        self.policy = self.server.api("GET", f"{GRAPH}/deviceCompliancePolicies")[1]["value"][0]["id"]
        self.row = self.server.api("GET", "/assay/v1/blocklist")[1]["value"][0]["id"]
        add("/assay/v1/roots", {"certificates": self.root(self.maker), "class": "test", "maker": "TST0"})
        add(f"{GRAPH}/windowsAutopilotDeviceIdentities", {"serialNumber": "S2"})
        for keys in ("old-board", "new-board"):
            self.devices_of(*sim, "--keys", self.path(keys))
        self.restriction = add(f"{GRAPH}/deviceEnrollmentConfigurations", {"displayName": "no phones"})["id"]
        (self.conflict,) = self.server.api("GET", "/assay/v1/conflicts")[1]["value"]
        self.other = self.path("other")
        self.program("assay-sim", "maker", "--dir", self.other)

    @staticmethod
    def root(folder):
        with open(os.path.join(folder, "root.crt"), encoding="ascii") as f:
            return ssl.PEM_cert_to_DER_cert(f.read()).hex()

    def shell(self, name, *words):
        """What assay says to that person; a request that waits is said on standard error."""
        contact = {**self.contact, "ASSAY_TOKEN_FILE": self.path(f"{name}.token")}
        done = subprocess.run([os.path.join(BUILD, "assay"), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": self.folder, **contact}, check=False)
        return done.returncode, done.stdout + done.stderr

    def get(self, path):
        return self.server.api("GET", path)

    def state(self, approval):
        return self.get(f"{APPROVALS}/{approval}")[1]["state"]

    def changes(self):
        """Of each change: how it is asked for over HTTP, in the shell, and what there is as long as it was not done."""
        restriction = f"{GRAPH}/deviceEnrollmentConfigurations/{self.restriction}"
        policy, row = f"{GRAPH}/deviceCompliancePolicies/{self.policy}", f"/assay/v1/blocklist/{self.row}"
        conflict = f"/assay/v1/conflicts/{self.conflict['id']}"
        anchor = {"certificates": self.root(self.other), "class": "test", "maker": "TST0"}
        return {
            "an_anchor": (("POST", "/assay/v1/roots", anchor),
                          ("roots", "import", f"{self.other}/root.crt", "--maker", "TST0", "--class", "test"),
                          lambda: len(self.get("/assay/v1/roots")[1]["value"]) == 1),
            "a_weakened_restriction": (("PATCH", restriction, {"state": "off"}),
                                       ("restriction", "set", self.restriction, "--set", "state=off"),
                                       lambda: self.get(restriction)[1]["state"] == "on"),
            "a_weakened_compliance_policy": (("PATCH", policy, {"gracePeriodHours": "1000"}),
                                             ("compliance", "set", self.policy, "--set", "grace=1000"),
                                             lambda: self.get(policy)[1]["gracePeriodHours"] != 1000),
            "a_row_out_of_the_blocklist": (("DELETE", row, None), ("blocklist", "remove", self.row),
                                           lambda: self.get(row)[0] == 200),
            "an_override_of_an_ek": (("POST", f"{conflict}/approve", None), ("device", "approve", self.conflict["id"]),
                                     lambda: self.get(conflict)[1]["state"] == "open"),
        }


def decide(pair, name, change):
    """One change from the first request to its end."""
    request, words, is_as_before = change
    anna, ben = pair.people["anna"], pair.people["ben"]

    def ask():
        status, said = anna.ask(*request)
        tap.equal((status, said["code"]), (409, "APPROVAL_PENDING"))
        return said["detail"]

    first = ask()
    tap.equal(anna.ask("POST", f"{APPROVALS}/{first}/approve")[1]["code"], "APPROVAL_SELF")
    tap.equal(ben.ask("POST", f"{APPROVALS}/{first}/reject")[0], 204)
    tap.equal(ben.ask("POST", f"{APPROVALS}/{first}/approve")[1]["code"], "APPROVAL_OVER")
    code, said = pair.shell("anna", *words)
    tap.check(code and "APPROVAL_PENDING" in said, said)
    second = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", said)[0]
    code, said = pair.shell("anna", "approval", "approve", second)
    tap.check(code and "APPROVAL_SELF" in said, said)
    tap.check(is_as_before(), f"{name} was done before anybody approved it")
    tap.equal(pair.shell("ben", "approval", "approve", second), (0, ""))
    tap.check(not is_as_before(), f"{name} was approved and not done")
    tap.equal((pair.state(first), pair.state(second)), ("rejected", "approved"))
    return first, second


def tests_of(pair):
    decided = {}

    def what_nobody_approved_in_three_days_is_not_done():
        changes = pair.changes()
        asked = [pair.people["anna"].ask(*request)[1]["detail"] for request, _, _ in changes.values()]
        pair.server.stop()
        with contextlib.closing(sqlite3.connect(f"{pair.server.data}/core/assay.sqlite")) as database:
            database.execute("UPDATE approval SET expires = created")
            database.commit()
        pair.server.start()
        pair.contact["ASSAY_SERVER"] = "https://" + pair.server.address("net-admin")
        said = [pair.people["ben"].ask("POST", f"{APPROVALS}/{approval}/approve")[1]["code"] for approval in asked]
        tap.equal((said, {pair.state(approval) for approval in asked}), (len(asked) * ["APPROVAL_OVER"], {"expired"}))
        tap.equal([name for name, (_, _, is_as_before) in changes.items() if not is_as_before()], [])

    def test_of(name, change):
        def test():
            decided[name] = decide(pair, name, change)
        test.__name__ = f"{name}_takes_two_over_http_and_in_the_shell"
        return test

    def each_request_and_decision_is_in_the_audit():
        rows = pair.get(f"{GRAPH}/auditEvents?$top=1000")[1]["value"]
        text = {(row["activityType"], row["actor"]["userPrincipalName"]): json.dumps(row) for row in rows}
        tap.equal({("approval.ask", "anna"), ("approval.reject", "ben"), ("approval.approve", "ben")} - set(text), set())
        said = json.dumps(rows)
        tap.equal([one for pairs in decided.values() for one in pairs if said.count(one.replace("-", "")) != 2], [])

    return [what_nobody_approved_in_three_days_is_not_done, *(test_of(*one) for one in pair.changes().items()),
            each_request_and_decision_is_in_the_audit]


def main():
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        tap.run(tap.named(tests_of(Pair(server, folder))))


main()
