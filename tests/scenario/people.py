#!/usr/bin/env python3
"""People who administer: they sign in at npm's oidc-provider with browsers of their own, and two of them decide together.

usage: people.py BUILD short|long
Without node, npm or the provider it is skipped; under CI that is a failure.
"""
import http.client
import json
import os
import ssl
import sys
import tempfile
import urllib.parse

BUILD, LENGTH = os.path.abspath(sys.argv[1]), sys.argv[2]
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("../sim", "../../tools"):
    sys.path.insert(0, os.path.join(HERE, folder))

import identityprovider  # noqa: E402
import tap  # noqa: E402
from assayd import Assayd  # noqa: E402

SESSION = "/assay/v1/session"
ROWS = "/assay/v1/identityProviders"
CENTRAL = ("whoever_is_in_a_group_signs_in_with_its_role", "a_state_is_good_in_the_browser_that_began",
           "of_two_who_use_a_link_at_once_one_is_signed_in", "one_asks_and_another_approves")
PASSWORD = "correct horse battery staple"
SECRET = "0: a+b=c&d/e%~"  # each of its characters means something else somewhere on its way
GROUPS = {"adminClientId": "assay-admin", "clientSecret": SECRET, "operatorGroup": "Engineers", "readerGroup": "Pensioners"}


