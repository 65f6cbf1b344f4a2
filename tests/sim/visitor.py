"""Somebody at the administrators' listener who writes their own requests, and what they try there."""
import concurrent.futures
import http.client
import json
import os
import ssl

import tap

SESSION = "/assay/v1/session"
PROFILES = "/assay/v1/profiles"
WORDS = "correct horse battery staple"
RACE = 20


class Visitor:
    """Each request is a connection of its own with just those heads."""

    def __init__(self, server):
        self.host, port = server.address("net-admin").rsplit(":", 1)
        self.port = int(port)
        self.trust = ssl.create_default_context(cafile=os.path.join(server.data, "ca/root.crt"))
        self.token = {"Authorization": f"Bearer {server.token}"}

    def ask(self, method, path, heads=None, body=None):
        """(status, heads, JSON or None)"""
        line = http.client.HTTPSConnection(self.host, self.port, context=self.trust)
        content = {"Content-Type": "application/json"} if body is not None else {}
        line.request(method, path, json.dumps(body) if body is not None else None, {**content, **(heads or {})})
        reply = line.getresponse()
        text = reply.read()
        line.close()
        is_json = "json" in (reply.headers.get("Content-Type") or "")
        return reply.status, reply.headers, json.loads(text) if is_json and text else None

    def code(self, *request):
        """Status and code of a refusal; of anything else the status alone."""
        status, _, said = self.ask(*request)
        return (status, said["code"]) if status >= 400 else status

    def sign_in(self, name, **heads):
        """The cookie, and what a page is told with it."""
        status, said, page = self.ask("POST", SESSION, heads, {"name": name, "password": WORDS})
        tap.equal(status, 201)
        return said["Set-Cookie"], page


def tests_of(server):
    visitor = Visitor(server)

    def a_session_is_new_whatever_cookie_came_with_the_sign_in():
        server.add("/assay/v1/accounts", {"name": "ada", "password": WORDS, "role": "owner"})
        first = visitor.sign_in("ada")[0].split(";")[0]
        second, page = visitor.sign_in("ada", Cookie=first)
        tap.check(second.split(";")[0] != first, "the session of somebody else's choice")
        tap.equal(second.split("; ")[1:5], ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"])
        visitor.session = {"Cookie": second.split(";")[0]}
        visitor.csrf = page["csrfToken"]

    def a_change_takes_what_only_a_page_of_ours_was_told():
        others = [{}, *({"X-Assay-CSRF": said} for said in ("0" * 64, visitor.csrf[:-1], visitor.csrf + "0", "null"))]
        for heads in others:
            tap.equal(visitor.code("POST", PROFILES, {**visitor.session, **heads}, {"displayName": "forged"}), (403, "SESSION_CSRF"))
        right = {**visitor.session, "X-Assay-CSRF": visitor.csrf}
        tap.equal(visitor.code("POST", PROFILES, right, {"displayName": "asked-for"}), 201)
        tap.equal(visitor.code("GET", f"{PROFILES}/forged", visitor.session), (404, "NOT_FOUND"))

    def a_request_is_of_its_own_method_alone():
        for head in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            tap.equal(visitor.code("GET", f"{PROFILES}/asked-for", {**visitor.token, head: "DELETE"}), 200)
        tap.equal(visitor.code("GET", f"{PROFILES}?_method=DELETE", visitor.token), (400, "FORMAT_UNKNOWN"))
        status, heads, _ = visitor.ask("OPTIONS", PROFILES, {"Origin": "https://evil.example"})
        tap.equal((status, [name for name in heads if name.lower().startswith("access-control")]), (405, []))

    def an_address_has_one_spelling():
        for path in ("//assay/v1/profiles", "/assay//v1/profiles", "/./assay/v1/profiles", "/x/../assay/v1/profiles", "/%61ssay/v1/profiles",
                     "/assay%2fv1/profiles", "/assay/v1/profiles/", "/assay/v1/Profiles", "/assay/v1/profiles;a=b", "/assay/v1/profiles%00"):
            tap.equal(visitor.code("GET", path, visitor.token), (404, "MSG_UNKNOWN"))

    def a_page_is_shown_in_no_frame_and_leads_nowhere():
        for path in ("/", "/?code=a&state=b&next=https://evil.example"):
            status, heads, _ = visitor.ask("GET", path)
            tap.check(status == 200 and "Location" not in heads, dict(heads))
            tap.check("frame-ancestors 'none'" in heads["Content-Security-Policy"], dict(heads))

    def of_many_who_use_a_link_at_once_one_is_signed_in():
        token = server.api("POST", "/assay/v1/accounts/ada/link")[1]["link"].rsplit("/", 1)[1]
        with concurrent.futures.ThreadPoolExecutor(RACE) as crowd:
            came = list(crowd.map(lambda _: visitor.ask("POST", f"{SESSION}/link", None, {"token": token})[0], range(RACE)))
        tap.equal((came.count(201), set(came) - {201, 401, 429}), (1, set()))

    return [
        a_session_is_new_whatever_cookie_came_with_the_sign_in,
        a_change_takes_what_only_a_page_of_ours_was_told,
        a_request_is_of_its_own_method_alone,
        an_address_has_one_spelling,
        a_page_is_shown_in_no_frame_and_leads_nowhere,
        of_many_who_use_a_link_at_once_one_is_signed_in,
    ]
