#!/usr/bin/env python3
"""A fleet judged again by roots that are only proposed: exactly those fall and rise that hang on them.

usage: rejudge.py BUILD
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from desk import Desk

BUILD = sys.argv[1]
USAGE = 2


class Scene(Desk):
    """Three makers, two of them trusted; two devices of each, one more that its EK hash vouches for beside maker a."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        for name in "abc":
            self.sim("maker", "--dir", self.path(name), "--name", f"Maker {name}")
        self.roots = {name: self.path(f"{name}/root.crt") for name in "abc"}
        self.ids = {name: server.trust(self.roots[name])["value"][0]["id"] for name in "ab"}
        self.serials = {name: [f"{name}-1", f"{name}-2"] for name in "abc"}
        for name, serials in self.serials.items():
            for serial in serials:
                server.register(serialNumber=serial)
                self.devices_of("--maker", self.path(name), "--serial", serial)
        keys = self.path("keys")
        server.register(ekHash=self.sim("registrations", "--keys", keys).strip())
        self.devices_of("--maker", self.path("a"), "--keys", keys, "--serial", "hash-1")
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]
        self.devices_of("--no-tpm", "none", "--token", token, "--serial", "token-1")
        self.devices_of("--maker", self.path("a"), "--serial", "nobody")

    def sim(self, *words):
        return self.run("assay-sim", *words).stdout

    def assay(self, *words):
        return self.run("assay", *words)

    def rejudge(self, names, *words):
        """What --json says of these makers' roots, and by serial number what changes."""
        roots = [word for name in names for word in ("--roots", self.roots[name])]
        done = self.assay("rejudge", "--dry-run", "--json", *roots, *words)
        tap.equal((done.returncode, done.stderr), (0, ""))
        said = json.loads(done.stdout)
        tap.equal((said["devices"], said["refusals"]), (6, 3))
        changes = {row["serialNumber"]: (row["change"], row["fault"]) for row in said["changes"]}
        tap.equal(len(changes), len(said["changes"]))
        tap.equal(said["same"] + len(changes), 9)
        for word in ("falls", "rises", "weaker", "stronger", "otherwise", "unjudged"):
            tap.equal((word, said[word]), (word, sum(c == word for c, _ in changes.values())))
        return changes


def tests_of(scene):
    of_c = ("--maker", "TST0", "--class", "test")

    def with_the_present_roots_nothing_changes():
        tap.equal(scene.rejudge("ab"), {})

    def a_removed_root_makes_exactly_its_devices_fall():
        tap.equal(scene.rejudge("a"), {serial: ("falls", "EK_CHAIN_UNTRUSTED") for serial in scene.serials["b"]})

    def a_device_that_its_registration_vouches_for_only_loses_assurance():
        fallen = {serial: ("falls", "EK_CHAIN_UNTRUSTED") for serial in scene.serials["a"]}
        tap.equal(scene.rejudge("b"), {**fallen, "hash-1": ("weaker", None)})

    def a_missing_root_makes_the_refused_rise():
        tap.equal(scene.rejudge("abc", *of_c), {serial: ("rises", None) for serial in scene.serials["c"]})

    def a_root_is_proposed_beside_the_present_ones_without_naming_them():
        tap.equal(scene.rejudge("c", "--add", *of_c), {serial: ("rises", None) for serial in scene.serials["c"]})
        tap.equal(scene.rejudge("a", "--add"), {})

    def one_root_in_place_of_another_does_both():
        changes = scene.rejudge("ac", *of_c)
        tap.equal(changes, {**{s: ("falls", "EK_CHAIN_UNTRUSTED") for s in scene.serials["b"]},
                            **{s: ("rises", None) for s in scene.serials["c"]}})

    def a_new_root_needs_to_be_told_for_whom_it_vouches():
        done = scene.assay("rejudge", "--dry-run", "--roots", scene.roots["c"])
        tap.equal((done.returncode, done.stdout), (USAGE, ""))
        tap.check("--maker and --class" in done.stderr, done.stderr)

    def there_is_no_other_than_a_dry_run():
        done = scene.assay("rejudge", "--roots", scene.roots["a"])
        tap.equal((done.returncode, done.stdout), (USAGE, ""))
        tap.check("--dry-run" in done.stderr, done.stderr)

    def people_get_the_counts_then_who_it_is():
        done = scene.assay("rejudge", "--dry-run", "--roots", scene.roots["a"])
        counts, table = done.stdout.split("\n\n")
        tap.check("       2 would fall" in counts and "       7 would stay" in counts, counts)
        tap.equal(sorted(line.split()[0] for line in table.splitlines()[1:]), ["falls", "falls"])
        tap.check("EK_CHAIN_UNTRUSTED" in table and "b-1" in table and "b-2" in table, table)

    def what_is_proposed_is_not_done():
        tap.equal(scene.rejudge("ab"), {})
        tap.equal(sorted(r["id"] for r in json.loads(scene.assay("roots", "list", "--json").stdout)),
                  sorted(scene.ids.values()))

    def a_root_that_is_gone_is_gone_for_the_evidence_too():
        scene.assay("roots", "remove", scene.ids["b"])
        fallen = {serial: ("falls", "EK_CHAIN_UNTRUSTED") for serial in scene.serials["b"]}
        tap.equal(scene.rejudge("a"), fallen)
        tap.equal(scene.rejudge("ab", *of_c), {})

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    with tempfile.TemporaryDirectory(prefix="assay-rejudge-") as folder, Assayd(BUILD, folder) as server:
        tap.run(tests_of(Scene(server, folder)))


main()
