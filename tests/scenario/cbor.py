"""The messages of doc/protocol.md and doc/evidence.md, read by a few lines that share nothing with the product."""


def items(octets, at=0):
    """(value, where the next begins) of one item: unsigned numbers, octets, text, arrays and maps."""
    kind, width = octets[at] >> 5, octets[at] & 31
    size = 0 if width < 24 else 1 << (width - 24)
    number = width if width < 24 else int.from_bytes(octets[at + 1:at + 1 + size], "big")
    at += 1 + size
    if kind == 0:
        return number, at
    if kind in (2, 3):
        value = octets[at:at + number]
        return (value if kind == 2 else value.decode()), at + number
    found = []
    for _ in range(number * (2 if kind == 5 else 1)):
        value, at = items(octets, at)
        found.append(value)
    return (dict(zip(found[::2], found[1::2])) if kind == 5 else found), at


def message(octets):
    value, end = items(octets)
    assert end == len(octets), "octets follow the message"
    return value
