#!/usr/bin/env python3
"""A large file of registrations is imported, page by page, and an import that broke off is made again.

usage: roster.py BUILD ROWS

Prints how many rows a second it took and what processor time; that is a figure and no test.
"""
import itertools
import json
import os
import resource
import subprocess
import sys
import time

from desk import Desk
from scene import Records, Server, Tap, run_scenario, wait_until

HEAD = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\r\n"
LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
STRIDE = 387_420_489   # no divisor in common with the number of serial numbers, so all differ and none is next to another


def serial(number):
    """Nine letters that look drawn, as makers' do."""
    rest, letters = number * STRIDE % len(LETTERS) ** 9, []
    for _ in range(9):
        rest, letter = divmod(rest, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def write_file(path, rows):
    with open(path, "w", encoding="ascii", newline="") as f:
        f.write(HEAD)
        f.writelines(f"{serial(i)},,,Fleet,\r\n" for i in range(rows))


def processor_s(server):
    """Seconds of all roles so far, by the kernel's account."""
    ticks = 0
    for role in server.roles():
        with open(f"/proc/{role.pid}/stat", encoding="ascii", errors="replace") as f:
            ticks += sum(int(word) for word in f.read().rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def play(tap, scratch, build, rows):
    server = Server(build, scratch)
    server.start()
    desk, records = Desk(build, server, scratch, f"https://127.0.0.1:{server.admin}"), Records(server)
    path = desk.path("fleet.csv")
    write_file(path, rows)

    def registered():
        (count,), = records.rows("SELECT count(*) FROM registration")
        return count

    def import_whole():
        done = desk.run("assay", "registration", "import", path, "--json")
        return json.loads(done.stdout)

    begun, before = time.monotonic(), processor_s(server)
    broken = subprocess.Popen([f"{build}/assay", "registration", "import", path], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **desk.contact})
    wait_until(lambda: registered() >= rows // 10, "a tenth of the rows")
    broken.kill()
    broken.wait()
    some = registered()
    tap.check("what was imported before the shell was killed is whole pages", [some] * (some % 1000 != 0 and some < rows))
    first = import_whole()
    seconds, used = time.monotonic() - begun, processor_s(server) - before
    shell = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A page that was under way when the shell was killed may have come to its end since.
    tap.check("the rest is imported by importing the file again",
              [first] * (first["imported"] + first["present"] != rows or first["present"] < some or first["refused"]))
    tap.check("every row is a registration", [registered()] * (registered() != rows))
    tap.say(f"{rows} rows in {seconds:.1f} s, {rows / seconds:.0f} a second; processor time: "
            f"server {used:.1f} s, shell {shell.ru_utime + shell.ru_stime:.1f} s")
    again = import_whole()
    tap.check("the same file once more changes nothing", [again] * (again["present"] != rows or again["imported"]))
    sample = list(itertools.islice((serial(i) for i in range(0, rows, max(1, rows // 7))), 7))
    found = records.rows(f"SELECT serial FROM registration WHERE serial IN ({','.join('?' * len(sample))})", *sample)
    tap.check("rows of all parts of the file are there", set(sample) - {row[0] for row in found})
    server.stop()


if __name__ == "__main__":
    sys.exit(run_scenario(play, os.path.abspath(sys.argv[1]), int(sys.argv[2])))
