#!/usr/bin/env python3
"""Signing in: a real agent, its user's browser, npm's oidc-provider and a real server; nothing leaves loopback.

usage: signin_test.py BUILD TESTS
"""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
sys.path[:0] = [os.path.join(sys.argv[2], "sim"), os.path.join(sys.argv[2], "..", "tools")]

import identityprovider  # noqa: E402
import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from devices import Chip  # noqa: E402
from town import PROVIDERS, Town  # noqa: E402

LOW, MEDIUM = "1.3.6.1.4.1.311.21.32", "1.3.6.1.4.1.311.21.31"


def tests_of(town):
    def a_user_with_two_factors_enrols_a_device_without_tpm():
        town.trust()
        code, report = town.enroll("ada", "--no-tpm")
        tap.equal((code, report["fault"]), (0, None))
        device = town.record(report)
        tap.equal((device["userPrincipalName"], device["userGroups"], device["isTpmAttested"]),
                  ("ada@contoso.example", "Engineers, Berlin", False))
        tap.equal(town.policies(), [])

    def a_tpm_that_nobody_else_vouches_for_has_the_low_assurance():
        town.trust(profile="preferred")
        code, report = town.enroll("ada", chip=Chip(town, certified=False), ek_service="none")
        tap.equal((code, report["fault"]), (0, None))
        tap.equal((town.record(report)["isTpmAttested"], town.policies()), (False, [LOW]))

    def a_tpm_with_a_certificate_has_both():
        code, report = town.enroll("ada", chip=Chip(town))
        tap.equal((code, report["fault"]), (0, None))
        tap.equal((town.record(report)["isTpmAttested"], sorted(town.policies())), (True, [MEDIUM, LOW]))

    def a_token_signed_by_rsa_is_as_good():
        town.trust(clientId="assay-rsa")
        tap.equal(town.enroll("ada", "--no-tpm")[0], 0)

    def a_password_alone_is_not_enough():
        town.trust()
        code, report = town.enroll("bob", "--no-tpm")
        tap.equal((code, report["fault"]), (1, "TOK_MFA"))

    def a_password_alone_is_enough_where_nothing_more_is_asked():
        town.trust(amr="")
        code, report = town.enroll("bob", "--no-tpm")
        tap.equal((code, town.record(report)["userPrincipalName"]), (0, "bob@contoso.example"))

    def an_algorithm_that_is_not_expected_is_refused():
        town.trust(algorithms="RS256 PS256")
        tap.equal(town.enroll("ada", "--no-tpm")[1]["fault"], "TOK_ALGORITHM")

    def a_token_for_another_audience_is_refused():
        town.trust(audience="payroll")
        tap.equal(town.enroll("ada", "--no-tpm")[1]["fault"], "TOK_AUDIENCE")

    def an_access_token_for_the_organisations_service_enrols():
        town.trust(audience="https://assay.contoso.example", scope="enrol")
        code, report = town.enroll("ada", "--no-tpm")
        tap.equal((code, report["fault"]), (0, None))
        tap.equal(town.record(report)["userPrincipalName"], "ada@contoso.example")

    def an_access_token_for_another_service_is_refused():
        town.trust(audience="https://payroll.contoso.example", scope="enrol")
        tap.equal(town.enroll("ada", "--no-tpm")[1]["fault"], "TOK_AUDIENCE")

    def keys_that_changed_are_fetched_when_a_token_names_one():
        town.trust()
        town.provider.start(kid="2")
        code, report = town.enroll("ada", "--no-tpm")
        tap.equal((code, report["fault"]), (0, None))
        tap.check("TOK_KEY_UNKNOWN" in town.screen, town.screen)

    def a_token_is_judged_by_keys_that_are_at_hand():
        town.server.stop()
        town.server.start()
        town.server.wait_until(lambda: town.show()["keys"], "to start")
        tap.equal(town.enroll("ada", "--no-tpm")[0], 0)

    def where_nobody_can_sign_in_it_is_said():
        town.server.api("DELETE", f"{PROVIDERS}/contoso")
        code, report = town.enroll("ada", "--no-tpm")
        tap.equal((code, report["fault"]), (2, "SIGN_IN_NONE"))

    def no_token_is_in_log_or_evidence():
        with open(town.server.log_path, encoding="utf-8") as f:
            tap.check("eyJ" not in f.read(), "the log has a token")
        tap.check(not any(b"eyJ" in body for body in town.evidence()), "evidence has a token")

    return tap.named([f for f in locals().values() if callable(f)])


def main():
    try:
        place = identityprovider.install(BUILD)
    except OSError as why:
        if os.environ.get("CI"):
            sys.exit(f"npm's oidc-provider is missing: {why}")
        print(f"1..0 # SKIP npm's oidc-provider is missing: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        provider = identityprovider.IdentityProvider(place, folder)
        provider.start()
        settings = [f"fetch.hosts=127.0.0.1:{provider.port}", f"fetch.tls_anchors={provider.ca}"]
        try:
            with Assayd(BUILD, folder, settings) as server:
                town = Town(BUILD, server, folder, provider)
                try:
                    tap.run(tests_of(town))
                finally:
                    town.close()
        finally:
            provider.stop()


main()
