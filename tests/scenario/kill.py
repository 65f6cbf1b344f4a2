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
from scene import TICKET_LINE, Failed, Records, Server, is_gone, run_scenario, state_of, wait_until

LINES_PER_DEVICE = 6   # of the log, for one enrolment without its registration

# How far an enrolment is, by what is durable. The last is over when the device has its reply.
POINTS = ("before T1", "T1 to ca", "ca to T2", "T2 to reply")
BEFORE_T1, T1_TO_CA, CA_TO_T2, T2_TO_REPLY = POINTS
POINT_OF_LINE = {"facts": BEFORE_T1, "t1": T1_TO_CA, "signed": CA_TO_T2, "t2": T2_TO_REPLY}


# --- where an enrolment stands ----------------------------------------------------------------------------------

def point_by_records(play, ticket):
    """Where the records say a ticket is. None when that cannot be told: core may not have heard of it."""
    rows = play.records.rows("SELECT state FROM enrolment WHERE ticket_id = ?", bytes.fromhex(ticket))
    lines = play.server.log.points.get(ticket, [])
    if not rows:
        return BEFORE_T1 if lines else None
    if rows[0][0] == Records.ISSUED:
        return None if "replied" in lines else T2_TO_REPLY
    serials = play.records.rows("SELECT serial FROM certificate WHERE ticket_id = ?", bytes.fromhex(ticket))
    logged = {serial for serial, _ in play.records.logged()}
    return CA_TO_T2 if all(serial.hex() in logged for serial, in serials) else T1_TO_CA


def points_by_records(play):
    return Counter(filter(None, (point_by_records(play, ticket) for ticket in play.in_flight())))


def points_by_log(play):
    """Where the log's last line says each ticket is."""
    last = [play.server.log.points.get(ticket, [""])[-1] for ticket in play.in_flight()]
    return Counter(POINT_OF_LINE[line] for line in last if line in POINT_OF_LINE)


def wait_for_point(play, point):
    wait_until(lambda: points_by_records(play)[point], f"a ticket at the point {point}")


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
    wait_for_point(play, T1_TO_CA)


def between_ca_and_t2(play, _role):
    """Core stands in the log line that says that it has got all signatures."""
    ca, core = play.server.pids("ca"), play.server.pids("core")
    play.hold(ca)
    wait_until(lambda: points_by_records(play)[T1_TO_CA] == play.wave.count, "all devices to wait for ca")
    play.server.log.close_gate()
    play.let_go(ca)
    wait_for_point(play, CA_TO_T2)
    play.wait_until_they_stand(core)


def between_t2_and_reply(play, _role):
    """Core stands in the log line that says that T2 is durable; the reply is sent after it."""
    ca, core = play.server.pids("ca"), play.server.pids("core")
    play.hold(ca)
    wait_until(lambda: points_by_records(play)[T1_TO_CA] == play.wave.count, "all devices to wait for ca")
    play.server.log.close_gate(TICKET_LINE + len("signed"))
    play.let_go(ca)
    wait_for_point(play, T2_TO_REPLY)
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


# --- the play ---------------------------------------------------------------------------------------------------