class Browser:
    """A browser that has opened the portal: it keeps cookies, and its page proves that it is one of ours."""

    def __init__(self, server):
        self.server, self.cookies, self.csrf, self.detail = server, {}, None, None

    def ask(self, method, path, body=None, kind="application/json"):
        """(status, JSON or None)"""
        trust = ssl.create_default_context(cafile=os.path.join(self.server.data, "ca/root.crt"))
        host, port = self.server.address("net-admin").rsplit(":", 1)
        heads = {"Content-Type": kind}
        if self.cookies:
            heads["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf:
            heads["X-Assay-CSRF"] = self.csrf
        line = http.client.HTTPSConnection(host, int(port), context=trust)
        line.request(method, path, json.dumps(body) if body is not None else None, heads)
        reply = line.getresponse()
        text = reply.read()
        if cookie := reply.headers.get("Set-Cookie"):
            name, value = cookie.split(";")[0].split("=", 1)
            tap.check(name.startswith("__Host-") and "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie)
            self.cookies[name] = value
        line.close()
        said = json.loads(text) if text else None
        self.csrf = (said or {}).get("csrfToken", self.csrf)
        return reply.status, said

    def begin(self, name="contoso"):
        """Where the button of that provider on the sign-in page leads to."""
        rows = self.ask("GET", f"{SESSION}/providers")[1]["value"]
        provider = next(row for row in rows if row["displayName"] == name)
        return self.ask("POST", f"{SESSION}/providers/{provider['id']}")[1]["location"]

    def finish(self, address, **changes):
        """What comes of coming back at that address, and the code of a refusal."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        body = {"code": query["code"], "state": query["state"], "issuer": query["iss"], **changes}
        status, said = self.ask("POST", f"{SESSION}/code", body)
        self.detail = said.get("detail")
        return status, said["code"] if status >= 400 else said["role"]

    def password(self, name, password):
        return self.ask("POST", SESSION, {"name": name, "password": password})


def tests_of(server, provider, second):
    def come_back(browser, user):
        return provider.come_back(browser.begin(), user)

    def sign_in(user):
        browser = Browser(server)
        return browser.finish(come_back(browser, user))

    def account(name):
        return server.api("GET", f"/assay/v1/accounts/{name}")

    def whoever_is_in_a_group_signs_in_with_its_role():
        browser = Browser(server)
        tap.equal(browser.finish(come_back(browser, "ada")), (201, "operator"))
        tap.equal(browser.ask("GET", SESSION)[1]["name"], "ada@contoso.example")
        tap.equal(browser.ask("GET", "/assay/v1/accounts")[1]["code"], "AUTHZ")
        rows = server.api("GET", "/assay/v1/sessions")[1]["value"]
        tap.check(("ada@contoso.example", "provider") in [(row["account"], row["method"]) for row in rows], rows)

    def a_password_alone_is_not_enough_and_no_group_is_no_role():
        tap.equal((sign_in("bob"), sign_in("eve")), ((403, "TOK_MFA"), (403, "SIGN_IN_ROLE")))
        tap.equal(sign_in("mia"), (403, "SIGN_IN_GROUPS"))
        tap.equal([account(f"{name}@contoso.example")[0] for name in ("bob", "eve", "mia")], [404, 404, 404])

    def a_state_is_good_in_the_browser_that_began():
        victim, other = Browser(server), Browser(server)
        address = come_back(victim, "ada")
        tap.equal(other.finish(address), (401, "SIGN_IN_STATE"))
        other.begin()
        tap.equal(other.finish(address), (401, "SIGN_IN_STATE"))
        tap.equal(victim.finish(address, issuer="https://evil.example"), (401, "SIGN_IN_STATE"))
        tap.equal(victim.finish(address), (201, "operator"))

    def a_code_of_another_sign_in_is_worth_nothing():
        victim, thief = Browser(server), Browser(server)
        stolen = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(come_back(victim, "ada")).query))["code"]
        tap.equal(thief.finish(come_back(thief, "eve"), code=stolen)[1], "FETCH_ANSWER")

    def a_code_is_exchanged_once():
        browser = Browser(server)
        address = come_back(browser, "ada")
        tap.equal((browser.finish(address)[0], browser.finish(address)[1]), (201, "FETCH_ANSWER"))
        tap.check("400" in (browser.detail or ""), f"what the provider answered is not told: {browser.detail}")

    def the_page_leads_to_the_providers_address_alone():
        location = urllib.parse.urlsplit(Browser(server).begin())
        query = dict(urllib.parse.parse_qsl(location.query))
        tap.equal(f"{location.scheme}://{location.netloc}", provider.issuer)
        tap.equal((query["redirect_uri"], query["code_challenge_method"]), (f"https://{server.address('net-admin')}/", "S256"))

    def a_secret_that_the_provider_does_not_know_is_named():
        together(server, "PATCH", f"{ROWS}/contoso", {"clientSecret": "of last year"})
        browser = Browser(server)
        tap.equal(browser.finish(come_back(browser, "ada")), (502, "SIGN_IN_CLIENT"))
        tap.check("401" in browser.detail, f"what the provider answered is not told: {browser.detail}")
        together(server, "PATCH", f"{ROWS}/contoso", {"clientSecret": ""})
        tap.equal(sign_in("ada")[1], "SIGN_IN_CLIENT")
        tap.equal(server.api("GET", f"{ROWS}/contoso")[1]["clientSecretDateTime"], None)
        together(server, "PATCH", f"{ROWS}/contoso", {"clientSecret": SECRET})
        tap.equal(sign_in("ada"), (201, "operator"))

    def a_provider_that_wants_the_secret_in_the_form_gets_it_there():
        second.start(portal=f"https://{server.address('net-admin')}/", secret=SECRET, method="client_secret_post")
        add_provider(server, "fabrikam", second)
        browser = Browser(server)
        tap.equal(browser.finish(second.come_back(browser.begin("fabrikam"), "kim")), (201, "operator"))

    def a_secret_is_told_to_nobody():
        said = json.dumps([server.api("GET", path)[1] for path in (ROWS, f"{ROWS}/contoso", "/assay/v1/approvals")])
        rows = [server.api("GET", f"/assay/v1/approvals/{row['id']}")[1] for row in json.loads(said)[2]["value"]]
        tap.check("***" in {(row["body"] or {}).get("clientSecret") for row in rows}, rows)
        tap.check(SECRET not in said + json.dumps(rows), "the API tells the secret")
        for folder, _, names in os.walk(server.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as f:
                    tap.check(SECRET.encode() not in f.read(), f"{name} has the secret")

    def the_query_of_the_authorization_endpoint_stays():
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(Browser(server).begin()).query, strict_parsing=True)
        tap.equal((query["tenant"], query["client_id"], query["state"][1:]), (["contoso"], ["assay-admin"], []))

    def a_role_follows_the_groups_and_who_is_disabled_stays_out():
        together(server, "PATCH", f"{ROWS}/contoso", {"readerGroup": "Engineers", "operatorGroup": ""})
        tap.equal(sign_in("ada"), (201, "reader"))
        server.api("PATCH", "/assay/v1/accounts/ada@contoso.example", {"state": "disabled"})
        tap.equal(sign_in("ada"), (401, "SIGN_IN_WRONG"))
        server.api("PATCH", "/assay/v1/accounts/ada@contoso.example", {"state": "active"})

    def passwords_are_for_emergencies():
        tap.equal(Browser(server).password("ben", PASSWORD)[1]["code"], "SIGN_IN_PROVIDER")
        tap.equal(Browser(server).password("anna", PASSWORD)[0], 201)

    def a_form_of_another_site_signs_nobody_in():
        body = {"name": "anna", "password": PASSWORD}
        tap.equal(Browser(server).ask("POST", SESSION, body, "text/plain")[0], 400)

    def of_two_who_use_a_link_at_once_one_is_signed_in():
        link = server.api("POST", "/assay/v1/accounts/ben/link")[1]["link"]
        token = urllib.parse.urlsplit(link).fragment.rsplit("/", 1)[1]
        tap.equal(sorted(Browser(server).ask("POST", f"{SESSION}/link", {"token": token})[0] for _ in "12"), [201, 401])

    def one_asks_and_another_approves():
        asker, other = by_link(server, "anna"), by_link(server, "ben")
        status, said = asker.ask("PATCH", f"{ROWS}/contoso", {"ownerGroup": "Engineers"})
        tap.equal((status, said["code"]), (409, "APPROVAL_PENDING"))
        approval = f"/assay/v1/approvals/{said['detail']}"
        tap.equal(asker.ask("POST", f"{approval}/approve")[1]["code"], "APPROVAL_SELF")
        tap.equal(other.ask("GET", approval)[1]["body"], {"ownerGroup": "Engineers"})
        tap.equal(server.api("GET", f"{ROWS}/contoso")[1]["ownerGroup"], None)
        tap.equal(other.ask("POST", f"{approval}/approve")[0], 200)
        tap.equal(server.api("GET", f"{ROWS}/contoso")[1]["ownerGroup"], "Engineers")
        tap.equal(other.ask("POST", f"{approval}/approve")[1]["code"], "APPROVAL_OVER")

    def whoever_signed_in_there_goes_with_the_provider():
        tap.equal(server.api("DELETE", f"{ROWS}/contoso")[0], 204)
        tap.equal(account("ada@contoso.example")[0], 404)

    def no_code_or_token_is_in_the_log_and_all_is_in_the_audit():
        with open(server.log_path, encoding="utf-8") as f:
            log = f.read()
        tap.check("eyJ" not in log and SECRET not in log and "code_verifier" not in log and "assay-l-" not in log, "the log has a secret")
        rows = server.api("GET", "/graph/beta/deviceManagement/auditEvents?$top=1000")[1]["value"]
        done = {row["activityType"] for row in rows}
        tap.equal({"session.begin", "session.refuse", "account.link", "approval.ask", "approval.approve"} - done, set())

    return [f for name, f in locals().items() if callable(f) and name not in ("come_back", "sign_in", "account")]


def add_provider(server, name, provider):
    together(server, "POST", ROWS, {"displayName": name, "issuer": provider.issuer, "clientId": "assay", "profile": "open", **GROUPS})
    server.wait_until(lambda: server.api("GET", f"{ROWS}/{name}")[1]["keys"], "to fetch the provider's keys")


def by_link(server, name):
    """The browser of somebody who was sent a link."""
    browser = Browser(server)
    link = server.api("POST", f"/assay/v1/accounts/{name}/link")[1]["link"]
    browser.ask("POST", f"{SESSION}/link", {"token": link.rsplit("/", 1)[1]})
    return browser


def together(server, method, path, body):
    """The owner of the server's first token asks, and zoe approves."""
    said = server.api(method, path, body)[1]
    tap.equal(said["code"], "APPROVAL_PENDING")
    status, said = by_link(server, "zoe").ask("POST", f"/assay/v1/approvals/{said['detail']}/approve")
    tap.check(status < 300, said)


def main():
    try:
        place = identityprovider.install(BUILD)
    except OSError as why:
        if os.environ.get("CI"):
            sys.exit(f"npm's oidc-provider is missing: {why}")
        print(f"1..0 # SKIP npm's oidc-provider is missing: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        provider, second = (identityprovider.IdentityProvider(place, folder) for _ in range(2))
        for one in (provider, second):
            one.start()
        settings = [f"fetch.hosts=127.0.0.1:{provider.port},127.0.0.1:{second.port}", f"fetch.tls_anchors={provider.ca}", "admin.passwords=anna, zoe",
                    "admin.two_persons=true"]
        try:
            with Assayd(BUILD, folder, settings) as server:
                provider.start(portal=f"https://{server.address('net-admin')}/", secret=SECRET)
                for name in ("anna", "ben", "zoe"):
                    server.add("/assay/v1/accounts", {"name": name, "password": PASSWORD, "role": "owner"})
                server.add("/assay/v1/profiles", {"displayName": "open"})
                add_provider(server, "contoso", provider)
                tests = tap.named(tests_of(server, provider, second))
                tap.run([test for test in tests if LENGTH == "long" or test[0] in CENTRAL])
        finally:
            provider.stop()
            second.stop()


main()
