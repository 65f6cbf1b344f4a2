"""Debian's nginx before one page, which asks Assay of every device whether it may pass (doc/gate.md)."""
import hashlib
import http.client
import os
import socket
import ssl
import subprocess

from loopback import free_port

NGINX = "/usr/sbin/nginx"

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/gate.crt; ssl_certificate_key {folder}/gate.key;
        ssl_verify_client optional_no_ca;
        root {folder}/site;
        location / {{
            auth_request /assay;
            auth_request_set $reason $upstream_http_assay_reason;
            add_header Assay-Reason $reason always;
        }}
        location = /assay {{
            internal;
            proxy_pass {server}/access/check;
            proxy_pass_request_body off; proxy_set_header Content-Length "";
            proxy_set_header Client-Cert $ssl_client_escaped_cert;
            proxy_ssl_certificate {folder}/gate.crt; proxy_ssl_certificate_key {folder}/gate.key;
            proxy_ssl_trusted_certificate {root}; proxy_ssl_verify on; proxy_ssl_verify_depth 2;
            proxy_ssl_name localhost;
        }}
    }}
}}
"""


def is_installed():
    return os.path.exists(NGINX)


def certify(path, name, *words):
    """A key and a certificate that it signed itself."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-keyout", f"{path}.key", "-out", f"{path}.crt", *words], check=True, capture_output=True)


def der_of(path):
    with open(path, encoding="ascii") as f:
        return ssl.PEM_cert_to_DER_cert(f.read())


def ask(address, shown=None, path="/", method="GET", **head):
    """(status, why) of a request by whoever shows that certificate, a pair of files."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if shown:
        context.load_cert_chain(*shown)
    client = http.client.HTTPSConnection(address, context=context, timeout=30)
    client.request(method, path, headers={name.replace("_", "-"): value for name, value in head.items()})
    reply = client.getresponse()
    reply.read()
    client.close()
    return reply.status, reply.getheader("Assay-Reason")


class Gate:
    """Makes its certificate in the folder, which the server is to list; then it can be started."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        certify(f"{folder}/gate", "gate")
        self.fingerprint = hashlib.sha256(der_of(f"{folder}/gate.crt")).hexdigest()
        self.address = f"127.0.0.1:{free_port()}"

    def start(self, server, root, wait_until):
        os.makedirs(f"{self.folder}/site")
        for name, text in (("site/index.html", "inside\n"),
                           ("conf", CONFIGURATION.format(folder=self.folder, port=self.address.split(":")[1], server=server, root=root))):
            with open(f"{self.folder}/{name}", "w", encoding="ascii") as f:
                f.write(text)
        os.chmod(self.folder, 0o755)
        self.process = subprocess.Popen([NGINX, "-c", f"{self.folder}/conf", "-p", self.folder, "-e", f"{self.folder}/error.log"])
        wait_until(self.is_listening, "nginx to listen")

    def is_listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.address.split(":")[1]))) == 0

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
