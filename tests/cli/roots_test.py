#!/usr/bin/env python3
"""assay roots import, diff, update and export against a running server, a publisher on loopback, and CABs that gcab
made and osslsigncode signed.

usage: roots_test.py BUILD
"""
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import signed_cab
import tap
from assayd import Assayd
from shell import UNREACHABLE, USAGE, WAIT_S, Shell, plain, width

CAB_MAX = 64 << 20  # cli/cabinet.h


class Publisher(http.server.BaseHTTPRequestHandler):
    """Gives the CAB, moved twice, and other things."""

    def do_GET(self):
        give = getattr(self, "give_" + self.path.split("?")[0].strip("/").replace(".", "_"), self.give_nothing)
        give()

    def give(self, status, body=b"", **head):
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def give_link(self):
        self.give(302, Location="/moved")

    def give_moved(self):
        self.give(301, Location="/TrustedTpm.cab")

    def give_TrustedTpm_cab(self):
        self.give(200, self.server.cab)

    def give_around(self):
        self.give(302, Location="/around")

    def give_file(self):
        self.give(302, Location="file:///etc/hostname")

    def give_endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range((CAB_MAX >> 20) + 64):
                self.wfile.write(bytes(1 << 20))
        except OSError:
            self.server.was_cut.set()

    def give_nothing(self):
        self.give(404)

    def log_message(self, *_):
        pass


