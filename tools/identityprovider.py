"""An OpenID Connect provider on loopback, for demo and tests: npm's oidc-provider (tests/idp), and its users' browser."""
import html
import http.cookiejar
import os
import re
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import npm

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/idp")


def install(build):
    """Puts the provider into the build folder unless it is there; returns that place, or raises OSError with a reason."""
    return npm.install(SOURCE, os.path.join(build, "idp"))


class IdentityProvider:
    """Runs from start to stop. `ca` is the file that vouches for it, `issuer` its address."""

    def __init__(self, place, folder):
        self.place, self.ca, self.key, self.port, self.process = place, f"{folder}/idp.crt", f"{folder}/idp.key", 0, None
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.ca],
                       check=True, capture_output=True)
        os.chmod(self.ca, 0o644)

    def start(self, kid="1", portal="", secret="", method="client_secret_basic"):
        """With new keys, at the same address as before. portal is where administrators' browsers come back to, secret their
        client's there."""
        self.stop()
        words = [str(self.port), self.ca, self.key, kid, portal, secret, method]
        self.process = subprocess.Popen(["node", "provider.mjs", *words], cwd=self.place,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())
        self.issuer = f"https://127.0.0.1:{self.port}"

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
        self.process = None

    def opener(self, user, *handlers):
        """The browser of a user, who signs in wherever they are asked to."""
        context = ssl.create_default_context(cafile=self.ca)
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context),
                                              urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), *handlers)
        browser.addheaders = [("x-user", user)]
        return browser

    def come_back(self, location, user):
        """Where the browser of a user who signs in at that location is sent in the end, which is not opened."""
        class Stop(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, request, reply, code, words, heads, url):
                away = not url.startswith(issuer)
                return None if away else super().redirect_request(request, reply, code, words, heads, url)

        issuer = self.issuer
        try:
            return self.opener(user, Stop).open(location).geturl()
        except urllib.error.HTTPError as end:
            return urllib.parse.urljoin(location, end.headers["Location"])

    def sign_in(self, url, code, user):
        """What the user does at that address with that code; the page that they read last."""
        browser = self.opener(user)
        page = browser.open(f"{url}?user_code={code}").read().decode()
        token = html.unescape(re.search(r'name="xsrf" value="([^"]+)"', page).group(1))
        form = urllib.parse.urlencode({"xsrf": token, "user_code": code, "confirm": "yes"}).encode()
        return browser.open(url, form).read().decode()
