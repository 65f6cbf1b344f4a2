#!/usr/bin/env python3
"""A fleet judged again by what is only proposed, roots, blocklist, policy: exactly those fall and rise that hang on it.

usage: rejudge.py BUILD
"""
import contextlib
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from desk import Desk

BUILD = sys.argv[1]
USAGE = 2


class Fleet(Desk):
    """A server with devices and refusals, so many of each."""
    devices = refusals = 0

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))

    def sim(self, *words):
        return self.run("assay-sim", *words).stdout

    def assay(self, *words):
        return self.run("assay", *words)

    def judge(self, *words):
        """What --json says of a proposal, and the rows of it by serial number."""
        done = self.assay("rejudge", "--dry-run", "--json", *words)
        tap.equal((done.returncode, done.stderr), (0, ""))
        said = json.loads(done.stdout)
        tap.equal((said["devices"], said["refusals"]), (self.devices, self.refusals))
        rows = {row["serialNumber"]: row for row in said["changes"]}
        tap.equal(len(rows), len(said["changes"]))
        tap.equal(said["same"] + len(rows), self.devices + self.refusals)
        for word in ("falls", "rises", "weaker", "stronger", "otherwise", "unjudged"):
            tap.equal((word, said[word]), (word, sum(row["change"] == word for row in rows.values())))
        return said, rows

    def changes(self, *words):
        """By serial number what changes, and what would be told."""
        return {serial: (row["change"], row["fault"]) for serial, row in self.judge(*words)[1].items()}


class Roots(Fleet):
    """Three makers, two of them trusted; two devices of each, one more that its EK hash vouches for beside maker a."""

    devices, refusals = 6, 3

    def __init__(self, server, folder):
        super().__init__(server, folder)
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

    def rejudge(self, names, *words):
        """By serial number what changes by these makers' roots."""
        return self.changes(*(word for name in names for word in ("--roots", self.roots[name])), *words)


class Words(Fleet):
    """Chips and virtual TPMs whose firmware and class the blocklist and the profiles have let in, or not."""
    devices, refusals = 10, 3
    files = 0
    chips = ("--manufacturer", "id:49465800", "--version", "id:00080000")
    host = ("--manufacturer", "id:564D5700", "--version", "id:00020065")
    virtual = ["vm-1", "vm-2", "vm-3"]
    old = ["old-1", "old-2", "old-3"]

    def __init__(self, server, folder):
        super().__init__(server, folder)
        for name, maker, kind in (("chips", "IFX", "test"), ("host", "VMW", "virtual")):
            self.sim("maker", "--dir", self.path(name))
            self.assay("roots", "import", self.path(f"{name}/root.crt"), "--maker", maker, "--class", kind)
        self.assay("blocklist", "add", "gone", *self.settings("8.0", "8.9", "9.0"))
        self.assay("profile", "add", "vms", "--virtual", "allow")
        for serial in self.old:
            self.chip(serial, "9.3")
        for serial in ("new-1", "new-2"):
            self.chip(serial, "9.6")
        self.chip("kept-1", "9.3", "--keep-keys")
        then = int(time.time())
        self.chip("gone-1", "8.5")
        server.wait_until(lambda: int(time.time()) > then, "another second: of two in one either is the latest")
        self.chip("kept-1", "9.6", "--keep-keys")
        for serial in self.virtual:
            server.register(serialNumber=serial, profile="vms")
            self.devices_of("--maker", self.path("host"), *self.host, "--serial", serial)
        server.register(serialNumber="vm-denied")
        self.devices_of("--maker", self.path("host"), *self.host, "--serial", "vm-denied")
        server.add("/assay/v1/profiles", {"displayName": "byod", "attestation": "off"})
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "byod"})["token"]
        self.devices_of("--no-tpm", "none", "--token", token, "--serial", "token-1")
        token = server.add("/assay/v1/enrollmentTokens", {"profile": "default"})["token"]
        self.devices_of("--no-tpm", "none", "--token", token, "--serial", "bare-1")

    @staticmethod
    def settings(first, last, fixed):
        fields = {"maker": "IFX", "first": first, "last": last, "fixed": fixed, "page": "https://maker.example/update"}
        return [word for name, value in fields.items() for word in ("--set", f"{name}={value}")]

    def chip(self, serial, firmware, *words):
        if not os.path.exists(self.path(serial)):
            self.server.register(serialNumber=serial)
        self.devices_of("--maker", self.path("chips"), *self.chips, "--serial", serial, "--keys", self.path(serial),
                        "--firmware", firmware, *words)

    def propose(self, lines):
        """A file of its own with these lines."""
        self.files += 1
        return self.write(f"proposed-{self.files}", "\n".join(lines) + "\n")

    def blocklist(self, without="", row=None):
        """--blocklist with the list in force, less one row, more another."""
        lines = [line for line in self.assay("blocklist", "export").stdout.splitlines() if line.split("\t")[0] != without]
        return ("--blocklist", self.propose(lines[:-1] + ([row] if row else []) + lines[-1:]))

    def policy(self, *lines):
        return ("--policy", self.propose(lines))


ROW = "\t".join(("proposed", "IFX", "-", "firmware", "9.0", "9.4", "9.5", "refuse", "all", "A weakness",
                 "https://maker.example/update", "a test"))


