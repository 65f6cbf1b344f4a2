"""What the scenarios of the three modes share: a server that trusts one maker, profiles, and devices of that maker."""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402


class Office(Desk):
    """Where devices are registered and enrol."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.run("assay-sim", "maker", "--dir", self.path("maker"))
        self.assay("roots", "import", self.path("maker/root.crt"), "--maker", "IFX", "--class", "test")

    def register(self, serial, *words):
        self.assay("registration", "add", "--serial", serial, *words)

    def token(self, profile, *words):
        return self.assay("token", "add", "--profile", profile, *words).strip()

    def come(self, serial, *words):
        """The device with that serial number comes, always with the same TPM and the same keys; what becomes of it."""
        return self.devices_of("--maker", self.path("maker"), "--keys", self.path(serial), "--keep-keys", "--serial", serial,
                               "--name", serial, *words)[0]

    def fault(self, serial, *words):
        """Why it was refused; empty when it was not."""
        return self.come(serial, *words)["fault"]

    def registration(self, serial):
        row = next(r for r in self.facts("registration", "list") if r["serialNumber"] == serial)
        return self.facts("registration", "show", row["id"])

    def device(self, serial):
        return self.facts("device", "show", self.registration(serial)["managedDeviceId"])


def play(tests_of, *settings):
    """Runs the tests of a story, which are told in their order; ends the process as tap.run does."""
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder, settings) as server:
        tap.run(tap.named(tests_of(Office(server, folder))))
