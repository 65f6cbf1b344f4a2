#!/usr/bin/env python3
"""Two in the morning: a maker's CA is gone, and thirty of its devices are turned away. What the administrator sees.

usage: outbreak.py BUILD
"""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", name) for name in ("sim", "cli")]

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402
from shell import Shell, plain, width  # noqa: E402

STORM = 30     # devices
RETRIES = 15   # more than an outbreak has devices, fewer than lock a device out
FAULT = "EK_CHAIN_UNTRUSTED"


class Scene(Desk):
    """A server that trusts two makers, of whose devices a fleet is registered."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.shell = Shell(BUILD, folder, server)
        for maker in ("kept", "lost"):
            self.run("assay-sim", "maker", "--dir", self.path(maker), "--name", maker)
            self.assay("roots", "import", self.path(f"{maker}/root.crt"), "--maker", "TST0", "--class", "test")
        rows = "".join(f"{name}-{i},,\n" for name in ("kept", "lost") for i in range(1, STORM + 1))
        self.assay("registration", "import",
                   self.write("fleet.csv", "Device Serial Number,Windows Product ID,Hardware Hash\n" + rows))

    def fleet(self, maker, count):
        """That many devices of the maker ask to enrol: their faults."""
        rows = self.devices_of("--maker", self.path(maker), "--serial", maker, "--name", maker, "--count", count)
        return [row["fault"] for row in rows]

    def retry(self, maker, times):
        """One device asks again and again; its faults."""
        return [self.devices_of("--maker", self.path(maker), "--serial", f"{maker}-1", "--name", f"{maker}-1",
                                "--keys", self.path("keys"))[0]["fault"] for _ in range(times)]

    def lose(self):
        """Somebody takes one maker's root out of the list of trusted ones."""
        (root,) = [row for row in self.facts("roots", "list") if "lost" in row["subject"]]
        self.assay("roots", "remove", root["id"])

    def outbreaks(self):
        return self.facts("faults")["outbreaks"]

    def log(self, event):
        with open(self.server.log_path, encoding="utf-8") as f:
            return [line for line in f if f"event={event} " in line]

    def screen(self, *words):
        """What a terminal of 80 columns shows; no line is wider."""
        text = plain(self.shell.on_terminal(*words))
        wide = [line for line in text.splitlines() if width(line) > 80]
        tap.check(not wide, wide)
        return text


def as_long_as_nothing_fails_nothing_is_said():
    text = SCENE.assay("faults")
    tap.check(text.startswith("Nothing failed since "), text)
    tap.equal(SCENE.fleet("kept", 2), ["", ""])


def one_device_that_tries_again_and_again_is_no_outbreak():
    SCENE.lose()
    tap.equal(set(SCENE.retry("lost", RETRIES)), {FAULT})
    (row,) = SCENE.facts("faults")["value"]
    tap.equal((row["fault"], row["devices"], row["attempts"]), (FAULT, 1, RETRIES))
    watched = len(SCENE.log("outbreak.began"))
    tap.equal((SCENE.outbreaks(), watched), ([], 0))


def many_devices_of_one_maker_are():
    tap.equal(set(SCENE.fleet("lost", STORM)), {FAULT})
    SCENE.server.wait_until(lambda: [row for row in SCENE.outbreaks() if row["devices"] >= STORM], "to count them all")
    (row,) = SCENE.outbreaks()
    tap.equal((row["origin"], row["issuer"], row["endedDateTime"]), ("TST0", "CN=lost Intermediate CA", None))
    tap.equal((row["suspect"], row["fault"]), ("the maker's CA or service", FAULT))
    tap.check("assay roots import" in row["remedy"], row)


def the_screen_names_maker_issuer_and_what_to_do():
    text = SCENE.screen("faults")
    for words in ("SUSPECTED: the maker's CA or service", "TST0", "CN=lost Intermediate CA", FAULT, "assay roots import",
                  "DEVICES", "█"):
        tap.check(words in text, text)
    tap.check("SUSPECTED" in SCENE.screen("report").splitlines()[0], "the report does not begin with it")
    for by in ("maker", "issuer", "profile", "model"):
        tap.check(FAULT in SCENE.screen("faults", "--by", by, "--since", "1h"), by)


