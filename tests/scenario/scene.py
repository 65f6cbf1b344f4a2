"""What the scenarios share: a server in a scratch folder, its log as a pipe with a gate, its records, devices.

Nothing here knows more of the product than an administrator may: commands, the admin API, log lines, the database
and the issue log. A scenario prints TAP; Tap.check is one test.
"""
import fcntl
import http.client
import json
import os
import re
import select
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections import namedtuple

sys.path.insert(1, os.path.join(os.path.dirname(__file__), "../../tools"))

from loopback import free_port  # noqa: E402

PATIENCE_S = 60   # longest wait for anything; whoever waits longer has found a defect
POLL_S = 0.003
PAGE = 4096       # octets in the smallest pipe


class Failed(Exception):
    """The scenario cannot go on."""


def wait_until(true, what, seconds=PATIENCE_S):
    """What true() gives, once that is something."""
    end = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(POLL_S)
    return found


def run(*words, **more):
    """Runs a program to its end."""
    return subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False, **more)


def run_well(*words, **more):
    """What a program printed that must succeed."""
    done = run(*words, **more)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, words))}\nexited {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Tap:
    """Results in the Test Anything Protocol."""

    def __init__(self):
        self.count = self.failures = 0

    def check(self, sentence, wrong=()):
        """One test: it passes when nothing is wrong."""
        self.count += 1
        wrong = list(wrong)
        self.failures += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {self.count} - {sentence}")
        for line in wrong[:10]:
            self.say(line)
        if len(wrong) > 10:
            self.say(f"… and {len(wrong) - 10} more")
        sys.stdout.flush()

    def skip(self, sentence, why):
        self.count += 1
        print(f"ok {self.count} - {sentence} # SKIP {why}", flush=True)

    @staticmethod
    def say(text):
        for line in str(text).splitlines():
            print(f"# {line}", flush=True)

    def done(self):
        """Prints the plan; the exit code."""
        print(f"1..{self.count}", flush=True)
        return 1 if self.failures else 0


def run_scenario(play, *arguments):
    """Runs play(tap, scratch, …) in a scratch folder that goes when all went well. The exit code."""
    tap = Tap()
    # Below the root of the file system a path is short enough for a socket, and open to the roles' own users.
    scratch = tempfile.mkdtemp(prefix="assay-scenario-")
    os.chmod(scratch, 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        play(tap, scratch, *arguments)
    except Failed as error:
        tap.check("the scenario can go on", [str(error)])
    if tap.failures:
        tap.say(f"the server's folder and log are kept in {scratch}")
    else:
        shutil.rmtree(scratch, ignore_errors=True)
    return tap.done()


# --- the log --------------------------------------------------------------------------------------------------

FIELD = re.compile(r'(\w[\w.-]*)=("(?:[^"\\]|\\.)*"|\S*)')
TICKET_LINE = len('time=2026-01-01T00:00:00Z process="core 0" event=ticket point= ticket=') + 32 + 1
FILLER = b"filler"


class Log:
    """The server's standard error: a pipe of one page, read by a thread into a file and a list of lines.

    Each line is one write, and a process waits in that write while the pipe is full. So the log is a row of
    breakpoints: when the gate is closed, whoever logs next stands still right there until it is opened.
    """

    def __init__(self, path):
        self.end, self.start = os.pipe()
        fcntl.fcntl(self.end, fcntl.F_SETPIPE_SZ, PAGE)
        # A description of its own: the flag must not reach the server.
        self.filling = os.open(f"/proc/self/fd/{self.start}", os.O_WRONLY | os.O_NONBLOCK)
        self.lines = []
        self.points = {}   # ticket: the points it passed, in their order
        self.ends = []     # (pid, what ended it), of roles
        self.file = open(path, "ab")
        self.rest = b""
        self.turn = threading.Lock()
        self.is_closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            select.select([self.end], [], [])
            with self.turn:
                if not self.is_closed and self.waiting():
                    self._take()
            if self.is_closed:
                time.sleep(POLL_S)

    def _take(self):
        self.file.write(chunk := os.read(self.end, PAGE))
        self.file.flush()
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        for line in lines:
            if not line.startswith(FILLER):
                self._note(line.decode())

    def _note(self, line):
        fields = {key: value.strip('"') for key, value in FIELD.findall(line)}
        event = fields.get("event")
        if event == "ticket":
            self.points.setdefault(fields["ticket"], []).append(fields["point"])
        elif event == "role-ended":
            how = "signal " + fields["signal"] if "signal" in fields else "exit " + fields["exit"]
            self.ends.append((int(fields["pid"]), f"{fields['role']} ended by {how}"))
        self.lines.append(fields)

    def count(self, event, **more):
        """How many lines there are of that event with those fields."""
        wanted = dict(more, event=event).items()
        return sum(1 for fields in list(self.lines) if wanted <= fields.items())

    def close_gate(self, room=0):
        """Takes what is there and then nothing more, so that only that many octets of log fit."""
        with self.turn:
            self.is_closed = True
        self.take()
        try:
            os.write(self.filling, FILLER + b"." * (PAGE - room - len(FILLER) - 1) + b"\n")
        except BlockingIOError:
            pass   # somebody wrote in between, so there is even less room

    def take(self):
        """Reads what is there, also when the gate is closed."""
        with self.turn:
            while self.waiting():
                self._take()

    def open_gate(self):
        self.is_closed = False

    def waiting(self):
        """Octets in the pipe."""
        buffer = bytearray(4)
        fcntl.ioctl(self.end, termios.FIONREAD, buffer)
        return int.from_bytes(buffer, sys.byteorder)

    def drain(self):
        """Waits until all that was written so far is in the lists."""
        wait_until(lambda: not self.waiting(), "the log to be read")
        with self.turn:
            pass


# --- the server -----------------------------------------------------------------------------------------------

Role = namedtuple("Role", "name pid")


def state_of(pid):
    """The process's letter in proc(5): T stopped, S waiting; Z and none are the same: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            letter = f.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if letter in "ZX" else letter


def is_gone(pid):
    return not state_of(pid)


class Server:
    """assayd on loopback with its data folder in the scratch folder; it is started and started again here."""

    def __init__(self, build, scratch, *settings, data=None):
        self.build = build
        self.data = data or os.path.join(scratch, "server")
        self.device, self.admin = free_port(), free_port()
        self.settings = []
        for pair in (f"server.data={self.data}", f"device.listen=127.0.0.1:{self.device}",
                     f"admin.listen=127.0.0.1:{self.admin}", "fetch.hosts=", *settings):
            self.settings += ["--set", pair]
        self.log = Log(os.path.join(scratch, "server.log"))
        made = json.loads(run_well(f"{build}/assayd", "init", "--json", *self.settings))
        self.ca = made["ca"]
        with open(made["adminToken"], encoding="ascii") as f:
            self.token = f.read().strip()
        self.url = f"https://127.0.0.1:{self.device}"
        self.process = None

    def try_start(self):
        """True when it is up, false when it ended instead."""
        ready = self.log.count("server-ready")
        self.process = subprocess.Popen([f"{self.build}/assayd", "run", *self.settings], stdin=subprocess.DEVNULL,
                                        stdout=self.log.start, stderr=self.log.start)
        wait_until(lambda: self.log.count("server-ready") > ready or self.process.poll() is not None,
                   "the server to start")
        return self.process.returncode is None

    def start(self):
        if not self.try_start():
            raise Failed(f"the server did not start: exit code {self.process.returncode}")

    def stop(self):
        """An orderly stop. The exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait()

    def roles(self):
        """What runs, by the server's own account."""
        done = run(f"{self.build}/assayd", "status", "--json", *self.settings)
        if done.returncode:
            raise Failed(f"assayd status exited {done.returncode}: {done.stderr}")
        rows = json.loads(done.stdout)
        return [Role(row["role"].rpartition(" ")[0], row["pid"]) for row in rows if row["running"]]

    def pids(self, name):
        return [role.pid for role in self.roles() if role.name == name]

    def processes(self):
        """As many as there were at the start, by the log; 0 before that."""
        counts = [int(fields["processes"]) for fields in list(self.log.lines) if fields.get("event") == "server-ready"]
        return counts[-1] if counts else 0

    def is_whole(self):
        """True when every process is up: as many as there were at the start, none of them starting."""
        try:
            with open(os.path.join(self.data, "status.json"), encoding="utf-8") as f:
                rows = [json.loads(line) for line in f]
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        return len(rows) == self.processes() and all(row["ready"] and not is_gone(row["pid"]) for row in rows)

    def children(self):
        """The processes that parent has, by the kernel's account."""
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as f:
                return [int(pid) for pid in f.read().split()]
        except FileNotFoundError:
            return []

    def connections(self):
        """How many connections devices have, by the kernel's account."""
        with open("/proc/net/tcp", encoding="ascii") as f:
            return sum(1 for line in f if line.split()[1].endswith(f":{self.device:04X}") and line.split()[3] == "01")

    def _send(self, port, method, path, body, headers):
        context = ssl.create_default_context(cafile=os.path.join(self.data, "ca", "root.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE_S, context=context)
        try:
            connection.request(method, path, body=body, headers=headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def ask_admin(self, method, path, body=None):
        """One request of the administrator. Status and body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return self._send(self.admin, method, path, body and json.dumps(body), headers)

    def send_answer(self, octets):
        """The second trip of a device, as it was sent before. Status and body."""
        return self._send(self.device, "POST", "/device/v1/answer", octets, {"Content-Type": "application/cbor"})

    def register(self, ek_hash, name):
        """Registers a device, whatever happens to the server meanwhile. How often that had to be tried."""
        path = "/graph/beta/deviceManagement/windowsAutopilotDeviceIdentities"
        end, tries, status = time.monotonic() + PATIENCE_S, 0, None
        while time.monotonic() < end:
            tries += 1
            try:
                status, body = self.ask_admin("POST", path, {"ekHash": ek_hash, "displayName": name})
            except (OSError, http.client.HTTPException):
                status, body = None, b""
            # A conflict is an earlier try whose reply was lost.
            if status == 201 or (status == 409 and tries > 1):
                return tries
            if status is not None and status < 500:
                raise Failed(f"registering {name}: {status} {body.decode()}")
            time.sleep(0.05)
        raise Failed(f"registering {name}: no answer, last status {status}")


# --- the records ----------------------------------------------------------------------------------------------

class Records:
    """What the server has written: its database, opened for reading, and the issue log."""

    INTENT, ISSUED, VOID = 1, 2, 3    # enrolment.state; a certificate's begins the same
    AK, DEVICE = 1, 2                 # certificate.kind

    def __init__(self, server):
        self.database = os.path.join(server.data, "core", "assay.sqlite")
        self.journal = os.path.join(server.data, "ca", "issued.log")

    def rows(self, query, *values):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def logged(self):
        """The issue log: (serial, digest) of each line about a device's certificate."""
        with open(self.journal, encoding="ascii") as f:
            lines = [line.split() for line in f.read().splitlines()]
        return [(serial, digest) for _, kind, serial, digest in lines if kind != "ocsp"]
