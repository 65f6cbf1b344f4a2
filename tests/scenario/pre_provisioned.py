#!/usr/bin/env python3
"""A laptop that a technician sets up for somebody else: prepared, resealed, and then its user's.

usage: pre_provisioned.py BUILD
"""
from modes import play, tap

ANN, BOB = "ann@example.org", "bob@example.org"


def tests_of(office):
    def mine(*words, user=ANN):
        return office.come("P-1", "--token", office.token("laptops", "--user", user), *words)

    def phase():
        registration, device = office.registration("P-1"), office.device("P-1")
        tap.equal(device["provisioningPhase"], registration["provisioningPhase"])
        return registration["provisioningPhase"], device["userPrincipalName"]

    def an_administrator_makes_the_profile_and_registers_the_laptop():
        office.assay("profile", "add", "laptops", "--usage", "pre-provisioned")
        office.register("P-1", "--profile", "laptops")
        tap.equal(office.registration("P-1")["provisioningPhase"], "none")

    def a_technician_prepares_it_without_any_credential():
        told = office.come("P-1", "--purpose", "provision")
        tap.equal((told["fault"], told["attested"], phase()), ("", True, ("prepared", None)))

    def before_it_is_resealed_it_is_not_its_users():
        tap.equal(mine()["fault"], "PROVISION_UNSEALED")

    def resealed_it_waits_for_its_user():
        tap.equal(office.fault("P-1", "--purpose", "reseal"), "")
        tap.equal(phase(), ("resealed", None))
        tap.equal(office.fault("P-1"), "USER_MISSING")
        tap.equal(office.fault("P-1", "--token", office.token("laptops")), "USER_UNNAMED")

    def its_user_enrols_it_and_it_stays_the_same_device():
        before = office.device("P-1")["id"]
        told = mine()
        tap.equal((told["fault"], told["deviceId"], phase()), ("", before, ("bound", ANN)))

    def it_is_nobody_elses_until_an_administrator_says_so():
        tap.equal(mine(user=BOB)["fault"], "USER_OTHER")
        tap.equal(office.fault("P-1", "--purpose", "provision"), "PROVISION_BOUND")
        office.assay("registration", "allow-next", office.registration("P-1")["id"])
        for purpose in ("provision", "reseal"):
            tap.equal(office.fault("P-1", "--purpose", purpose), "")
        tap.equal((mine(user=BOB)["fault"], phase()), ("", ("bound", BOB)))

    def where_there_is_a_wait_the_user_is_told_how_long():
        office.server.stop()
        office.server.settings[:] = [s.replace("wait_minutes=0", "wait_minutes=90") for s in office.server.settings]
        office.server.start()
        office.contact["ASSAY_SERVER"] = "https://" + office.server.address("net-admin")
        office.assay("registration", "allow-next", office.registration("P-1")["id"])
        for purpose in ("provision", "reseal"):
            tap.equal(office.fault("P-1", "--purpose", purpose), "")
        told = mine()
        tap.equal((told["fault"], told["detail"][:5]), ("PROVISION_WAIT", "from "))

    return [an_administrator_makes_the_profile_and_registers_the_laptop, a_technician_prepares_it_without_any_credential,
            before_it_is_resealed_it_is_not_its_users, resealed_it_waits_for_its_user,
            its_user_enrols_it_and_it_stays_the_same_device, it_is_nobody_elses_until_an_administrator_says_so,
            where_there_is_a_wait_the_user_is_told_how_long]


play(tests_of, "provisioning.wait_minutes=0")