def tests_of_words(scene):
    denied = {serial: ("falls", "TPM_VIRTUAL_DENIED") for serial in scene.virtual}
    weak = {**{serial: ("falls", "FIRMWARE_VULNERABLE") for serial in scene.old}, "kept-1": ("falls", "KEY_BEFORE_FIX")}
    virtual_denied = ("[profile]", "virtual = deny")

    def with_the_blocklist_in_force_nothing_changes():
        tap.equal(scene.changes(*scene.blocklist()), {})

    def an_added_row_makes_exactly_its_devices_fall_and_those_whose_keys_are_older_than_the_update():
        tap.equal(scene.changes(*scene.blocklist(row=ROW)), weak)

    def a_removed_row_makes_the_refused_rise():
        tap.equal(scene.changes(*scene.blocklist(without="gone")), {"gone-1": ("rises", None)})

    def a_policy_that_denies_a_class_makes_exactly_its_devices_fall():
        tap.equal(scene.changes(*scene.policy(*virtual_denied)), denied)

    def a_policy_that_allows_it_makes_the_denied_rise():
        tap.equal(scene.changes(*scene.policy("[profile]", "virtual = allow")), {"vm-denied": ("rises", None)})

    def a_policy_that_requires_proof_makes_those_fall_that_a_token_vouched_for():
        tap.equal(scene.changes(*scene.policy("[profile]", "attestation = required")), {"token-1": ("falls", "TPM_REQUIRED")})

    def a_policy_that_does_not_makes_those_rise_that_have_a_token():
        changes = scene.changes(*scene.policy("[profile]", "attestation = preferred"))
        tap.equal(changes, {"bare-1": ("rises", None), "vm-denied": ("otherwise", "TOK_MISSING")})

    def roots_blocklist_and_policy_are_proposed_together():
        changes = scene.changes(*scene.blocklist(row=ROW), *scene.policy(*virtual_denied), "--roots",
                                scene.path("chips/root.crt"))
        tap.equal(changes, {**weak, **{s: ("falls", "EK_CHAIN_UNTRUSTED") for s in scene.virtual},
                            "vm-denied": ("otherwise", "EK_CHAIN_UNTRUSTED")})

    def each_row_says_from_where_to_where_why_and_what_to_do():
        said, rows = scene.judge(*scene.blocklist(row=ROW))
        row = rows["old-1"]
        tap.equal((row["from"], row["to"], row["trip"], row["partial"]), ("admitted", "FIRMWARE_VULNERABLE", 2, False))
        tap.check("9.5 and later" in row["detail"] and "https://maker.example/update" in row["detail"], row)
        tap.check(row["what"] and row["remedy"], row)
        tap.check("the attestation key and the device key" in rows["kept-1"]["detail"], rows["kept-1"])
        tap.equal((said["roots"], said["policy"], said["partial"]), (None, False, 0))
        tap.check(said["blocklistRows"] > 1, said)

    def evidence_shows_what_such_a_proposal_is_judged_by():
        (kept,) = [d for d in json.loads(scene.assay("device", "list", "--json").stdout) if d["serialNumber"] == "kept-1"]
        tap.equal(scene.assay("device", "evidence", kept["id"], "--out", scene.path("kept")).returncode, 0)
        said = json.loads(scene.assay("inspect", "evidence", scene.path("kept"), "--json").stdout)
        shown = [said[f"{name}firmware"] for name in ("", "ak_made_under_", "key_made_under_")]
        tap.equal((said["outcome"], said["class"], shown), ("accepted", "test", ["9.6", "9.3", "9.3"]))
        tap.equal([said[f"profile_{word}"] for word in ("attestation", "virtual", "unknown")], ["required", "deny", "allow"])

    def people_are_told_who_falls_and_what_to_do():
        done = scene.assay("rejudge", "--dry-run", *scene.blocklist(row=ROW))
        tap.check(done.stdout.startswith("4 would fall and 0 would rise, of 10 devices and 3 refusals."), done.stdout)
        for fault in ("FIRMWARE_VULNERABLE: ", "KEY_BEFORE_FIX: "):
            tap.check(done.stdout.count(fault) == 1, done.stdout)

    def a_file_with_a_mistake_is_refused_with_its_line():
        mistakes = ((scene.policy("[profile]", "virtul = deny"), "CONFIG_INVALID", "line 2", "profile.virtual may be meant"),
                    (scene.policy("# nothing"), "CONFIG_INVALID", "proposes nothing", ""),
                    (scene.blocklist(row="x\tIFX"), "PARSE_FIELD", "Line ", ""),
                    (("--policy", scene.path("none")), "SYS_FILE", "none", ""),
                    ((*scene.policy(*virtual_denied), "--add"), "USAGE", "--add goes with --roots", ""),
                    ((), "USAGE", "--roots, --blocklist, --policy", ""))
        for words, fault, *texts in mistakes:
            done = scene.assay("rejudge", "--dry-run", *words)
            tap.equal((done.returncode, done.stdout), (USAGE, ""))
            tap.check(all(text in done.stderr for text in (fault, *texts)), done.stderr)

    return tap.named([f for f in locals().values() if callable(f)])


def tests_of_roots(scene):
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
        counts, table, reasons = done.stdout.split("\n\n")
        tap.check(counts.startswith("2 would fall and 0 would rise, of 6 devices and 3 refusals."), counts)
        tap.check(reasons.startswith("EK_CHAIN_UNTRUSTED: ") and "roots import" in reasons, reasons)
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
    with contextlib.ExitStack() as stack:
        def scene(of):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-rejudge-"))
            return of(stack.enter_context(Assayd(BUILD, folder)), folder)
        tap.run(tests_of_roots(scene(Roots)) + tests_of_words(scene(Words)))


main()
