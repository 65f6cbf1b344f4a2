#!/usr/bin/env python3
"""The hostile catalogue over HTTP, played to a server of its own.

usage: catalogue_test.py BUILD PROGRAM
"""
import os
import subprocess
import sys
import tempfile

from assayd import Assayd

BUILD, PROGRAM = sys.argv[1:]

with tempfile.TemporaryDirectory(prefix="assay-catalogue-") as folder:
    with Assayd(BUILD, folder) as server:
        for name in ("byod", "other"):
            server.add("/assay/v1/profiles", {"displayName": name, "attestation": "off"})
        server.add("/assay/v1/profiles", {"displayName": "strict", "unknown": "deny"})
        server.add("/assay/v1/blocklist", {
            "id": "roca", "maker": "IFX", "basis": "firmware", "first": "7.0", "last": "7.61", "fixed": "7.62",
            "effect": "refuse", "keys": "all", "name": "ROCA", "page": "https://x", "source": "a test"})
        admin = "https://" + server.address("net-admin")
        done = subprocess.run([PROGRAM, server.url, admin, server.ca, server.token], check=False,
                              env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
sys.exit(done.returncode)
