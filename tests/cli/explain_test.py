#!/usr/bin/env python3
"""assay explain, as somebody runs it who has no server: what is pasted, files, and bundles made by gcab.

usage: explain_test.py BUILD
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from shell import plain, width, on_terminal

ASSAY = os.path.join(os.path.abspath(sys.argv[1]), "assay")
KNOWN, UNKNOWN, FAILED = 0, 1, 2
WAIT_S = 60

HLI = "TPM Version: 2.0\r\nReady For Attestation: False\r\n-NoValidEkCert: No valid EK cert found\r\n"
CERTREQ = "GetCACaps: Not Found\r\nHTTP 404: 0x80190194 (-2145844844 HTTP_E_STATUS_NOT_FOUND)\r\n"


def cab(names):
    """A CAB of small files ([MS-CAB] 2), whatever their names are."""
    content = b"0x800705B4\n"
    files = b"".join(struct.pack("<IIHHHH", len(content), i * len(content), 0, 0x5A21, 0, 0x20) + name.encode() + b"\0"
                     for i, name in enumerate(names))
    data = content * len(names)
    at = 36 + 8 + len(files)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, at + 8 + len(data), 0, 44, 0, 3, 1, 1, len(names), 0, 0, 0)
    return head + struct.pack("<IHH", at, 1, 0) + files + struct.pack("<IHH", 0, len(data), len(data)) + data


class Scene:
    def __init__(self, folder):
        self.folder = folder

    def run(self, *words, stdin=b""):
        done = subprocess.run([ASSAY, "explain", *words], capture_output=True, input=stdin, timeout=WAIT_S, cwd=self.folder,
                              env={"PATH": os.environ["PATH"], "HOME": self.folder}, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def causes(self, *words, **options):
        code, out, err = self.run("--json", *words, **options)
        tap.equal(err, "")
        causes = json.loads(out)["causes"]
        tap.equal(code, KNOWN if causes else UNKNOWN)
        return [cause["cause"] for cause in causes]

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "wb") as f:
            f.write(content)
        return name

    def bundle(self, name, files, *options):
        for file, content in files.items():
            self.write(file, content)
        subprocess.run(["gcab", "-c", *options, name, *files], cwd=self.folder, check=True, capture_output=True)
        return name


def tests_of(scene):
    windows = {
        "TpmHliInfo_Output.txt": HLI.encode(),
        "CertReq_enrollaik_Output.txt": b"\xff\xfe" + CERTREQ.encode("utf-16-le"),
        "MDMDiagReport.xml": b"<Error>0x800705B4</Error>\n",
        "DiagnosticLogCSP_Collector_Autopilot.etl": b"TPM firmware needs update\0" * 400000,
        "autopilot.evtx": b"ElfFile\0",
    }

    def a_line_is_explained_as_it_is_pasted_with_or_without_quotation_marks():
        tap.equal(scene.causes("-NoValidEkCert: No valid EK cert found"), ["EK_CERT_MISSING"])
        tap.equal(scene.causes("-NoValidEkCert:", "No", "valid", "EK", "cert", "found"), ["EK_CERT_MISSING"])
        tap.equal(scene.causes("-2147023436"), ["ATTEST_TIMEOUT"])

    def a_number_that_several_codes_share_names_them_all():
        code, out, _ = scene.run("0x80092002")
        tap.equal(code, KNOWN)
        tap.check("CERT_MALFORMED" in out and "CERT_NOT_DER" in out and "EK_SERVICE_ANSWER" in out, out)

    def a_bundle_of_windows_is_read_whatever_its_compression():
        for options in ([], ["-z"]):
            bundle = scene.bundle("autopilot.cab", windows, *options)
            tap.equal(scene.causes(bundle), ["EK_CERT_MISSING", "EK_CHAIN_UNTRUSTED", "NOT_READY", "ATTEST_TIMEOUT"])

    def the_evidence_is_a_line_of_a_file():
        bundle = scene.bundle("autopilot.cab", windows)
        report = json.loads(scene.run(bundle, "--json")[1])
        tap.equal(report["causes"][0]["evidence"], [{"file": "TpmHliInfo_Output.txt", "line": 3,
                                                     "text": "-NoValidEkCert: No valid EK cert found"}])
        tap.equal(report["unread"], ["DiagnosticLogCSP_Collector_Autopilot.etl", "autopilot.evtx"])

    def files_and_standard_input_are_read_too():
        tap.equal(scene.causes(scene.write("line.log", HLI.encode())), ["EK_CERT_MISSING", "NOT_READY"])
        tap.equal(scene.causes("-", stdin=CERTREQ.encode()), ["EK_CHAIN_UNTRUSTED"])

    def what_is_not_known_is_said_to_be():
        code, out, err = scene.run("my computer is slow")
        tap.equal((code, err), (UNKNOWN, ""))
        tap.check(out.startswith("Nothing in it is known"), out)
        tap.equal(scene.causes("my computer is slow"), [])

    def a_file_that_is_not_there_is_one_error():
        code, out, err = scene.run("missing.cab")
        tap.equal((code, out), (FAILED, ""))
        tap.check(err.startswith("assay: SYS_FILE: ") and "missing.cab" in err, err)

    def a_bundle_that_is_cut_short_is_refused_whole():
        name = scene.bundle("autopilot.cab", windows)
        with open(os.path.join(scene.folder, name), "rb") as f:
            content = f.read()
        code, out, err = scene.run(scene.write("cut.cab", content[:-9]))
        tap.equal((code, out), (FAILED, ""))
        tap.check(err.startswith("assay: ARCHIVE_INVALID: "), err)

    def a_bundle_whose_names_lead_elsewhere_or_come_twice_is_refused_whole():  # H146
        tap.equal(scene.causes(scene.write("good.cab", cab(["a.txt", "logs\\b.txt"]))), ["ATTEST_TIMEOUT"])
        for names in (["..\\a.txt"], ["a\\..\\..\\b.txt"], ["\\a.txt"], ["/etc/a.txt"], ["C:\\a.txt"], ["a.txt", "a.txt"],
                      ["a\x1b[2J.txt"], ["..\\trace.etl"]):
            code, out, err = scene.run(scene.write("bad.cab", cab(names)))
            tap.equal((code, out), (FAILED, ""))
            tap.check(err.startswith("assay: ARCHIVE_INVALID: ") and "\x1b" not in err, err)

    def a_bundle_that_is_a_bomb_is_refused_whole():  # H146
        names = [f"{i}.txt" for i in range(36)]
        for name in names:
            with open(os.path.join(scene.folder, name), "wb") as f:
                f.truncate(4 << 20)
        subprocess.run(["gcab", "-c", "-z", "bomb.cab", *names], cwd=scene.folder, check=True, capture_output=True)
        tap.check(os.path.getsize(os.path.join(scene.folder, "bomb.cab")) < 1 << 20, "its size")
        code, out, err = scene.run("bomb.cab")
        tap.equal((code, out), (FAILED, ""))
        tap.check(err.startswith("assay: ARCHIVE_INVALID: "), err)

    def what_would_move_a_cursor_is_not_shown():
        code, out, _ = scene.run(scene.write("hostile.txt", b"\x1b[2J 0x800705B4 \x07\n"))
        tap.equal(code, KNOWN)
        tap.check("\x1b" not in out and "\x07" not in out and "hostile.txt:1" in out, out)

    def nothing_is_wider_than_the_terminal():
        bundle = os.path.join(scene.folder, scene.bundle("autopilot.cab", windows))
        for columns in (80, 60):
            shown = on_terminal([ASSAY, "explain", bundle], {"HOME": scene.folder}, columns=columns)
            tap.check("EK_CERT_MISSING" in shown, shown)
            wide = [line for line in plain(shown).splitlines() if width(line) > columns]
            tap.equal(wide, [])

    return tap.named([f for f in locals().values() if callable(f)])


with tempfile.TemporaryDirectory() as folder:
    tap.run(tests_of(Scene(folder)))
