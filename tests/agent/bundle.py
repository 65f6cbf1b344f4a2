"""The bundle that the agent packs for support, taken apart by gcab."""
import json
import os
import subprocess
import tempfile

import tap
from devices import BUILD


class Bundle:
    """The files of a CAB as gcab finds them."""

    def __init__(self, device, *words, **environment):
        self.cab = f"{device.folder}/diag.cab"
        self.code, self.report = device.run("diag", "--cab", self.cab, *words, **environment)
        tap.equal(self.code, 0)
        folder = tempfile.mkdtemp(dir=device.folder)
        subprocess.run(["gcab", "-x", self.cab], cwd=folder, check=True, capture_output=True)
        self.files = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                self.files[name] = f.read()

    def text(self, name):
        return self.files[name].decode()

    def causes(self):
        done = subprocess.run([f"{BUILD}/assay", "explain", "--json", self.cab], capture_output=True, check=False)
        return [cause["cause"] for cause in json.loads(done.stdout)["causes"]]
