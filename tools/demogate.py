"""The demonstration's gate: nginx lets a device in as long as it is compliant; left out where nginx is not installed."""
import json
import os

import nginxgate


class DemoGate:
    def __init__(self, scratch):
        folder = os.path.join(scratch, "gate")
        os.makedirs(folder)
        self.nginx = nginxgate.Gate(folder) if nginxgate.is_installed() else None

    def settings(self):
        """What makes the server believe it."""
        return [f"access.gates={self.nginx.fingerprint}"] if self.nginx else []

    def ask(self, server, folder, name, wait_until):
        """Lets the device ask, withdraws its compliance, and lets it ask again: what to show, and what is amiss."""
        if not self.nginx:
            return "The gate is left out: nginx is not installed.", []
        self.nginx.start(f"https://127.0.0.1:{server.device}", server.root, wait_until)
        shown = f"{folder}/{name}/device.crt", f"{folder}/{name}/device.pem"
        (policy,) = json.loads(server.assay("compliance", "list", "--json"))
        before = nginxgate.ask(self.nginx.address, shown)
        server.assay("compliance", "set", policy["id"], "--set", "assurance=low", "--set", "grace=0")
        after = nginxgate.ask(self.nginx.address, shown)
        server.assay("compliance", "set", policy["id"], "--set", "assurance=none", "--set", f"grace={policy['gracePeriodHours']}")
        why = (after[1] or "no reason").split(": ")[-1]
        line = f"nginx lets {name} in ({before[0]}, {before[1]}), and when its compliance is withdrawn not ({after[0]}, {why})."
        is_right = before == (200, "compliant") and (after[0], why) == (403, "ASSURANCE_LOW")
        return line, [] if is_right else [f"the gate says {before} to {name}, then {after}"]

    def stop(self):
        if self.nginx:
            self.nginx.stop()
