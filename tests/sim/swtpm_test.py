#!/usr/bin/env python3
"""A real swtpm gets its EK certificates from the test maker.

usage: swtpm_test.py BUILD
"""
import os
import subprocess
import sys
import tempfile

import tap

SIM = os.path.join(os.path.abspath(sys.argv[1]), "assay-sim")
MODEL = "Model 9"


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def setup(folder, *words):
    """swtpm_setup with the maker of that folder."""
    write(os.path.join(folder, "maker.conf"), f"maker = {folder}/maker\nmodel = {MODEL}\n")
    write(os.path.join(folder, "setup.conf"),
          f"create_certs_tool = {SIM}\ncreate_certs_tool_config = {folder}/maker.conf\ncreate_certs_tool_options = /dev/null\n")
    os.makedirs(os.path.join(folder, "state"), exist_ok=True)
    return subprocess.run(["swtpm_setup", "--tpm2", "--tpmstate", os.path.join(folder, "state"), "--overwrite",
                           "--config", os.path.join(folder, "setup.conf"), "--create-ek-cert", *words],
                          capture_output=True, text=True, check=False)


def openssl(*words):
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)


def tests_of(folder):
    def certificate(name):
        return os.path.join(folder, name)

    def swtpm_setup_writes_the_certificates_into_the_chip():
        done = setup(folder, "--write-ek-cert-files", folder)
        tap.equal((done.returncode, done.stderr), (0, ""))
        for name in ("ek-rsa2048.crt", "ek-secp384r1.crt"):
            tap.check(os.path.exists(certificate(name)), f"{name} is missing: {done.stdout}")

    def they_lead_to_the_makers_root():
        for name in ("ek-rsa2048.crt", "ek-secp384r1.crt"):
            # The name of the TPM is critical and unknown to OpenSSL: what it says is checked below.
            done = openssl("verify", "-x509_strict", "-ignore_critical", "-CAfile", certificate("maker/root.crt"),
                           "-untrusted", certificate("maker/intermediate.crt"), certificate(name))
            tap.equal(done.returncode, 0)

    def they_say_what_the_configuration_says():
        text = openssl("x509", "-inform", "DER", "-in", certificate("ek-rsa2048.crt"), "-noout", "-text").stdout
        for words in ("id:54535430", MODEL, "2.23.133.8.1", "Key Encipherment", "CA:FALSE"):
            tap.check(words in text, f"{words!r} is not in {text}")

    def a_platform_certificate_is_refused_in_words():
        done = setup(folder, "--create-platform-cert")
        tap.check(done.returncode != 0, "it was made")
        tap.check("--create-platform-cert" in done.stdout + done.stderr, done.stdout + done.stderr)

    return tap.named([f for f in locals().values() if callable(f) and f is not certificate])


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([SIM, "maker", "--dir", os.path.join(folder, "maker")], check=True)
        tap.run(tests_of(folder))


main()
