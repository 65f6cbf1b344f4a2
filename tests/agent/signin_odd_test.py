#!/usr/bin/env python3
"""Signing in where something is wrong: tokens that no provider should give, and users and providers that do not want.

usage: signin_odd_test.py BUILD TESTS
"""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from oddprovider import OddProvider  # noqa: E402
from town import Town  # noqa: E402


def tests_of(town):
    def fault_of(*answers):
        """What becomes of a device when the provider says that, one after the other."""
        town.provider.answers, town.provider.asked = answers, 0
        return town.enroll("ada", "--no-tpm")[1]["fault"]

    def a_token_of_the_right_make_enrols():
        tap.equal(fault_of({}), None)

    def a_token_that_has_expired_is_refused():
        tap.equal(fault_of({"life_s": -120}), "TOK_EXPIRED")

    def a_token_that_says_it_is_not_signed_is_refused():
        tap.equal(fault_of({"alg": "none"}), "TOK_ALGORITHM")

    def a_token_that_nobody_signed_is_refused():
        tap.equal(fault_of({"alg": "none", "key": "none"}), "TOK_FORM")

    def a_token_signed_with_the_public_key_as_a_password_is_refused():
        tap.equal(fault_of({"alg": "HS256", "key": "HS256"}), "TOK_ALGORITHM")
        tap.equal(fault_of({"key": "HS256"}), "TOK_SIGNATURE")

    def a_user_who_declines_is_believed():
        tap.equal(fault_of("authorization_pending", "access_denied"), "SIGN_IN_DENIED")
        tap.equal(town.provider.asked, 2)

    def a_code_that_has_run_out_is_over():
        tap.equal(fault_of("expired_token"), "SIGN_IN_TIMEOUT")

    def nobody_is_waited_for_longer_than_the_code_lasts():
        tap.equal(fault_of("authorization_pending"), "SIGN_IN_TIMEOUT")
        tap.equal(town.provider.asked, 6)

    def who_is_told_to_slow_down_asks_more_seldom():
        tap.equal(fault_of("slow_down"), "SIGN_IN_TIMEOUT")
        tap.equal(town.provider.asked, 3)
        tap.equal(fault_of("slow_down", {}), None)

    def a_provider_that_gives_another_reason_is_named_with_it():
        tap.equal(fault_of("unauthorized_client"), "SIGN_IN_REFUSED")
        tap.check("unauthorized_client" in town.report["detail"], town.report)

    def a_change_of_what_is_asked_is_in_force_at_once_by_the_keys_at_hand():
        tap.equal(fault_of({"amr": ["pwd"]}), "TOK_MFA")
        town.server.assay("idp", "set", "contoso", "--set", "amr=")
        tap.equal(town.show()["keys"], 1)
        tap.equal(fault_of({"amr": ["pwd"]}), None)

    def a_group_of_the_providers_users_may_be_turned_away():
        row = town.server.assay("restriction", "add", "No visitors", "--set", "user-groups=Visitors, Guests").strip()
        tap.equal(fault_of({"groups": ["Berlin", "visitors"]}), "RESTRICTION_BLOCKED")
        tap.equal(fault_of({"groups": ["Berlin"]}), None)
        town.server.assay("restriction", "remove", row)

    def a_user_has_as_many_devices_as_the_limit_says_and_reads_how_many_that_are():
        town.server.assay("restriction", "add", "Few", "--set", "action=allow", "--set", "limit=2")
        tap.equal([fault_of({"name": "Eve@x"}), fault_of({"name": "eve@x"}), fault_of({"name": "EVE@x"})],
                  [None, None, "RESTRICTION_LIMIT"])
        tap.check("2 of at most 2" in town.report["detail"], town.report)

    return tap.named([f for f in locals().values() if callable(f) and f is not fault_of])


def main():
    with tempfile.TemporaryDirectory() as folder:
        provider = OddProvider(folder)
        try:
            with Assayd(BUILD, folder, [f"fetch.hosts=127.0.0.1:{provider.port}", f"fetch.tls_anchors={provider.ca}"]) as server:
                town = Town(BUILD, server, folder, provider)
                try:
                    town.trust()
                    tap.run(tests_of(town))
                finally:
                    town.close()
        finally:
            provider.stop()


main()
