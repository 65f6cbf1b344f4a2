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
        admin = "https://" + server.address("net-admin")
        done = subprocess.run([PROGRAM, server.url, admin, server.ca, server.token], check=False,
                              env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
sys.exit(done.returncode)
