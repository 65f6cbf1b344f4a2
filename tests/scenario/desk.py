"""The administrator's shell and simulated devices at one server, with their files in one folder."""
import json
import os
import subprocess

from scene import Failed


class Desk:
    """admin is the server's address for administrators; the server has url, ca and token as well."""

    def __init__(self, build, server, folder, admin):
        self.build, self.server, self.folder = build, server, folder
        self.contact = {"ASSAY_SERVER": admin, "ASSAY_CA": server.ca,
                        "ASSAY_TOKEN_FILE": self.write("admin.token", server.token)}

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """A file that nobody else may read; its path."""
        with open(self.path(name), "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as f:
            f.write(text)
        return self.path(name)

    def run(self, program, *words, offline=False):
        """Runs one of our programs to its end; offline it knows of no server."""
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder, **({} if offline else self.contact)}
        return subprocess.run([os.path.join(self.build, program), *map(str, words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=environment, check=False)

    def program(self, name, *words, good=(0,), **more):
        """The same, of a program that must end with one of those codes: what it said."""
        done = self.run(name, *words, **more)
        if done.returncode not in good:
            raise Failed(f"{name} {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout or done.stderr

    def assay(self, *words, **more):
        return self.program("assay", *words, **more)

    def facts(self, *words):
        return json.loads(self.assay(*words, "--json"))

    def devices_of(self, *words):
        """What the simulator reports of each device, enrolled or refused."""
        return json.loads(self.run("assay-sim", "enroll", "--server", self.server.url, "--ca", self.server.ca, "--json",
                                   *words).stdout)["devices"]