class Play:
    """One run: the server, its devices, and what has happened to them."""

    def __init__(self, build, scratch, seed):
        self.scratch = scratch
        self.server = Server(build, scratch)
        self.records = Records(self.server)
        self.random = random.Random(seed)
        self.waves, self.agents = [], []
        self.held = []              # processes that are stopped
        self.killed = set()         # processes that were killed here
        self.struck = Counter()     # (role, signal): how often
        self.proved, self.logged = Counter(), Counter()   # (role, point): how often, and by what account
        self.survivors = []         # children that outlived their parent
        self.exits = []             # exit codes of orderly stops that are not zero
        self.begun_at = self.begins = self.calls = 0   # lines of the log when the last wave began

    @property
    def wave(self):
        return self.waves[-1]

    def in_flight(self):
        return set().union(*(wave.in_flight() for wave in self.waves if wave.is_alive()))

    def launch(self, count):
        log = self.server.log
        self.begun_at, self.begins, self.calls = len(log.lines), log.count("begin"), log.count("call")
        self.waves.append(Wave(self.server, os.path.join(self.scratch, f"wave-{len(self.waves) + 1}"), count))
        self.wave.start()

    def hold(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            wait_until(lambda: state_of(pid) in ("T", ""), "a process to stop")
            self.held.append(pid)

    def let_go(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
            self.held.remove(pid)

    @staticmethod
    def has_come_to(true):
        """Waits a while for what mostly happens."""
        try:
            wait_until(true, "", seconds=1)
        except Failed:
            pass

    @staticmethod
    def wait_until_they_stand(pids):
        """Until processes do nothing any more; with the gate closed core then stands in its log."""
        quiet = 0

        def stand():
            nonlocal quiet
            quiet = quiet + 1 if {state_of(pid) for pid in pids} == {"S"} else 0
            return quiet >= 8
        wait_until(stand, "processes to stand still")

    def release(self):
        self.server.log.open_gate()
        for pid in self.held:
            if not is_gone(pid):
                os.kill(pid, signal.SIGCONT)
        self.held.clear()

    def end_parent(self, sign):
        """Ends parent, sees its children go, and starts it again, as a supervisor would."""
        children = self.server.children()
        self.server.process.send_signal(sign)
        self.release()
        code = self.server.process.wait()
        if sign == signal.SIGTERM and code:
            self.exits.append(f"exit code {code}")
        try:
            wait_until(lambda: all(map(is_gone, children)), "the children to die")
        except Failed:
            self.survivors += [pid for pid in children if not is_gone(pid)]
        self.server.start()

    def end_role(self, role):
        pid = self.random.choice(self.server.pids(role))
        self.killed.add(pid)
        os.kill(pid, signal.SIGKILL)
        self.release()
        wait_until(lambda: pid in [end for end, _ in self.server.log.ends], f"parent to see the end of {role}")

    def strike(self, kill):
        """One kill. True when it met its point."""
        for wave in self.waves if kill.how.alone else ():
            wave.join()
        self.launch(kill.how.devices)
        kill.how.steer(self, kill.role)
        found = points_by_records(self)
        if kill.role == "parent":
            self.end_parent(kill.sign)
        else:
            self.end_role(kill.role)
        self.struck[kill.role, kill.sign] += 1
        if kill.how.point:
            self.proved[kill.role, kill.how.point] += found[kill.how.point] > 0
        else:
            for point in points_by_log(self):
                self.logged[kill.role, point] += 1
        wait_until(self.server.is_whole, "the server to be whole again")
        return not kill.how.point or found[kill.how.point] > 0

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
        wait_until(lambda: point_by_records(self, ticket) == T1_TO_CA, "the agent's ticket to wait for ca")
        agent.kill()
        self.struck["agent", signal.SIGKILL] += 1
        if number % 2:
            self.end_role("core")
            self.struck["core", signal.SIGKILL] += 1
            self.proved["core", T1_TO_CA] += 1
        self.release()
        agent.finish()

    def settle(self):
        """Until all devices are done and core owes nobody anything."""
        for wave in self.waves:
            wave.join()
        open_tickets = lambda: self.records.rows("SELECT 1 FROM enrolment WHERE state = ?", Records.INTENT)
        wait_until(lambda: not open_tickets(), "the last intent to be resolved")
        self.server.log.drain()

    def close(self):
        self.release()
        for agent in self.agents:
            agent.stop()
        self.server.stop()


# --- what must hold in the end ----------------------------------------------------------------------------------

def devices_not_enrolled(play):
    for wave in play.waves:
        yield from wave.trouble
        if len(wave.exchanges()) != wave.count:
            yield f"{wave.name}: {len(wave.exchanges())} of {wave.count} devices have a reply"


def devices_not_once(play):
    count = sum(wave.count for wave in play.waves) + len(play.agents)
    for table, query in (("devices", "SELECT count(*) FROM device"),
                         ("TPMs", "SELECT count(DISTINCT ek_hash) FROM device_ek"),
                         ("enrolled registrations", "SELECT count(*) FROM registration WHERE device_id IS NOT NULL"),
                         ("enrolments", "SELECT count(*) FROM enrolment WHERE state = 2"),
                         ("enrolled devices", "SELECT count(DISTINCT device_id) FROM enrolment WHERE state = 2")):
        (found,), = play.records.rows(query)
        if found != count:
            yield f"{found} {table}, expected {count}"


def tickets_with_other_than_one_set(play):
    rows = play.records.rows("SELECT e.ticket_id, e.state, c.kind, count(*) FROM enrolment e JOIN certificate c"
                             " ON c.ticket_id = e.ticket_id AND c.state IN (2, 4) GROUP BY 1, 2, 3")
    sets = {}
    for ticket, state, kind, count in rows:
        sets.setdefault((ticket.hex(), state), {})[kind] = count
    for (ticket, state), kinds in sets.items():
        if state != Records.ISSUED or kinds != {Records.AK: 1, Records.DEVICE: 1}:
            yield f"ticket {ticket} in state {state} has released {kinds}"


def records_left_open(play):
    for table in ("enrolment", "certificate"):
        for state, in play.records.rows(f"SELECT state FROM {table} WHERE state = ?", Records.INTENT):
            yield f"a row of {table} in state {state}"


def serials_logged_wrongly(play):
    logged = play.records.logged()
    digests = dict(logged)
    if len(digests) != len(logged):
        yield f"{len(logged) - len(digests)} serial numbers are in the issue log more than once"
    known = {serial.hex(): digest.hex() for serial, digest in
             play.records.rows("SELECT serial, tbs_hash FROM certificate")}
    issued = {serial.hex() for serial, in play.records.rows("SELECT serial FROM certificate WHERE state IN (2, 4)")}
    yield from (f"{serial} is issued and not in the issue log" for serial in issued - digests.keys())
    yield from (f"{serial} is in the issue log and in no record" for serial in digests.keys() - known.keys())
    yield from (f"{serial} has another digest in the issue log" for serial in digests.keys() & known.keys()
                if digests[serial] != known[serial])


def records_of_ticket(play, answer):
    """The stored reply and the certificates of the ticket that an answer is for."""
    ticket = answer[ID_AT:ID_END]
    replies = play.records.rows("SELECT reply FROM enrolment WHERE ticket_id = ?", ticket)
    ders = play.records.rows("SELECT der FROM certificate WHERE ticket_id = ? ORDER BY kind", ticket)
    return replies[0][0] if replies else None, [der for der, in ders]


def files_unlike_records(play):
    for wave in play.waves:
        for name, answer, reply in wave.exchanges():
            stored, ders = records_of_ticket(play, answer)
            if stored != reply:
                yield f"{name}: the reply on the device is not the stored one"
            elif len(ders) != 2 or not all(der in reply for der in ders):
                yield f"{name}: the device's certificates are not those of the records"
    for agent in play.agents:
        if agent.certificates() != records_of_ticket(play, agent.request)[1]:
            yield f"{agent.name}: the certificates on its disk are not those of the records"


def repeats_answered_otherwise(play):
    exchanges = [exchange for wave in play.waves for exchange in wave.exchanges()]
    exchanges += [(agent.name, agent.request, records_of_ticket(play, agent.request)[0]) for agent in play.agents]
    for name, answer, reply in exchanges:
        status, body = play.server.send_answer(answer)
        if status != 200 or body != reply:
            yield f"{name}: status {status}, {'the same' if body == reply else 'other'} octets"


def audit_with_gaps(play):
    rows = play.records.rows("SELECT target, action, count(*) FROM audit WHERE action LIKE 'enrolment.%'"
                             " GROUP BY 1, 2")
    audited = {(target, action): count for target, action, count in rows}
    for device, in play.records.rows("SELECT id FROM device"):
        target = device.hex()
        for action in ("enrolment.admit", "enrolment.release"):
            if audited.get((target, action)) != 1:
                yield f"{target} has {audited.get((target, action), 0)} audit records of {action}"


def database_damage(play):
    for pragma in ("integrity_check", "foreign_key_check"):
        yield from (str(row) for row in play.records.rows(f"PRAGMA {pragma}") if row != ("ok",))


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


PROOFS = (
    ("every device is enrolled after all", devices_not_enrolled),
    ("every device is enrolled once", devices_not_once),
    ("a ticket releases one set of certificates", tickets_with_other_than_one_set),
    ("no intent is open", records_left_open),
    ("a serial number is logged once, with the content that was issued", serials_logged_wrongly),
    ("what the devices hold is what the records say", files_unlike_records),
    ("a repeated second request gets the same octets", repeats_answered_otherwise),
    ("every enrolment is audited, once admitted and once released", audit_with_gaps),
    ("the database is sound", database_damage),
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
    tap.say("a cell: kills seen at that point by the records, + by the last line of the log")
    restarts = play.server.log.count("role-ready") - 7 * play.server.log.count("server-ready")
    tries = sum(wave.tries for wave in play.waves)
    devices = sum(wave.count for wave in play.waves)
    tap.say(f"{play.struck['parent', signal.SIGTERM]} orderly stops, {play.server.log.count('server-ready')} starts, "
            f"{restarts} restarts of roles, {devices} simulated devices, {len(play.agents)} agents on chips")
    tap.say(f"{tries - devices} registrations and {repeats(play)} second requests were sent again, {seconds:.0f} s")


def repeats(play):
    """How many second requests reached core more than once before they were answered."""
    return sum(points.count("facts") - 1 for points in play.server.log.points.values())


def prove(tap, play, length, began):
    print_table(tap, play, time.monotonic() - began)
    tap.check("each role was killed as often as planned, and at each point", kills_missing(play, length))
    for sentence, wrong in PROOFS:
        tap.check(sentence, wrong(play))


def perform(tap, scratch, build, length):
    seed = int(os.environ.get("ASSAY_SEED", "1"))
    began = time.monotonic()
    play = Play(build, scratch, seed)
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
