"""One run of a scenario: the server, its devices, what is held still, and where the enrolments stand."""
import os
import signal
from collections import Counter

from fleet import Wave
from scene import Failed, Records, Server, is_gone, state_of, wait_until

# How far an enrolment is, by what is durable. The last is over when the device has its reply.
POINTS = ("before T1", "T1 to ca", "ca to T2", "T2 to reply")
BEFORE_T1, T1_TO_CA, CA_TO_T2, T2_TO_REPLY = POINTS
POINT_OF_LINE = {"facts": BEFORE_T1, "t1": T1_TO_CA, "signed": CA_TO_T2, "t2": T2_TO_REPLY}


class Play:
    """The server and everything around it; close() ends all of it."""

    def __init__(self, build, scratch, *settings, data=None):
        self.scratch = scratch
        self.server = Server(build, scratch, *settings, data=data)
        self.records = Records(self.server)
        self.waves, self.agents = [], []
        self.others = 0                                # devices that enrolled and are in neither list
        self.held = []                                 # processes that are stopped
        self.begun_at = self.begins = self.calls = 0   # lines of the log when the last wave began

    @property
    def wave(self):
        return self.waves[-1]

    def launch(self, count):
        """Lets new devices begin."""
        log = self.server.log
        self.begun_at, self.begins, self.calls = len(log.lines), log.count("begin"), log.count("call")
        self.waves.append(Wave(self.server, os.path.join(self.scratch, f"wave-{len(self.waves) + 1}"), count))
        self.wave.start()

    # --- where the enrolments stand

    def in_flight(self):
        """Tickets whose second request has left a device that has no reply."""
        return set().union(*(wave.in_flight() for wave in self.waves if wave.is_alive()))

    def point_by_records(self, ticket):
        """Where the records say a ticket is. None when that cannot be told: core may not have heard of it."""
        rows = self.records.rows("SELECT state FROM enrolment WHERE ticket_id = ?", bytes.fromhex(ticket))
        lines = self.server.log.points.get(ticket, [])
        if not rows:
            return BEFORE_T1 if lines else None
        if rows[0][0] == Records.ISSUED:
            return None if "replied" in lines else T2_TO_REPLY
        serials = self.records.rows("SELECT serial FROM certificate WHERE ticket_id = ?", bytes.fromhex(ticket))
        logged = {serial for serial, _ in self.records.logged()}
        return CA_TO_T2 if all(serial.hex() in logged for serial, in serials) else T1_TO_CA

    def points_by_records(self):
        return Counter(filter(None, map(self.point_by_records, self.in_flight())))

    def points_by_log(self):
        """Where the log's last line says each ticket is."""
        last = [self.server.log.points.get(ticket, [""])[-1] for ticket in self.in_flight()]
        return Counter(POINT_OF_LINE[line] for line in last if line in POINT_OF_LINE)

    def wait_for_point(self, point, count=1):
        """Until so many tickets are there, or the wave went by before it was held: whoever asks looks where it is."""
        wait_until(lambda: self.points_by_records()[point] >= count or not self.wave.is_alive(),
                   f"{count} tickets at the point {point}")

    # --- what is held still

    def hold(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            wait_until(lambda: state_of(pid) in ("T", ""), "a process to stop")
            self.held.append(pid)

    def let_go(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
            self.held.remove(pid)

    def release(self):
        """Whatever is held goes on, and the log too."""
        self.server.log.open_gate()
        for pid in self.held:
            if not is_gone(pid):
                os.kill(pid, signal.SIGCONT)
        self.held.clear()

    @staticmethod
    def has_come_to(true):
        """Waits a while for what mostly happens. Whether it did."""
        try:
            return wait_until(true, "", seconds=1)
        except Failed:
            return None

    @staticmethod
    def wait_until_they_stand(pids):
        """Until processes do nothing any more; with the gate closed core then stands in its log."""
        quiet = 0

        def stand():
            nonlocal quiet
            quiet = quiet + 1 if {state_of(pid) for pid in pids} == {"S"} else 0
            return quiet >= 8
        wait_until(stand, "processes to stand still")

    # --- the end

    def settle(self):
        """Until all devices are done and core owes nobody anything."""
        for wave in self.waves:
            wave.join()
        wait_until(lambda: not self.records.rows("SELECT 1 FROM enrolment WHERE state = ?", Records.INTENT),
                   "the last intent to be resolved")
        self.server.log.drain()

    def close(self):
        self.release()
        for one in self.waves + self.agents:
            one.stop()
        self.server.stop()
