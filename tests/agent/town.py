"""A server, an identity provider that it trusts in the way of the test, and devices whose users sign in there."""
import json
import os
import re
import subprocess

import devices
from devices import BUILD, Device, Scene

PROVIDERS = "/assay/v1/identityProviders"


class Town(Scene):
    """A server with two profiles, and an identity provider whose users' devices get one of them."""

    def __init__(self, build, server, folder, provider):
        super().__init__(build, server, folder)
        self.provider = provider
        server.add("/assay/v1/profiles", {"displayName": "preferred", "attestation": "preferred"})

    def trust(self, name="contoso", **words):
        """Trusts the provider's users in this way alone, and waits for its keys."""
        for row in self.server.api("GET", PROVIDERS)[1]["value"]:
            self.server.api("DELETE", f"{PROVIDERS}/{row['displayName']}")
        said = {"displayName": name, "issuer": self.provider.issuer, "clientId": "assay", "profile": "byod", **words}
        self.server.add(PROVIDERS, said)
        self.server.wait_until(lambda: self.show(name)["keys"], "to fetch the provider's keys")

    def show(self, name="contoso"):
        return json.loads(self.server.assay("idp", "show", name, "--json"))

    def enroll(self, user, *words, chip=None, **settings):
        """(exit code, report) of a device whose user reads its screen and signs in."""
        device = Device(self, chip, sign_in_ca=self.provider.ca, pause_ms=50, attempts=100, **settings)
        command = [os.path.join(BUILD, "assay-agent"), "enroll", "--json", "--sign-in", "--config",
                   f"{device.folder}/agent.conf", *words]
        agent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 env={**os.environ, **devices.at(0)})
        screen = ""
        while "code: " not in screen and (line := agent.stderr.readline()):
            screen += line
        shown = re.search(r"(https://\S+)\n\s+code: (\S+)", screen)
        if shown:
            self.provider.sign_in(*shown.groups(), user)
        report, rest = agent.communicate()
        self.screen, self.device, self.report = screen + rest, device, json.loads(report)
        return agent.returncode, self.report

    def record(self, report):
        return self.server.api("GET", f"/graph/beta/deviceManagement/managedDevices/{report['deviceId']}")[1]

    def policies(self):
        """The issuance policies of the device certificate."""
        shown = subprocess.run(["openssl", "x509", "-noout", "-ext", "certificatePolicies", "-in",
                                f"{self.device.state}/device.crt"], capture_output=True, text=True, check=False).stdout
        return re.findall(r"Policy: (\S+)", shown)
