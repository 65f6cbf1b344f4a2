"""Somebody who administers a server: by a browser that has opened the portal, or by a program that has a token."""
import http.client
import json
import os
import ssl
import time

import tap

SESSION = "/assay/v1/session"


class Administrator:
    """A browser that has opened the portal: it keeps cookies, and its page proves that it is one of ours; or a program that has
    a token."""

    def __init__(self, server):
        self.server, self.cookies, self.csrf, self.detail, self.token = server, {}, None, None, None

    def ask(self, method, path, body=None, kind="application/json"):
        """(status, JSON or None); more passwords than the server checks in a second wait, as Retry-After says."""
        status, said = self.ask_once(method, path, body, kind)
        while (said or {}).get("code") == "SIGN_IN_RATE":
            time.sleep(0.3)
            status, said = self.ask_once(method, path, body, kind)
        return status, said

    def ask_once(self, method, path, body, kind):
        trust = ssl.create_default_context(cafile=os.path.join(self.server.data, "ca/root.crt"))
        host, port = self.server.address("net-admin").rsplit(":", 1)
        heads = {"Content-Type": kind}
        if self.cookies:
            heads["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token:
            heads["Authorization"] = f"Bearer {self.token}"
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


def by_link(server, name):
    """Somebody who was sent a link."""
    person = Administrator(server)
    link = server.api("POST", f"/assay/v1/accounts/{name}/link")[1]["link"]
    person.ask("POST", f"{SESSION}/link", {"token": link.rsplit("/", 1)[1]})
    return person
