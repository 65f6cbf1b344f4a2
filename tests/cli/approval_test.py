#!/usr/bin/env python3
"""Two persons in the administrator's shell, word for word: what waits, and what becomes of it.

usage: approval_test.py BUILD
"""
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from shell import REFUSED, Shell
from visitor import SESSION, Visitor

MADE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ)?")
PATH = "/graph/beta/deviceManagement/deviceCompliancePolicies/{}"
WORDS = "correct horse battery staple"


def plain(text):
    """Without what differs from run to run: ids, digests and moments become dots, and spaces at ends go."""
    return [MADE.sub("…", line).rstrip() for line in text.splitlines()]


def own_token(server, shell, name):
    """The file with a token of an owner's own."""
    visitor = Visitor(server)
    server.add("/assay/v1/accounts", {"name": name, "password": WORDS, "role": "owner"})
    link = server.add(f"/assay/v1/accounts/{name}/link", None)["link"]
    _, heads, page = visitor.ask("POST", f"{SESSION}/link", None, {"token": link.rsplit("/", 1)[1]})
    session = {"Cookie": heads["Set-Cookie"].split(";")[0], "X-Assay-CSRF": page["csrfToken"]}
    made = visitor.ask("POST", "/assay/v1/apiTokens", session, {"displayName": name, "role": "owner"})[2]
    return shell.write(f"{name}.token", made["token"] + "\n")


def tests_of(shell, anna, ben):
    anna, ben = ({"ASSAY_TOKEN_FILE": path} for path in (anna, ben))

    def waiting(**by):
        """The id of a change that is asked for."""
        said = shell.refuses(REFUSED, "APPROVAL_PENDING", "compliance", "set", policy()["id"], "--set", "grace=48", **by)
        return MADE.search(said).group()

    def policy():
        return json.loads(shell.does("compliance", "list", "--json"))[0]

    def grace():
        return policy()["gracePeriodHours"]

    def nothing_waits_on_a_new_server():
        tap.equal(json.loads(shell.does("approval", "list", "--json", **ben)), [])

    def what_waits_is_listed_and_shown():
        waits = waiting(**anna)
        tap.equal(plain(shell.does("approval", "list", **ben)),
                  [f"{'ID':36}  STATE    BY    METHOD  {'OF':{len(PATH)}}  ENDS (UTC)", f"…  pending  anna  PATCH   {PATH}  …"])
        (row,) = json.loads(shell.does("approval", "list", "--json", **ben))
        tap.equal({name: row[name] for name in ("id", "state", "requestedBy", "method", "path", "decidedBy", "decidedDateTime")},
                  {"id": waits, "state": "pending", "requestedBy": "anna", "method": "PATCH", "path": PATH,
                   "decidedBy": None, "decidedDateTime": None})
        shown = json.loads(shell.does("approval", "show", waits, "--json", **ben))
        tap.equal((shown["body"], shown["target"]), ({"gracePeriodHours": "48"}, policy()["id"]))
        lines = plain(shell.does("approval", "show", waits, **ben))
        tap.check(any(re.fullmatch(r'body +{"gracePeriodHours":"48"}', line) for line in lines), lines)

    def whoever_asked_approves_nothing():
        (row,) = json.loads(shell.does("approval", "list", "--json", **anna))
        shell.refuses(REFUSED, "APPROVAL_SELF", "approval", "approve", row["id"], **anna)
        tap.equal(grace(), 24)

    def what_another_rejects_is_not_done():
        waits = json.loads(shell.does("approval", "list", "--json", **ben))[0]["id"]
        shell.does("approval", "reject", waits, **ben)
        shown = json.loads(shell.does("approval", "show", waits, "--json", **anna))
        tap.equal((shown["state"], shown["decidedBy"], grace()), ("rejected", "ben", 24))
        shell.refuses(REFUSED, "APPROVAL_OVER", "approval", "approve", waits, **ben)

    def what_another_approves_is_done():
        waits = waiting(**anna)
        shell.does("approval", "approve", waits, **ben)
        shown = json.loads(shell.does("approval", "show", waits, "--json", **anna))
        tap.equal((shown["state"], shown["decidedBy"], grace()), ("approved", "ben", 48))

    return tap.named([nothing_waits_on_a_new_server, what_waits_is_listed_and_shown, whoever_asked_approves_nothing,
                      what_another_rejects_is_not_done, what_another_approves_is_done])


def main():
    build = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, Assayd(build, folder) as server:
        shell = Shell(build, folder, server)
        tokens = [own_token(server, shell, name) for name in ("anna", "ben")]
        server.stop()
        server.settings.append("admin.two_persons=true")
        server.start()
        tap.run(tests_of(Shell(build, folder, server), *tokens))


main()
