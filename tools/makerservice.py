"""A TPM maker's certificate service on loopback, for demo and tests: Intel's protocol below /intel, AMD's below /amd.

Keys come as hexadecimal SubjectPublicKeyInfo, as `assay-agent hardware-hash --json` prints them.
"""
import base64
import hashlib
import http.server
import json
import ssl
import threading


def numbers(public):
    """(kind, first, second) of a key: modulus and exponent of RSA-2048, or x and y of P-256."""
    der = bytes.fromhex(public)
    if len(der) == 91:
        return "p256", der[27:59], der[59:91]
    if len(der) != 294:
        raise ValueError(f"a key of {len(der)} octets")
    return "rsa", der[33:289], der[291:294]


def paths(public):
    kind, first, second = numbers(public)
    intel = base64.urlsafe_b64encode(hashlib.sha256(first + second).digest()).decode().replace("=", "%3D")
    amd = first + second if kind == "p256" else b"\0" + second + first
    head = bytes.fromhex("00004444" if kind == "p256" else "00002222")
    return {"intel": "/intel/" + intel, "amd": "/amd/" + hashlib.sha256(head + amd).hexdigest()[:32].upper()}


def as_assay_sim(public):
    """The key as assay-sim ek-certificate takes it."""
    kind, first, second = numbers(public)
    return first.hex() if kind == "rsa" else f"x={first.hex()},y={second.hex()}"


class MakerService:
    """Answers from its start to its stop. `asked` has the paths, `answers` what each gets: (status, body)."""

    def __init__(self, certificate, key):
        self.asked, self.answers, self.next = [], {}, []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                service.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that does not trust it is no error of the service
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, protocol):
        return f"https://127.0.0.1:{self.port}/{protocol}"

    def add(self, public, der):
        """From now on the service has this certificate for the key."""
        path = paths(public)
        text = base64.urlsafe_b64encode(der).decode().replace("=", "%3D")
        name = path["intel"].rsplit("/", 1)[1]
        self.answers[path["intel"]] = (200, json.dumps({"pubhash": name, "certificate": text}).encode())
        self.answers[path["amd"]] = (200, der)

    def answer(self, request):
        self.asked.append(request.path)
        is_typed = request.path.startswith("/amd/") or request.headers["Accept"] == "application/json"
        status, body = self.answers.get(request.path, (404, b"")) if is_typed else (406, b"")
        if self.next:
            status, body = self.next.pop(0)
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
