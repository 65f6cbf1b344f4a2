#!/usr/bin/env python3
"""kill -9 under load: whatever dies, and whenever, each device ends with one set of certificates.

usage: kill.py BUILD [short|long]

Each row of KILLS says which process is killed and at which point of an enrolment. Every kill comes with a wave of
new devices, which begin just before it and go on until they are enrolled. In the end the records, the issue log and
the devices' files must agree. See doc/durability.md.
"""
import os
import random
import signal
import sys
import time
from collections import Counter, namedtuple

from fleet import ID_AT, ID_END, Agent, Wave
from play import BEFORE_T1, CA_TO_T2, POINTS, T1_TO_CA, T2_TO_REPLY, Play
from proof import PROOFS
from scene import TICKET_LINE, Failed, is_gone, run_scenario, wait_until

# Of the log: the line that all is signed fits, and with it not that of T2; nor does any other line that core may write
# between keep both out.
ROOM_TO_T2 = 2 * TICKET_LINE + len("signed") + len("t2") - 1

LINES_PER_DEVICE = 6   # of the log, for one enrolment without its registration


# --- how a kill is brought to its point -------------------------------------------------------------------------

def at_any_moment(play, role):
    """Lets a random number of lines be logged."""
    log, count = play.server.log, play.wave.count
    first, last = (0, count) if role == "net-admin" else (count, count * LINES_PER_DEVICE)
    wanted = play.begun_at + play.random.randrange(first, last)
    wait_until(lambda: len(log.lines) >= wanted or not play.wave.is_alive(), "the wave to go on")


def before_t1(play, _role):
    """Core stands in its log after it has seen what a device proves and before it has written anything."""
    log, core, count = play.server.log, play.server.pids("core"), play.wave.count
    outer = play.server.pids("net-device") + play.server.pids("verify")
    # Each device is registered and fetches the root; then it says who it is, which waits for core.
    wait_until(lambda: log.count("call") >= play.calls + 2 * count, "the devices to come")
    play.hold(core)
    play.has_come_to(lambda: play.server.connections() >= count)
    play.wait_until_they_stand(outer)
    # All are answered at once, and core is held again until their proofs wait: it logs one, stands before the other.
    play.let_go(core)
    wait_until(lambda: log.count("begin") >= play.begins + count, "the devices to begin")
    play.hold(core)
    play.has_come_to(lambda: len([ticket for ticket in play.in_flight() if ticket not in log.points]) >= 2)
    play.wait_until_they_stand(outer)
    log.close_gate(TICKET_LINE + len("facts"))
    play.let_go(core)
    play.wait_until_they_stand(core)
    play.hold(core)
    log.take()


def between_t1_and_ca(play, _role):
    """ca is stopped, so whatever core asks is not signed."""
    play.hold(play.server.pids("ca"))
    play.wait_for_point(T1_TO_CA)


def between_ca_and_t2(play, _role):
    """Core stands in the log line that says that it has got all signatures."""
    ca, core = play.server.pids("ca"), play.server.pids("core")
    play.hold(ca)
    play.wait_for_point(T1_TO_CA, play.wave.count)
    play.server.log.close_gate()
    play.let_go(ca)
    play.wait_for_point(CA_TO_T2)
    play.wait_until_they_stand(core)


def between_t2_and_reply(play, _role):
    """Core stands in the log line that says that T2 is durable; the reply is sent after it."""
    ca, core = play.server.pids("ca"), play.server.pids("core")
    play.hold(ca)
    play.wait_for_point(T1_TO_CA, play.wave.count)
    play.server.log.close_gate(ROOM_TO_T2)
    play.let_go(ca)

    def is_there():
        return play.points_by_records()[T2_TO_REPLY] > 0

    def comes():
        """Heads of the audit and lists waited for ca as well, and their lines take the room: then it is made again."""
        if play.has_come_to(is_there) or not play.wave.is_alive():
            return True
        play.hold(core)
        if not is_there():
            play.server.log.close_gate(ROOM_TO_T2)
        play.let_go(core)
        return False

    wait_until(comes, "T2 to be durable and not replied")
    play.wait_until_they_stand(core)


# devices: how many a wave has; point: where the kill must land; alone: earlier devices are waited for first
How = namedtuple("How", "steer devices point alone")
ANY = How(at_any_moment, 4, None, False)
AT_BEFORE_T1 = How(before_t1, 8, BEFORE_T1, True)
AT_T1_TO_CA = How(between_t1_and_ca, 3, T1_TO_CA, False)
AT_CA_TO_T2 = How(between_ca_and_t2, 2, CA_TO_T2, True)
AT_T2_TO_REPLY = How(between_t2_and_reply, 1, T2_TO_REPLY, True)

