"""The administrator's shell as a person or a script meets it."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3
WAIT_S = 60


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}, output {self.out!r}, errors {self.err!r}"


class Shell:
    """assay as the first administrator of a server, with files in a folder."""

    def __init__(self, build, folder, server):
        self.build, self.folder, self.server = build, folder, server
        self.assay = os.path.join(build, "assay")
        self.url = "https://" + server.address("net-admin")
        self.token_file = self.write("admin.token", server.token + "\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.path("home"),
            "ASSAY_SERVER": self.url,
            "ASSAY_CA": server.ca,
            "ASSAY_TOKEN_FILE": self.token_file,
        }

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content, mode=0o600):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path

    def run(self, *words, **variables):
        environment = {k: v for k, v in {**self.environment, **variables}.items() if v is not None}
        done = subprocess.run([self.assay, *words], capture_output=True, env=environment, timeout=WAIT_S)
        result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert self.server.token not in result.out + result.err, "the administrator's token was printed"
        return result

    def does(self, *words, **variables):
        result = self.run(*words, **variables)
        assert result.code == DONE and result.err == "", result
        return result.out

    def refuses(self, code, name, *words, **variables):
        """One clear error of that code: its line, perhaps a detail, a remedy; and nothing on standard output."""
        result = self.run(*words, **variables)
        lines = result.err.splitlines()
        assert result.code == code, result
        assert result.err.startswith(f"assay: {name}: ") and 2 <= len(lines) <= 3, result
        assert all(line.startswith("       ") and line.strip() for line in lines[1:]), result
        assert result.out == "", result
        return result.err

    def on_terminal(self, *words, columns=80, typed="", **variables):
        """What the command writes to a terminal of that width, on which something is typed."""
        return on_terminal([self.assay, *words], {**self.environment, **variables}, columns, typed)


def on_terminal(words, environment, columns=80, typed=""):
    """What a program that does what it is asked writes to a terminal of that width, on which something is typed."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(words, stdin=inner, stdout=inner, stderr=inner, env={"TERM": "xterm-256color", **environment})
    os.close(inner)
    os.write(outer, typed.encode())
    octets = b""
    while True:
        try:
            part = os.read(outer, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        octets += part
    os.close(outer)
    assert process.wait(WAIT_S) == DONE, octets
    return octets.decode().replace("\r\n", "\n")


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
