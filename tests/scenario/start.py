#!/usr/bin/env python3
"""Bad starts: each ends at once with one fault, which names the thing and what to do, and leaves nothing behind.

usage: start.py BUILD
"""
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple

from scene import PATIENCE_S, Server, run_scenario, run_well
from loopback import free_port

EXIT_FAULT, EXIT_USAGE = 1, 2
NOBODY = 65534


class Site:
    """A new server for each case, in a folder of its own, and the command line that would start it."""

    def __init__(self, build, scratch):
        self.build, self.scratch = build, scratch
        self.data = os.path.join(scratch, "data")
        self.command = [f"{build}/assayd", "run"]
        self.settings = {"server.data": self.data, "device.listen": f"127.0.0.1:{free_port()}",
                         "admin.listen": f"127.0.0.1:{free_port()}"}
        self.words = []
        self.sockets = []
        shutil.rmtree(self.data, ignore_errors=True)
        run_well(f"{build}/assayd", "init", "--set", f"server.data={self.data}")

    def path(self, name):
        return os.path.join(self.data, name)

    def write(self, name, text):
        """A file beside the data folder."""
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def listen(self):
        """An address that somebody else listens on."""
        self.sockets.append(s := socket.create_server(("127.0.0.1", 0)))
        return f"127.0.0.1:{s.getsockname()[1]}"

    def start(self):
        """Exit code, and what was said."""
        pairs = [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]
        process = subprocess.Popen(self.command + pairs + self.words, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   start_new_session=True)
        try:
            said, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            said, _ = process.communicate()
            said += "\n(it did not end)"
        for s in self.sockets:
            s.close()
        return process.returncode, said, self.is_left(process.pid)

    @staticmethod
    def is_left(group):
        """True when a process of the server outlived it."""
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        return True


# --- what is wrong, case by case -------------------------------------------------------------------------------

def folder_missing(site):
    site.settings["server.data"] = "/nonexistent/assay"
    return "/nonexistent/assay: No such file"


def folder_is_file(site):
    site.settings["server.data"] = site.write("file", "")
    return "Not a directory"


def folder_empty(site):
    shutil.rmtree(site.data)
    os.mkdir(site.data)
    return site.path("ca/root.crt")


def database_missing(site):
    os.remove(site.path("core/assay.sqlite"))
    return site.path("core/assay.sqlite")


def key_unreadable(site):
    if os.geteuid() == 0:
        site.command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *site.command]
    else:
        os.chmod(site.path("ca/issuing.key"), 0)
    return site.path("ca/issuing.key") + ": Permission denied"


def key_open_to_others(site):
    os.chmod(site.path("ca/issuing.key"), 0o644)
    return "ca 0"


def key_damaged(site):
    with open(site.path("tls/device.key"), "w", encoding="ascii") as f:
        f.write("no key\n")
    return "net-device 0"


def key_of_another(site):
    with open(site.path("ca/token.key"), encoding="ascii") as f, \
            open(site.path("ca/issuing.key"), "w", encoding="ascii") as g:
        g.write(f.read())
    return "ca 0"


def database_damaged(site):
    with open(site.path("core/assay.sqlite"), "r+b") as f:
        f.write(b"no database at all")
    return "core 0"


def log_damaged(site):
    """A line that is no line, and more after it than a crash can leave."""
    with open(site.path("ca/issued.log"), "w", encoding="ascii") as f:
        f.write("x" * 200000)
    return "ca 0"


def device_port_used(site):
    site.settings["device.listen"] = address = site.listen()
    return address


def admin_port_used(site):
    site.settings["admin.listen"] = address = site.listen()
    return address


def address_of_another(site):
    site.settings["device.listen"] = "192.0.2.1:8443"    # RFC 5737: nobody's
    return "192.0.2.1:8443"


def address_malformed(site):
    site.settings["device.listen"] = "8443"
    return "device.listen"


def key_unknown(site):
    site.settings["server.dta"] = "/srv"
    return "server.dta"


def value_too_large(site):
    site.settings["device.verifiers"] = "17"
    return "device.verifiers"


def value_missing(site):
    site.words = ["--set", "server.organization"]
    return "server.organization"


def file_missing(site):
    site.words = ["--config", "/nonexistent/assayd.conf"]
    return "/nonexistent/assayd.conf: No such file"


def file_is_folder(site):
    site.words = ["--config", site.scratch]
    return f"{site.scratch}: Is a directory"


def file_with_unknown_key(site):
    path = site.write("assayd.conf", "[server]\n# one letter is missing\ndta = /srv/assay\n")
    site.words = ["--config", path]
    return f"{path}: line 3: there is no key dta here; server.data may be meant"


def file_with_bad_value(site):
    path = site.write("assayd.conf", "[device]\nverifiers = many\n")
    site.words = ["--config", path]
    return f"{path}: line 2"


def founded_already(site):
    site.command[1] = "init"
    return site.data


def founded_nowhere(site):
    site.command[1] = "init"
    site.settings["server.data"] = "/nonexistent/deep/assay"
    return "/nonexistent/deep/assay"