def the_log_says_once_that_it_began():
    (line,) = SCENE.log("outbreak.began")
    tap.check("origin=TST0" in line and f"fault={FAULT}" in line, line)


def the_id_on_a_devices_screen_opens_its_request():
    config = SCENE.write("agent.conf", f"server = {SCENE.server.url}\nca = {SCENE.server.ca}\nstate = {SCENE.path('agent')}\n"
                                       "name = lost-phone\nserial = nobody\n")
    shown = SCENE.run("assay-agent", "enroll", "--no-tpm", "--config", config, offline=True).stdout
    (request,) = [line.split()[1] for line in shown.splitlines() if line.strip().startswith("request ")]
    facts = SCENE.facts("faults", request)
    tap.equal((facts["id"].replace("-", ""), facts["outcome"]), (request, "refused"))
    tap.check(facts["fault"] in shown and facts["remedy"] in " ".join(shown.split()), shown)
    text = SCENE.screen("faults", request)
    for words in ("refused: ", facts["fault"], "lost-phone", "first trip: refused", "evidence"):
        tap.check(words in text, text)


def so_does_the_id_of_a_device_that_was_admitted():
    SCENE.fleet("kept", 3)
    (row,) = [row for row in SCENE.facts("device", "list") if row["deviceName"] == "kept-3"]
    kept = SCENE.path("kept-3.evidence")
    SCENE.assay("device", "evidence", row["id"], "--out", kept)
    request = SCENE.facts("inspect", "evidence", kept)["request_id"]
    facts = SCENE.facts("faults", request)
    tap.equal((facts["outcome"], facts["fault"]), ("enrolled", None))
    tap.equal([event["event"] for event in facts["events"]],
              ["first trip: challenged", "second trip: admitted", "join allowed", "enrolment allowed", "enrolled"])
    tap.check(all(check["outcome"] == "passed" for check in facts["checks"] if check["required"]), facts["checks"])
    tap.check("enrolled: " in SCENE.screen("faults", request), request)


def mistakes_are_named():
    told = SCENE.assay("faults", "--since", "yesterday", good=(2,))
    tap.check("--since yesterday" in told, told)
    for since in ("0m", "2026-13-01", "-1h"):
        tap.check("--since" in SCENE.assay("faults", "--since", since, good=(2,)), since)
    told = SCENE.assay("faults", "0" * 32, good=(1,))
    tap.check("NOT_FOUND" in told, told)
    for target in ("/assay/v1/faults/colour", "/assay/v1/requests/x"):
        tap.equal(SCENE.server.api("GET", target)[0], 404)
    for query in ("since=2026-02-30T00:00:00Z", "since=today", "since="):
        tap.equal(SCENE.server.api("GET", "/assay/v1/faults/cause?" + query)[0], 400)
    tap.equal(SCENE.server.api("GET", "/assay/v1/refusals?since=2026-01-01T00:00:00Z")[0], 400)


def what_was_suspected_is_known_after_a_restart_and_not_said_again():
    SCENE.server.stop()
    SCENE.server.start()
    SCENE.contact["ASSAY_SERVER"] = "https://" + SCENE.server.address("net-admin")
    tap.equal(len(SCENE.outbreaks()), 1)
    tap.equal(len(SCENE.log("outbreak.began")), 1)


TESTS = [
    as_long_as_nothing_fails_nothing_is_said,
    one_device_that_tries_again_and_again_is_no_outbreak,
    many_devices_of_one_maker_are,
    the_screen_names_maker_issuer_and_what_to_do,
    the_log_says_once_that_it_began,
    the_id_on_a_devices_screen_opens_its_request,
    so_does_the_id_of_a_device_that_was_admitted,
    mistakes_are_named,
    what_was_suspected_is_known_after_a_restart_and_not_said_again,
]


def main():
    global SCENE
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE = Scene(server, folder)
        tap.run(tap.named(TESTS))


main()
