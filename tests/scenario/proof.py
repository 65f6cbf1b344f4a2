"""What must hold when all is over: the records, the issue log and the devices' files agree.

Each proof gives what is wrong, one sentence each. A play has a server, its records, waves of devices, and agents.
"""
from fleet import ID_AT, ID_END
from scene import Records

def devices_not_enrolled(play):
    for wave in play.waves:
        yield from wave.trouble
        if len(wave.exchanges()) != wave.count:
            yield f"{wave.name}: {len(wave.exchanges())} of {wave.count} devices have a reply"


def devices_not_once(play):
    count = sum(wave.count for wave in play.waves) + len(play.agents) + play.others
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
    issued = {serial.hex() for serial, in play.records.rows("SELECT serial FROM certificate WHERE state IN (2, 4, 5)")}
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
)
