#!/usr/bin/env python3
"""A device whose clock is wrong is told so, by how much, and enrols when its clock is set: nothing is issued twice.

usage: clock_test.py BUILD TESTS
"""
import os
import re
import sys

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import devices  # noqa: E402
import tap  # noqa: E402
from devices import Chip, Device, at  # noqa: E402

DAY_S = 86400


def skew(text):
    """Seconds by which the text says that this clock differs from the server's."""
    return int(re.search(r"([+-]\d+) s from the server's", text).group(1))


def tests_of(scene):
    def registered():
        return Device(scene, Chip(scene), serial=scene.serial())

    def issued():
        with open(f"{scene.server.data}/ca/issued.log", encoding="ascii") as f:
            return f.read().splitlines()

    def is_refused(device, offset_s):
        """What a device with that clock reports of the certificate that it was given, or of the server's."""
        code, report = device.run("enroll", **at(offset_s))
        tap.equal((code, report["fault"], report["hresult"], report["attempts"]), (2, "CERT_E_EXPIRED", "0x800B0101", 1))
        tap.check(abs(skew(report["detail"]) - offset_s) <= 5, report["detail"])
        tap.check("clock" in report["remedy"], report["remedy"])
        return report

    def enrols_once_its_clock_is_set(offset_s):
        device = registered()
        before = len(issued())
        is_refused(device, offset_s)
        made = issued()[before:]
        tap.equal((len(made), os.path.exists(f"{device.state}/device.crt")), (2, False))
        code, report = device.enroll()
        tap.equal((code, report["outcome"], report["attempts"]), (0, "enrolled", 1))
        tap.equal(issued()[before:], made)
        serial = scene.serial_of(f"{device.state}/device.crt")
        tap.check(any(serial in line for line in made), (serial, made))

    def a_clock_that_is_behind_refuses_the_certificate_and_gets_the_same_one_when_it_is_set():
        enrols_once_its_clock_is_set(-1500)

    def a_clock_that_is_ahead_refuses_the_certificate_and_gets_the_same_one_when_it_is_set():
        enrols_once_its_clock_is_set(400 * DAY_S)

    def a_clock_that_no_tls_certificate_fits_is_named_by_the_date_of_the_pinned_server_and_nothing_is_issued():
        for offset_s in (-3 * DAY_S, 900 * DAY_S):
            device = registered()
            before = issued()
            is_refused(device, offset_s)
            tap.equal(issued(), before)
            tap.equal(device.enroll()[0], 0)

    def a_clock_within_the_ten_minutes_that_certificates_are_back_dated_is_good_enough():
        code, report = registered().run("enroll", **at(-590))
        tap.equal((code, abs(report["clockSkewSeconds"] - 590) <= 5), (0, True))

    return tap.named([f for f in locals().values() if callable(f) and f.__name__.startswith("a_")])


devices.run(BUILD, tests_of)
