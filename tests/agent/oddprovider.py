"""An identity provider on loopback that says what a test wants: tokens of any make, and any answer to whoever waits."""
import base64
import hmac
import http.server
import json
import ssl
import subprocess
import threading
import time


def text(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class OddProvider:
    """`ca` vouches for it, `issuer` is its address. `answers` are what it says to whoever asks for the token, the last
    one again and again: an error, or the changes that make a token of the right one. `asked` counts."""

    RIGHT = {"alg": "ES256", "amr": ["pwd", "mfa"], "groups": [], "name": "ada@contoso.example", "life_s": 600,
             "key": "ES256"}

    def __init__(self, folder):
        self.ca, self.key, self.answers, self.asked = f"{folder}/odd.crt", f"{folder}/odd.key", [{}], 0
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.ca],
                       check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        self.public = public[-64:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.issuer = f"https://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, body):
                octets = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def do_GET(self):
                self.answer(200, provider.keys() if self.path == "/keys" else provider.discovery())

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/device":
                    self.answer(200, {"device_code": "D", "user_code": "U", "verification_uri": provider.issuer + "/device",
                                      "interval": 5, "expires_in": 30})
                else:
                    self.answer(*provider.next_answer())

        return Handler

    def discovery(self):
        return {"issuer": self.issuer, "jwks_uri": self.issuer + "/keys", "token_endpoint": self.issuer + "/token",
                "device_authorization_endpoint": self.issuer + "/device"}

    def keys(self):
        return {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "alg": "ES256",
                          "x": text(self.public[:32]), "y": text(self.public[32:])}]}

    def next_answer(self):
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        return (400, {"error": answer}) if isinstance(answer, str) else (200, {"id_token": self.token(**answer)})

    def token(self, **changes):
        say = {**self.RIGHT, **changes}
        now = int(time.time())
        header = {"alg": say["alg"], "kid": "k", "typ": "JWT"}
        claims = {"iss": self.issuer, "aud": "assay", "sub": "ada", "preferred_username": say["name"], "iat": now - 1,
                  "exp": now + say["life_s"], "amr": say["amr"], "groups": say["groups"], "jti": str(time.monotonic_ns())}
        signed = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{text(self.sign(say['key'], signed.encode()))}"

    def sign(self, key, octets):
        """By its key; by nobody; or by its public key, taken for a password that both sides share."""
        if key == "none":
            return b""
        if key == "HS256":
            return hmac.digest(b"\x04" + self.public, octets, "sha256")
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=octets, check=True, capture_output=True).stdout
        first = der[4:4 + der[3]]
        second = der[6 + der[3]:]
        return b"".join(n.lstrip(b"\0").rjust(32, b"\0") for n in (first, second))

    def sign_in(self, *_):
        """Its users have always been there already."""
