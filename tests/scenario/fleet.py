"""The devices of a scenario: waves of simulated ones, and real agents on software TPM chips."""
import base64
import os
import signal
import subprocess
import threading
import time

from scene import Failed, PATIENCE_S, run, run_well, wait_until
from loopback import is_listening

# An answer begins with its map's head, version, purpose, and then key 3: the id, 16 octets (doc/protocol.md).
ID_AT, ID_END = 7, 23


def read(path):
    with open(path, "rb") as f:
        return f.read()


class Wave(threading.Thread):
    """Simulated devices that are registered, then enrol all at once and do not give up."""

    def __init__(self, server, folder, count):
        super().__init__(daemon=True)
        self.server, self.folder, self.count = server, folder, count
        self.name = os.path.basename(folder)
        self.keys, self.kept = os.path.join(folder, "keys"), os.path.join(folder, "kept")
        self.tries = 0      # of registrations
        self.trouble = []   # why it ended before all was done
        self.process = None

    def words(self, command):
        return [f"{self.server.build}/assay-sim", command, "--keys", self.keys, "--count", str(self.count)]

    def run(self):
        try:
            os.makedirs(self.folder)
            hashes = run_well(*self.words("registrations")).split()
            for number, ek_hash in enumerate(hashes, 1):
                self.tries += self.server.register(ek_hash, f"{self.name}-{number}")
            self.enrol()
        except Failed as error:
            self.trouble.append(str(error))

    def enrol(self):
        words = self.words("enroll") + ["--server", self.server.url, "--ca", self.server.ca, "--no-certificate",
                                        "--parallel", str(self.count), "--patience", str(2 * PATIENCE_S),
                                        "--keep", self.kept, "--name", self.name]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, start_new_session=True)
        said, _ = self.process.communicate()
        if self.process.returncode:
            raise Failed(f"{self.name}: exit code {self.process.returncode}\n{said}")

    def stop(self):
        """Ends devices that still try."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def kept_of(self, what):
        """The kept requests ("answer") or replies, by device number."""
        try:
            names = os.listdir(self.kept)
        except FileNotFoundError:
            return {}
        paths = {int(name[:6]): os.path.join(self.kept, name) for name in names if name.endswith(what)}
        return {number: content for number, path in paths.items() if len(content := read(path)) > ID_END}

    def in_flight(self):
        """The tickets whose second request left a device that has no reply yet."""
        done = self.kept_of("reply")
        return {answer[ID_AT:ID_END].hex() for number, answer in self.kept_of("answer").items()
                if number not in done}

    def exchanges(self):
        """(name, second request, reply) of each device that has both."""
        replies = self.kept_of("reply")
        return [(f"{self.name}-{number}", answer, replies[number])
                for number, answer in sorted(self.kept_of("answer").items()) if number in replies]


class Agent:
    """assay-agent, the product's own, on a chip of its own."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.name = os.path.basename(folder)
        self.state, self.config = os.path.join(folder, "state"), os.path.join(folder, "agent.conf")
        os.makedirs(os.path.join(folder, "chip"))
        self.chip = self.process = None
        self.request = b""   # its second request
        self.runs = 0

    def start_chip(self):
        socket_path = os.path.join(self.folder, "tpm")
        self.chip = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}/chip", "--server",
             f"type=unixio,path={socket_path}", "--ctrl", f"type=unixio,path={socket_path}.ctrl", "--flags",
             "not-need-init,startup-clear"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_until(lambda: is_listening(socket_path) and is_listening(socket_path + ".ctrl"), "a chip")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f"server = {self.server.url}\nca = {self.server.ca}\nstate = {self.state}\nname = {self.name}\n"
                    f"tcti = swtpm:path={socket_path}\nattempts = 1\n")

    def words(self, command):
        return [f"{self.server.build}/assay-agent", command, "--json", "--config", self.config]

    def ek_hash(self):
        done = run_well(*self.words("hardware-hash"))
        return done.split('"ekHash"')[1].split('"')[1]

    def begin(self):
        """Starts to enrol; it will not get beyond the second request while somebody holds the server."""
        self.process = subprocess.Popen(self.words("enroll"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.runs += 1

    def find_request(self):
        """The second request as it was written before it was sent, or nothing."""
        path = os.path.join(self.state, "pending.cbor")
        self.request = read(path) if os.path.exists(path) else b""
        return self.request

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def finish(self):
        """Runs again and again, as a service would be, until it is enrolled."""
        end = time.monotonic() + PATIENCE_S
        while (done := run(*self.words("enroll"))).returncode:
            self.runs += 1
            if time.monotonic() > end:
                raise Failed(f"{self.name} did not enrol: {done.stdout}{done.stderr}")
            time.sleep(0.1)
        self.runs += 1

    def certificates(self):
        """The certificates on its disk, DER."""
        found = []
        for name in ("ak.crt", "device.crt"):
            with open(os.path.join(self.state, name), encoding="ascii") as f:
                found.append(base64.b64decode(f.read().split("-----")[2]))
        return found

    def stop(self):
        for process in (self.process, self.chip):
            if process and process.poll() is None:
                process.kill()
                process.wait()
