#!/usr/bin/env python3
"""A kiosk that nobody stands before: its registered TPM is enough, once.

usage: self_deploying.py BUILD
"""
from modes import play, tap


def tests_of(office):
    def an_administrator_makes_the_profile_and_registers_the_kiosk():
        office.assay("profile", "add", "kiosks", "--usage", "self-deploying", "--name-template", "KIOSK-%RAND:4%", "--one-time",
                     "on")
        office.register("K-1", "--profile", "kiosks")
        tap.equal(office.registration("K-1")["enrollmentState"], "notContacted")

    def a_kiosk_that_nobody_registered_stays_out():
        tap.equal(office.fault("K-9"), "DEVICE_NOT_REGISTERED")

    def switched_on_it_enrols_without_anybody_and_has_its_name():
        told = office.come("K-1")
        tap.equal((told["fault"], told["attested"]), ("", True))
        shown = office.device("K-1")
        tap.equal((shown["id"], shown["userPrincipalName"]), (told["deviceId"], None))
        tap.check(shown["deviceName"].startswith("KIOSK-"), shown)
        tap.equal(office.registration("K-1")["userlessEnrollmentStatus"], "blocked")

    def nobody_prepares_or_reseals_it():
        for purpose in ("provision", "reseal"):
            tap.equal(office.fault("K-1", "--purpose", purpose), "PROVISION_USAGE")

    def a_second_time_it_needs_an_administrators_word():
        tap.equal(office.fault("K-1"), "ENROLMENT_ONCE")
        office.assay("registration", "allow-next", office.registration("K-1")["id"])
        tap.equal(office.fault("K-1"), "")
        tap.equal(office.fault("K-1"), "ENROLMENT_ONCE")

    return [an_administrator_makes_the_profile_and_registers_the_kiosk, a_kiosk_that_nobody_registered_stays_out,
            switched_on_it_enrols_without_anybody_and_has_its_name, nobody_prepares_or_reseals_it,
            a_second_time_it_needs_an_administrators_word]


play(tests_of)