Kill = namedtuple("Kill", "role how long short sign", defaults=(signal.SIGKILL,))
KILLS = (
    Kill("net-device", ANY, 20, 1),
    Kill("net-admin", ANY, 20, 1),
    Kill("verify", ANY, 24, 1),
    Kill("parent", ANY, 20, 1),
    Kill("parent", ANY, 4, 1, signal.SIGTERM),
    Kill("core", ANY, 12, 1),
    Kill("core", AT_BEFORE_T1, 3, 1),
    Kill("core", AT_T1_TO_CA, 3, 1),
    Kill("core", AT_CA_TO_T2, 3, 1),
    Kill("core", AT_T2_TO_REPLY, 3, 1),
    Kill("ca", ANY, 12, 1),
    Kill("ca", AT_BEFORE_T1, 3, 1),
    Kill("ca", AT_T1_TO_CA, 3, 1),
    Kill("ca", AT_CA_TO_T2, 3, 1),
    Kill("ca", AT_T2_TO_REPLY, 3, 1),
)
TRIES = 10              # to bring a kill to its point, before that is a failure
AGENTS = {"long": 6, "short": 1}


def shuffled(length, seed):
    """All kills, mixed so that a role has mostly settled when its turn comes again."""
    order = random.Random(seed)
    rounds = [(order.random() if n > 1 else 0.5, kill) for kill in KILLS
              for n in [getattr(kill, length)] for _ in range(n)]
    return [kill for _, kill in sorted(rounds, key=lambda pair: pair[0])]


# --- the kills --------------------------------------------------------------------------------------------------

class Killing(Play):
    """A play whose processes are killed, and the account of it."""

    def __init__(self, build, scratch, seed):
        super().__init__(build, scratch)
        self.random = random.Random(seed)
        self.killed = set()         # processes that were killed here
        self.struck = Counter()     # (role, signal): how often
        self.proved, self.logged = Counter(), Counter()   # (role, point): how often, and by what account
        self.survivors = []         # children that outlived their parent
        self.exits = []             # exit codes of orderly stops that are not zero
        self.starts = 0             # tries to start the server again

    def end(self, role, sign):
        """Sends the signal and notes where it found the tickets. The process."""
        pid = self.server.process.pid if role == "parent" else self.random.choice(self.server.pids(role))
        self.killed.add(pid)
        os.kill(pid, sign)
        self.release()
        wait_until(lambda: is_gone(pid), f"{role} to end")
        self.struck[role, sign] += 1
        return pid

    def start_again(self):
        """What a supervisor does, at once; while an old child still dies the new parent may refuse."""
        def starts():
            self.starts += 1
            return self.server.try_start()
        wait_until(starts, "the server to start again")

    def end_parent(self, sign):
        children = self.server.children()
        self.end("parent", sign)
        code = self.server.process.wait()
        if sign == signal.SIGTERM and code:
            self.exits.append(f"exit code {code}")
        self.note_log("parent")
        self.start_again()
        try:
            wait_until(lambda: all(map(is_gone, children)), "the children to die")
        except Failed:
            self.survivors += [pid for pid in children if not is_gone(pid)]

    def end_role(self, role):
        pid = self.end(role, signal.SIGKILL)
        self.note_log(role)
        wait_until(lambda: pid in [end for end, _ in self.server.log.ends], f"parent to see the end of {role}")

    def note_log(self, role):
        self.server.log.drain()
        for point in self.points_by_log():
            self.logged[role, point] += 1

    def strike(self, kill):
        """One kill. True when it met its point."""
        for wave in self.waves if kill.how.alone else ():
            wave.join()
        self.launch(kill.how.devices)
        kill.how.steer(self, kill.role)
        is_met = not kill.how.point or self.points_by_records()[kill.how.point] > 0
        if kill.how.point and is_met:
            self.proved[kill.role, kill.how.point] += 1
        if kill.role == "parent":
            self.end_parent(kill.sign)
        else:
            self.end_role(kill.role)
        wait_until(self.server.is_whole, "the server to be whole again")
        return is_met

    def strike_well(self, kill):
        """Other tickets may write to the log and come between; then the kill counts and is tried again."""
        if not any(self.strike(kill) for _ in range(TRIES)):
            raise Failed(f"no kill of {kill.role} landed at {kill.how.point} in {TRIES} tries")

    def strike_agent(self, number):
        """kill -9 of a real agent whose second request the server holds; core dies too, every other time."""
        agent = Agent(self.server, os.path.join(self.scratch, f"agent-{number}"))
        self.agents.append(agent)
        agent.start_chip()
        self.server.register(agent.ek_hash(), agent.name)
        self.hold(self.server.pids("ca"))
        agent.begin()
        wait_until(agent.find_request, "the agent's second request")
        ticket = agent.request[ID_AT:ID_END].hex()
        wait_until(lambda: self.point_by_records(ticket) == T1_TO_CA, "the agent's ticket to wait for ca")
        agent.kill()
        self.struck["agent", signal.SIGKILL] += 1
        self.proved["agent", T1_TO_CA] += 1
        if number % 2:
            self.proved["core", T1_TO_CA] += 1
            self.end_role("core")
        self.release()
        agent.finish()


