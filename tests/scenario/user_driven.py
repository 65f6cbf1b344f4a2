#!/usr/bin/env python3
"""A laptop that its user sets up: the TPM's proof and the user's token, both.

usage: user_driven.py BUILD
"""
from modes import play, tap

ANN, BOB = "ann@example.org", "bob@example.org"


def tests_of(office):
    def an_administrator_makes_the_profile_and_registers_the_laptop_for_its_user():
        office.assay("profile", "add", "laptops", "--usage", "user-driven")
        office.assay("profile", "add", "others")
        office.register("L-1", "--profile", "laptops", "--user", ANN)
        tap.equal(office.registration("L-1")["userPrincipalName"], ANN)

    def the_tpm_alone_is_not_enough():
        tap.equal(office.fault("L-1"), "USER_MISSING")

    def a_token_of_another_profile_or_another_user_does_not_count():
        tap.equal(office.fault("L-1", "--token", office.token("others", "--user", ANN)), "TOK_SCOPE")
        tap.equal(office.fault("L-1", "--token", office.token("laptops", "--user", BOB)), "USER_OTHER")

    def with_its_users_token_it_enrols_and_is_that_users():
        token = office.token("laptops", "--user", "Ann@Example.org")
        told = office.come("L-1", "--token", token)
        tap.equal((told["fault"], told["attested"]), ("", True))
        tap.equal(office.device("L-1")["userPrincipalName"], "Ann@Example.org")
        tap.equal(office.fault("L-1", "--token", token), "TOK_USED")

    def a_user_may_enrol_it_again_and_it_stays_the_same_device():
        before = office.device("L-1")["id"]
        tap.equal(office.fault("L-1", "--token", office.token("laptops", "--user", ANN)), "")
        tap.equal(office.device("L-1")["id"], before)

    return [an_administrator_makes_the_profile_and_registers_the_laptop_for_its_user, the_tpm_alone_is_not_enough,
            a_token_of_another_profile_or_another_user_does_not_count, with_its_users_token_it_enrols_and_is_that_users,
            a_user_may_enrol_it_again_and_it_stays_the_same_device]


play(tests_of)
