#!/usr/bin/env python3
"""The administrators' API, asked by npm's @microsoft/microsoft-graph-client over https; nothing leaves loopback.

usage: graph_test.py BUILD
Without node, npm or the package it is skipped; under CI that is a failure.
"""
import json
import os
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("../sim", "../scenario", "../../tools"):
    sys.path.insert(0, os.path.join(HERE, folder))

import npm  # noqa: E402
import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402

REGISTERED = 20
CALLS = 100  # of a token at once; more than the other steps need


def fill(server, folder):
    """Two devices, one of them without a TPM, and more registrations than a page has."""
    desk = Desk(BUILD, server, folder, "https://" + server.address("net-admin"))
    desk.run("assay-sim", "maker", "--dir", desk.path("maker"))
    desk.assay("roots", "import", desk.path("maker/root.crt"), "--maker", "IFX", "--class", "test")
    rows = "".join(f"SN-{i:02},,,sales,\n" for i in range(REGISTERED))
    path = desk.write("rows.csv", "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\n" + rows)
    desk.assay("registration", "import", path)
    desk.assay("profile", "add", "open", "--attestation", "preferred")
    token = desk.assay("token", "add", "--profile", "open").strip()
    for words in (("--maker", desk.path("maker"), "--serial", "SN-01", "--name", "laptop"),
                  ("--no-tpm", "not found", "--serial", "SN-99", "--name", "guest", "--token", token)):
        tap.equal(desk.devices_of(*words)[0]["fault"], "")
    return desk


def steps(place, server, version, *tokens):
    """What came of each step of graph.mjs."""
    environment = {"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": os.path.join(server.data, "ca", "root.crt")}
    done = subprocess.run(["node", "graph.mjs", "https://" + server.address("net-admin"), version], cwd=place, input="\n".join(tokens),
                          capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise OSError(done.stderr)
    return {row["step"]: row["result"] for row in map(json.loads, done.stdout.splitlines())}


def tests_of(said):
    def devices_are_listed_sorted_filtered_and_searched():
        tap.equal(sorted(said["list"]), ["guest", "laptop"])
        tap.equal(said["orderby"], ["laptop", "guest"])
        tap.equal((said["filter"], said["words"], said["search"]), (["guest"], ["laptop"], ["laptop"]))

    def members_are_selected_and_records_counted():
        tap.equal(sorted(said["select"]), ["deviceName", "id"])
        tap.equal(said["count"], 2)

    def the_clients_own_iterator_walks_all_pages():
        tap.equal(said["pages"], [f"SN-{i:02}" for i in reversed(range(REGISTERED))])
        tap.equal(len(said["times"]), 1)

    def mistakes_come_as_errors_of_graph():
        wrong = said["mistake"]
        tap.equal((wrong["status"], wrong["code"], wrong["body"]["target"]), (400, "QUERY_SYNTAX", "$filter"))
        tap.check("character 19" in wrong["body"]["message"], wrong)
        tap.check(len(wrong["requestId"]) == 36, wrong)
        tap.equal((said["unknown"]["code"], said["unknown"]["body"]["target"]), ("QUERY_PROPERTY", "$select"))
        tap.equal((said["nothing"]["status"], said["nothing"]["code"]), (404, "NOT_FOUND"))

    def records_are_made_changed_and_taken_away():
        tap.equal((said["post"]["displayName"], said["patch"]["displayName"]), ("Shop", "Shops"))
        got = {name: value for name, value in said["get"].items() if name != "@odata.etag"}
        tap.equal((got, said["delete"], said["gone"]["status"]), (said["changed"], None, 404))

    def who_read_an_older_version_changes_nothing():
        tap.equal(said["changed"]["displayName"], "Shops only")
        tap.equal((said["overtaken"]["status"], said["overtaken"]["code"]), (412, "VERSION_CHANGED"))
        tap.equal((said["unversioned"]["status"], said["unversioned"]["code"]), (400, "FORMAT_UNKNOWN"))
        tap.check("If-Match" in said["unversioned"]["body"]["message"], said["unversioned"])

    def a_record_is_not_sent_again_to_who_has_it():
        tap.equal((said["unmodified"], said["modified"]), (304, 200))

    def policies_are_lists_like_all_others_and_in_the_order_of_asking():
        tap.equal(said["restrictions"][:2], ["First", "Second"])
        tap.equal(said["restrictions of"], ["Second", "First"])
        tap.equal(said["restrictions in pages"], [2, ["First", "Second"]])
        tap.equal(said["policies"], [{"isDefault": True, "enforcement": "hold"}])

    def an_option_that_a_collection_does_not_take_is_named():
        wrong = said["passed over"]
        tap.equal((wrong["status"], wrong["code"], wrong["body"]["target"]), (400, "FORMAT_UNKNOWN", "$filter"))
        tap.check("takes $top and $skiptoken" in wrong["body"]["message"], wrong)

    def actions_answer_nothing_and_are_in_the_audit():
        tap.equal((said["action"], said["retire"], said["retired"]), (None, None, ["guest"]))
        tap.equal(said["audit"][0], "device.retire")

    def who_asks_too_often_is_told_so_as_graph_does():
        tap.equal((said["hasty"]["status"], said["hasty"]["code"], len(said["hasty"]["requestId"])), (429, "CALL_RATE", 36))
        tap.check("Retry-After" in said["hasty"]["body"]["message"], said["hasty"])

    def the_clients_own_handler_waits_as_told_and_then_succeeds():
        statuses, waits = zip(*said["patient"])
        tap.equal((statuses[-2:], set(statuses)), ((429, 200), {200, 429}))
        tap.equal(set(waits), {None, "1"})

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    try:
        place = npm.install(HERE, os.path.join(BUILD, "graph"))
    except OSError as why:
        if os.environ.get("CI"):
            sys.exit(f"npm's @microsoft/microsoft-graph-client is missing: {why}")
        print(f"1..0 # SKIP npm's @microsoft/microsoft-graph-client is missing: {why}")
        return
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder, [f"admin.calls={CALLS}"]) as server:
        hasty = server.add("/assay/v1/apiTokens", {"displayName": "hasty", "role": "reader"})["token"]
        fill(server, folder)
        said = steps(place, server, "v1.0", server.token, hasty)
    tap.run(tests_of(said))


main()