def publish(cab, certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.daemon_threads = True
    server.cab, server.was_cut = cab, threading.Event()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate + ".pem", certificate + ".key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Scene(Shell):
    def __init__(self, build, folder, server):
        super().__init__(build, folder, server)
        os.makedirs(self.path("cab"))
        self.signers = signed_cab.make_all(self.path("cab"))
        self.signer = ("--signer", self.cab("anchor.pem"))
        self.publisher = publish(self.octets("good.cab"))
        self.site = f"http://127.0.0.1:{self.publisher.server_port}"

    def cab(self, name):
        return self.path("cab/" + name)

    def octets(self, name):
        with open(self.cab(name), "rb") as f:
            return f.read()

    def roots(self):
        """What the server trusts, without the moment that it came."""
        rows = json.loads(self.does("roots", "list", "--json"))
        return sorted(({k: v for k, v in row.items() if k != "createdDateTime"} for row in rows), key=lambda row: row["id"])

    def remove_all(self):
        ids = [row["id"] for row in self.roots()]
        if ids:
            self.does("roots", "remove", *ids)

    def update(self, name, *words):
        return ("roots", "update", "--from", self.cab(name), *words)


def fields(text):
    """The head of what update prints."""
    return dict(line.split(None, 1) for line in text.split("\n\n")[0].splitlines())


def test_a_published_cab_is_fetched_checked_shown_and_imported(s):
    shown = s.does("roots", "update", "--from", s.site + "/link?id=1", *s.signer, "--yes")
    head = fields(shown)
    assert head["file"] == f"TrustedTpm.cab, {len(s.octets('good.cab'))} octets" and head["signer"] == "CN=good", head
    assert re.search("^new +IFX +root +TrustedTpm.cab/IFX/RootCA/anchor.cer +CN=anchor$", shown, re.M), shown
    assert re.search("^new +STM +intermediate +TrustedTpm.cab/STMicro/IntermediateCA/between.crt +CN=between$", shown, re.M), shown
    assert "\n2 new, 0 present already, 0 differ, 0 refused, 0 kept" in shown, shown
    assert shown.endswith("\n2 imported, 0 present already, 0 refused\n"), shown
    assert [(r["maker"], r["role"], r["source"]) for r in sorted(s.roots(), key=lambda r: r["maker"])] == [
        ("IFX", "root", "TrustedTpm.cab/IFX/RootCA"), ("STM", "intermediate", "TrustedTpm.cab/STMicro/IntermediateCA")]
    again = s.does("roots", "update", "--from", s.site + "/link", *s.signer)
    assert "\n0 new, 2 present already, 0 differ" in again and "imported" not in again, again
    s.remove_all()


def test_each_signature_that_is_not_the_anchors_is_refused_by_its_own_fault(s):
    faults = {"unsigned": "CAB_UNSIGNED", "foreign": "CAB_SIGNER_UNTRUSTED", "unused": "CAB_SIGNER_USAGE",
              "server": "CAB_SIGNER_USAGE", "sha1": "CAB_SIGNATURE_FORM"}
    for name, fault in faults.items():
        s.refuses(USAGE, fault, *s.update(name + ".cab", *s.signer, "--yes"))
    assert "signed by CN=foreign" in s.refuses(USAGE, "CAB_SIGNER_UNTRUSTED", *s.update("foreign.cab", *s.signer, "--yes"))
    s.refuses(USAGE, "CAB_SIGNER_UNTRUSTED", *s.update("good.cab", "--signer", s.cab("stranger.pem"), "--yes"))
    s.refuses(USAGE, "CAB_SIGNER_UNSET", *s.update("good.cab", "--yes"))
    s.refuses(USAGE, "ANCHOR_INVALID", *s.update("good.cab", "--signer", s.cab("good.key"), "--yes"))
    assert s.roots() == []


def test_a_flipped_octet_is_refused_as_osslsigncode_does(s):
    good = s.octets("good.cab")
    end = int.from_bytes(good[8:12], "little")
    places = {20: "CAB_CHANGED", 34: "CAB_CHANGED", 100: "CAB_CHANGED", end - 1: "CAB_CHANGED",
              good.index(bytes.fromhex("2B060104018237020119")) + 9: "CAB_SIGNATURE_FORM",
              len(good) - 20: "CAB_SIGNATURE"}
    for at, fault in places.items():
        bad = s.write("flipped.cab", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        s.refuses(USAGE, fault, "roots", "update", "--from", bad, *s.signer, "--yes")
        # What it does not look at is the second field of 34, iCabinet.
        theirs = subprocess.run(["osslsigncode", "verify", "-CAfile", s.cab("anchor.pem"), "-in", bad], capture_output=True,
                                timeout=WAIT_S, check=False)
        assert theirs.returncode != 0 or at == 34, (at, theirs.stdout)
    theirs = subprocess.run(["osslsigncode", "verify", "-CAfile", s.cab("anchor.pem"), "-in", s.cab("good.cab")],
                            capture_output=True, timeout=WAIT_S, check=False)
    assert theirs.returncode == 0, theirs.stdout
    for n in (0, 3, 35, 60, end - 1, end, end + 1, len(good) - 1):
        s.refuses(USAGE, "ARCHIVE_INVALID", "roots", "update", "--from", s.write("cut.cab", good[:n]), *s.signer, "--yes")
    assert s.roots() == []


def test_a_digest_admits_the_file_that_it_names_and_no_other(s):
    wrong = s.refuses(USAGE, "CAB_OTHER", *s.update("unsigned.cab", "--sha256", "0" * 64, "--yes"))
    digest = re.search("has ([0-9a-f]{64})", wrong).group(1)
    s.refuses(USAGE, "CAB_OTHER", *s.update("good.cab", "--sha256", digest, "--yes"))
    s.refuses(USAGE, "USAGE", *s.update("unsigned.cab", "--sha256", digest[1:], "--yes"))
    said = json.loads(s.does(*s.update("unsigned.cab", "--sha256", digest.upper(), "--yes", "--json")))
    assert (said["sha256"], said["signer"], said["difference"]["new"]) == (digest, None, 2), said
    assert said["import"]["imported"] == 2 and len(said["import"]["results"]) == 2, said
    s.remove_all()


def test_nothing_is_imported_unless_somebody_says_so(s):
    result = s.run(*s.update("good.cab", *s.signer))
    assert result.code == USAGE and "\n2 new" in result.out and result.err.startswith("assay: UNCONFIRMED: "), result
    for typed in ("n\n", "\n", "\x04"):
        shown = s.on_terminal(*s.update("good.cab", *s.signer), typed=typed)
        assert "Import 2 certificates? [y/N]" in shown and "Nothing is imported." in shown, shown
    assert s.roots() == []
    shown = plain(s.on_terminal(*s.update("good.cab", *s.signer), typed="y\n"))
    assert shown.endswith("\n2 imported, 0 present already, 0 refused\n") and len(s.roots()) == 2, shown
    s.remove_all()


def test_what_cannot_be_downloaded_is_named(s):
    def from_site(path, code, fault):
        return s.refuses(code, fault, "roots", "update", "--from", path, *s.signer, "--yes")
    assert "404" in from_site(s.site + "/missing", UNREACHABLE, "DOWNLOAD_FAILED")
    from_site(s.site + "/around", UNREACHABLE, "DOWNLOAD_FAILED")
    from_site(s.site + "/file", UNREACHABLE, "DOWNLOAD_FAILED")
    from_site(s.site + "/endless", USAGE, "DOWNLOAD_SIZE")
    assert s.publisher.was_cut.wait(WAIT_S)
    from_site(s.site.replace("//", "//user:word@") + "/TrustedTpm.cab", USAGE, "USAGE")
    from_site(s.site.replace("http", "ftp"), USAGE, "USAGE")
    from_site(s.path("no such file"), USAGE, "SYS_FILE")
    s.signers.add("localhost", ["subjectAltName=IP:127.0.0.1"])
    private = publish(s.octets("good.cab"), s.cab("localhost"))
    shown = from_site(f"https://127.0.0.1:{private.server_port}/TrustedTpm.cab", UNREACHABLE, "DOWNLOAD_FAILED")
    assert "certificate" in shown, shown
    for server in (s.publisher, private):
        server.shutdown()
    assert s.roots() == []


def test_place_and_signer_can_be_settings(s):
    s.write("home/.config/assay/assay.conf", f"roots_from = {s.cab('curve.cab')}\nroots_signer = {s.cab('anchor.pem')}\n")
    assert fields(s.does("roots", "update", "--yes"))["signer"] == "CN=curve"
    assert fields(s.does(*s.update("good.cab")))["signer"] == "CN=good"
    os.remove(s.path("home/.config/assay/assay.conf"))
    s.remove_all()


def test_a_difference_says_what_is_new_present_other_refused_and_kept(s):
    s.does("roots", "import", s.cab("stranger.pem"), "--maker", "AMD", "--class", "test")
    s.does("roots", "import", s.cab("anchor.pem"), "--maker", "NTC")
    before = s.roots()
    shutil.copy(s.cab("good.pem"), s.cab("tree/IFX/leaf.pem"))
    result = s.run("roots", "diff", s.cab("tree"), "--json")
    found = json.loads(result.out)
    assert result.code == USAGE and "ANCHOR_INVALID" in result.err, result
    assert {word: found[word] for word in ("new", "present", "differs", "refused", "kept")} == {
        "new": 1, "present": 0, "differs": 1, "refused": 1, "kept": 1}, found
    notes = {(row["result"], row["maker"]): row["note"] for row in found["results"]}
    assert notes[("differs", "IFX")] == "there for NTC, discrete, root" and notes[("kept", "AMD")] == "CN=stranger", notes
    assert notes[("new", "STM")] == "CN=between" and notes[("refused", "IFX")].startswith("ANCHOR_INVALID: "), notes
    assert {row["maker"]: (row["new"], row["kept"]) for row in found["makers"]} == {"IFX": (0, 0), "STM": (1, 0), "AMD": (0, 1)}
    os.remove(s.cab("tree/IFX/leaf.pem"))
    shown = plain(s.on_terminal("roots", "diff", s.cab("tree")))
    assert all(width(line) <= 80 for line in shown.splitlines()), shown
    assert re.search(r"^differs  IFX    root          .*…", shown, re.M), shown
    assert s.roots() == before
    s.remove_all()


def test_a_preview_says_what_an_import_would_do_and_does_nothing(s):
    s.does("roots", "import", s.cab("anchor.pem"), "--maker", "NTC")
    before = s.roots()

    def preview(*names, **words):
        der = b"".join(ssl.PEM_cert_to_DER_cert(s.octets(name).decode()) for name in names)
        body = {"certificates": der.hex(), "class": "discrete", "maker": "NTC", **words}
        status, said = s.server.api("POST", "/assay/v1/roots/preview", body)
        return status, [(row["result"], row["differs"], row["code"]) for row in said.get("value", [])]

    found = preview("stranger.pem", "anchor.pem", "stranger.pem", "good.pem")
    assert found == (200, [("imported", False, None), ("present", False, "CONFLICT"), ("present", False, "CONFLICT"),
                           ("refused", False, "ANCHOR_INVALID")]), found
    assert preview("anchor.pem", maker="IFX") == (200, [("present", True, "CONFLICT")])
    assert preview("anchor.pem", role="denied") == (200, [("imported", False, None)])
    assert preview("anchor.pem", **{"class": "soft"})[0] == 400
    assert s.roots() == before
    s.remove_all()


def test_an_export_imports_to_the_same_state(s):
    s.does("roots", "import", s.cab("tree"))
    s.does("roots", "import", s.cab("stranger.pem"), "--maker", "AMD", "--class", "test", "--role", "intermediate")
    with open(s.cab("narrow.pem"), encoding="ascii") as f:
        der = ssl.PEM_cert_to_DER_cert(f.read())
    # As what the server fetched by itself: for nobody, of no class.
    s.server.add("/assay/v1/roots", {"certificates": der.hex(), "class": "unknown", "source": "http://ca.test/a.cer"})
    before = s.roots()
    folder, file = s.path("export"), s.path("export.pem")
    assert s.does("roots", "export", folder) == f"4 certificates exported to {folder}\n"
    s.does("roots", "export", file)
    assert sorted(os.listdir(folder)) == ["AMD", "IFX", "NONE", "STM", "roots.csv"]
    assert sorted(os.listdir(folder + "/IFX") + os.listdir(folder + "/STM")) == ["IntermediateCA", "RootCA"]
    with open(folder + "/roots.csv", encoding="utf-8", newline="") as f:
        table = f.read()
    assert table.startswith("id,subject,maker,role,class,source,") and table.count("\r\n") == 5, table
    s.refuses(USAGE, "SYS_FILE", "roots", "export", folder)
    for path in (folder, file):
        s.remove_all()
        s.does("roots", "import", path)
        assert s.roots() == before, path
        assert "\n0 new, 4 present already, 0 differ, 0 refused, 0 kept" in s.does("roots", "diff", path)
    run = subprocess.run(["openssl", "storeutl", "-noout", "-certs", file], capture_output=True, timeout=WAIT_S, check=True)
    assert b"Total found: 4" in run.stdout, run.stdout
    s.remove_all()


def test_a_label_that_is_none_is_refused_and_the_command_line_comes_first(s):
    with open(s.cab("anchor.pem"), encoding="ascii") as f:
        pem = f.read()
    for label in ("Assay-Maker: Nobody at all", "Assay-Class: good", "Assay-Role: king", "Assay-Source: " + "x" * 129):
        result = s.run("roots", "import", s.write("label.pem", f"Assay-Maker: IFX\n{label}\n{pem}"), "--maker", "STM")
        assert result.code == USAGE and result.err.startswith("assay: ANCHOR_INVALID: "), result
    path = s.write("label.pem", f"Assay-Maker: IFX\r\nAssay-Class: test\r\n{pem}")
    s.does("roots", "import", path, "--maker", "STM", "--class", "firmware")
    (row,) = s.roots()
    assert (row["maker"], row["class"], row["role"]) == ("STM", "firmware", "root"), row
    s.remove_all()


def test_a_denied_ca_takes_the_place_of_a_trusted_one_until_it_is_removed(s):
    trusted, denied = ("root", "IFX"), ("denied", None)
    s.does("roots", "import", s.cab("anchor.pem"), "--maker", "IFX")
    for options, now in (((), trusted), (("--role", "denied"), denied), (("--maker", "IFX"), denied)):
        s.run("roots", "import", s.cab("anchor.pem"), *(options or ("--maker", "IFX")))
        (row,) = s.roots()
        assert (row["role"], row.get("maker")) == now, (options, row)
    s.does("roots", "export", s.path("denied.pem"))
    s.remove_all()
    s.does("roots", "import", s.path("denied.pem"))
    assert [row["role"] for row in s.roots()] == ["denied"]
    s.remove_all()
    s.does("roots", "import", s.cab("anchor.pem"), "--maker", "IFX")
    assert [row["role"] for row in s.roots()] == ["root"]
    s.remove_all()


def test_an_import_can_be_read_by_programs(s):
    bad = s.write("bad.pem", "nothing")
    result = s.run("roots", "import", s.cab("tree"), s.cab("tree/IFX"), bad, "--json")
    said = json.loads(result.out)
    assert result.code == USAGE and (said["imported"], said["present"], said["refused"]) == (2, 1, 1), result
    assert len(said["results"]) == 4 and said["makers"][0] == {"maker": "", "imported": 0, "present": 0, "refused": 1}, said
    (refused,) = [row for row in said["results"] if row["result"] == "refused"]
    assert (refused["file"], refused["code"]) == (bad, "ANCHOR_INVALID"), refused
    s.remove_all()


def main():
    tests = [(name[len("test_"):], test) for name, test in globals().items() if name.startswith("test_")]
    with tempfile.TemporaryDirectory() as folder, Assayd(sys.argv[1], folder) as server:
        scene = Scene(sys.argv[1], folder, server)
        tap.run([(sentence, lambda test=test: test(scene)) for sentence, test in tests])


main()