Case = namedtuple("Case", "sentence arrange fault")
CASES = (
    Case("a data folder that is not there is named", folder_missing, "DATA_MISSING"),
    Case("a data folder that is a file is named", folder_is_file, "DATA_MISSING"),
    Case("a data folder that init did not make is no server", folder_empty, "DATA_MISSING"),
    Case("a server whose database is gone does not begin with an empty one", database_missing, "DATA_MISSING"),
    Case("a key that this user may not read is named", key_unreadable, "SYS_FILE"),
    Case("a key that others may read is not used", key_open_to_others, "KEY_FILE"),
    Case("a key that is none is not used", key_damaged, "KEY_FILE"),
    Case("a key that does not fit its certificate is not used", key_of_another, "KEY_FILE"),
    Case("a damaged database stops the start", database_damaged, "SYS_FILE"),
    Case("a damaged issue log stops the start", log_damaged, "SYS_FILE"),
    Case("a device port in use is named", device_port_used, "SYS_PORT"),
    Case("an admin port in use is named", admin_port_used, "SYS_PORT"),
    Case("an address of another machine is named", address_of_another, "SYS_PORT"),
    Case("an address without a host is refused", address_malformed, "CONFIG_INVALID"),
    Case("an unknown key on the command line is named", key_unknown, "CONFIG_INVALID"),
    Case("a value out of bounds is refused by its key", value_too_large, "CONFIG_INVALID"),
    Case("a key without a value is refused", value_missing, "CONFIG_INVALID"),
    Case("a configuration file that is not there is named", file_missing, "SYS_FILE"),
    Case("a configuration file that is a folder is named", file_is_folder, "SYS_FILE"),
    Case("an unknown key in a file comes with its line and the nearest key", file_with_unknown_key,
         "CONFIG_INVALID"),
    Case("a bad value in a file comes with its line", file_with_bad_value, "CONFIG_INVALID"),
    Case("a server is not founded twice", founded_already, "CONFLICT"),
    Case("a server is not founded below a folder that is not there", founded_nowhere, "SYS_FILE"),
)


def objections(fault, named, outcome):
    """What is wrong with the way a start failed."""
    code, said, is_left = outcome
    headlines = [line for line in said.splitlines() if line.startswith("assayd: ")]
    if code != EXIT_FAULT:
        yield f"exit code {code}"
    if len(headlines) != 1 or not headlines[0].startswith(f"assayd: {fault}: "):
        yield f"the headline is not one of {fault}: {headlines}"
    elif not said.rstrip().splitlines()[-1].startswith("        "):
        yield "no remedy ends it"
    if named not in said:
        yield f"it does not name {named}"
    if is_left:
        yield "a process is left"
    if "fault=BUG" in said:
        yield "it calls itself a bug"


def content(folder):
    """Keys and certificates of a data folder: what no start may change."""
    found = {}
    for root, _, names in os.walk(folder):
        for path in (os.path.join(root, name) for name in names if name.endswith((".key", ".crt", ".crl"))):
            if os.access(path, os.R_OK):
                with open(path, "rb") as f:
                    found[path] = f.read()
    return found


def play_case(tap, build, scratch, case):
    site = Site(build, scratch)
    named = case.arrange(site)
    before = content(site.data)
    outcome = site.start()
    wrong = list(objections(case.fault, named, outcome))
    after = content(site.data)
    wrong += [f"{path} has changed" for path, octets in before.items() if after.get(path) != octets]
    tap.check(case.sentence, wrong + outcome[1].splitlines()[-6:] if wrong else [])


def play_second(tap, build, scratch):
    """Two servers on one data folder."""
    first = Server(build, scratch)
    first.start()
    site = Site(build, scratch)
    site.settings["server.data"] = first.data
    code, said, is_left = site.start()
    wrong = list(objections("DATA_IN_USE", first.data, (code, said, is_left)))
    tap.check("a second server on one data folder is refused", wrong)
    status, _ = first.ask_admin("GET", "/healthz")
    tap.check("the first goes on and its status is told", [] if status == 200 and first.is_whole()
              else [f"status {status}", str(first.roles())])
    tap.check("it stops when it is asked to", [] if (code := first.stop()) == 0 else [f"exit code {code}"])
    first.start()
    tap.check("then another may have the folder", [] if first.is_whole() else ["it is not whole"])
    first.stop()


def play_usage(tap, build, scratch):
    for sentence, words in (("a stray word is refused", ["run", "now"]), ("an unknown command is refused", ["serve"]),
                            ("no command is refused", []), ("an unknown option is refused", ["run", "--fast"])):
        site = Site(build, scratch)
        site.command = [site.command[0], *words]
        code, said, is_left = site.start()
        tap.check(sentence, [] if code == EXIT_USAGE and said and not is_left else [f"exit code {code}", said])


def play_many_settings(tap, build, scratch):
    server = Server(build, os.path.join(scratch, "many"), *[f"records.evidence={n}" for n in range(1, 40)])
    server.start()
    tap.check("forty settings on the command line are no reason not to start",
              [] if server.is_whole() else ["it is not whole"])
    server.stop()


def perform(tap, scratch, build):
    for case in CASES:
        play_case(tap, build, scratch, case)
    play_second(tap, build, scratch)
    play_usage(tap, build, scratch)
    os.makedirs(os.path.join(scratch, "many"))
    play_many_settings(tap, build, scratch)


if __name__ == "__main__":
    sys.exit(run_scenario(perform, sys.argv[1]))