# --- what came of it --------------------------------------------------------------------------------------------

def unexplained_ends(play):
    log = play.server.log
    for pid, how in log.ends:
        if pid not in play.killed and not how.endswith("exit 0"):
            yield how
    for event in ("role-broke-rules", "control-broken", "t2.failed", "commit.failed", "ticket.void", "ca.refused"):
        if log.count(event):
            yield f"{log.count(event)} lines of {event}"


def kills_missing(play, length):
    for kill in KILLS:
        wanted = sum(getattr(k, length) for k in KILLS if (k.role, k.sign) == (kill.role, kill.sign))
        if play.struck[kill.role, kill.sign] < wanted:
            yield f"{kill.role}: {play.struck[kill.role, kill.sign]} kills of {wanted}"
        if kill.how.point and not play.proved[kill.role, kill.how.point]:
            yield f"{kill.role}: no kill at {kill.how.point}"


KILL_PROOFS = (
    ("no process ended that was not killed, and none complained", unexplained_ends),
    ("the children of a killed parent are gone", lambda play: play.survivors),
    ("an orderly stop under load ends well", lambda play: play.exits),
)


def print_table(tap, play, seconds):
    tap.say(f"{'killed':<12}{'times':>6}   " + "".join(f"{point:>14}" for point in POINTS))
    for role in sorted({role for role, _ in play.struck}):
        times = play.struck[role, signal.SIGKILL]
        cells = "".join(f"{play.proved[role, point]:>8} +{play.logged[role, point]:>4}" for point in POINTS)
        tap.say(f"{role:<12}{times:>6}   {cells}")
    tap.say("a cell: kills brought to that point, by the records, + kills that found tickets there, by the log")
    roles = play.server.processes() - 1
    restarts = play.server.log.count("role-ready") - roles * play.server.log.count("server-ready")
    tries = sum(wave.tries for wave in play.waves)
    devices = sum(wave.count for wave in play.waves)
    tap.say(f"{play.struck['parent', signal.SIGTERM]} orderly stops, {play.starts} tries to start "
            f"again, {restarts} restarts of roles, {devices} simulated devices, {len(play.agents)} agents on chips")
    tap.say(f"{tries - devices} registrations and {repeats(play)} second requests were sent again, {seconds:.0f} s")


def repeats(play):
    """How many second requests reached core more than once before they were answered."""
    return sum(points.count("facts") - 1 for points in play.server.log.points.values())


def prove(tap, play, length, began):
    print_table(tap, play, time.monotonic() - began)
    tap.check("each role was killed as often as planned, and at each point", kills_missing(play, length))
    for sentence, wrong in PROOFS + KILL_PROOFS:
        tap.check(sentence, wrong(play))


def perform(tap, scratch, build, length):
    seed = int(os.environ.get("ASSAY_SEED", "1"))
    began = time.monotonic()
    play = Killing(build, scratch, seed)
    try:
        play.server.start()
        kills = shuffled(length, seed)
        agents = AGENTS[length]
        for number, kill in enumerate(kills):
            play.strike_well(kill)
            if number % (len(kills) // agents) == 0 and len(play.agents) < agents:
                play.strike_agent(len(play.agents) + 1)
        play.settle()
        prove(tap, play, length, began)
    finally:
        play.close()


if __name__ == "__main__":
    sys.exit(run_scenario(perform, sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "short"))
