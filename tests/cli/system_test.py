#!/usr/bin/env python3
"""The administrator's shell against a running server, and against one of its CA that answers what no assayd would.

usage: system_test.py BUILD
"""
import csv
import http.server
import io
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../sim"))
import tap
from assayd import Assayd
from shell import DONE, REFUSED, UNREACHABLE, USAGE, WAIT_S, Shell, plain, width

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NOBODY = "00000000-0000-0000-0000-000000000000"
DEVICES = "/graph/beta/deviceManagement/managedDevices"
REPORT = "/graph/beta/deviceManagement/reports/tpmAttestationStatus"


class Impostor:
    """A server with assayd's own certificate whose answers are the test's."""

    def __init__(self, data):
        outer = self
        self.answers, self.asked = {}, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked.append(self.path)
                status, kind, body = outer.answers.get(self.path, (404, "text/html", "<h1>Not here</h1>"))
                octets = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{data}/tls/admin.crt", f"{data}/tls/admin.key")
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def will_answer(self, path, document, status=200, kind="application/json"):
        self.answers[path] = (status, kind, document if isinstance(document, (str, bytes)) else json.dumps(document))

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


class Scene(Shell):
    def __init__(self, build, folder, server, impostor):
        super().__init__(build, folder, server)
        self.impostor = impostor

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as f:
            return f.read()

    def sim(self, *words):
        done = subprocess.run([os.path.join(self.build, "assay-sim"), *words], capture_output=True, timeout=WAIT_S, check=False)
        return done.stdout.decode()

    def enroll(self, *words):
        """The simulator's report of one device."""
        at = ("--server", self.server.url, "--ca", self.server.ca)
        return json.loads(self.sim("enroll", *at, "--json", *words))["devices"][0]

    def folder_of_nothing(self):
        os.makedirs(self.path("nothing"), exist_ok=True)
        return self.path("nothing")

def rows_of_csv(text):
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def column(text, at):
    """The words of one column of a table, without its title."""
    return [line.split("  ")[at].strip() for line in text.splitlines()[1:]]


LISTS = (["device", "list"], ["registration", "list"], ["token", "list"], ["roots", "list"], ["report"])


def test_every_list_of_a_new_server_is_empty_and_well_formed(s):
    for words in LISTS:
        title = s.does(*words).splitlines()[0]
        assert title == title.upper() and title.split(), title
        assert json.loads(s.does(*words, "--json")) == []
        assert json.loads(s.does(*words, "--format", "json")) == []
        assert rows_of_csv(s.does(*words, "--format", "csv")) == []
    assert s.does("report").splitlines()[-1].startswith("0 devices: 0 enrolled")
    names = [line.split()[0] for line in s.does("report", "list").splitlines()]
    assert names[:3] == ["NAME", "TpmAttestationStatus", "AttestationCauses"] and len(names) == 9, names
    for name in names[1:]:
        assert len(s.does("report", "show", name).splitlines()) == 1
        assert json.loads(s.does("report", "show", name, "--json")) == []
        assert rows_of_csv(s.does("report", "show", name.lower(), "--format", "csv")) == []
    s.refuses(USAGE, "NOT_FOUND", "report", "show", "Nothing")


def test_a_profile_is_added_listed_and_removed(s):
    made = s.does("profile", "add", "kiosk", "--attestation", "preferred").strip()
    assert ID.fullmatch(made), made
    (row,) = [r for r in json.loads(s.does("profile", "list", "--json")) if r["id"] == made]
    assert row["displayName"] == "kiosk" and row["attestation"] == "preferred", row
    assert re.search(f"^{made}  kiosk +preferred", s.does("profile", "list"), re.M)
    s.refuses(REFUSED, "CONFLICT", "profile", "add", "kiosk")
    assert s.does("profile", "remove", made) == ""
    s.refuses(REFUSED, "NOT_FOUND", "profile", "remove", made)


def test_a_profile_is_changed_in_what_is_said_of_it_alone(s):
    rest = s.does("profile", "add", "vms", "--virtual", "allow").strip()
    made = s.does("profile", "add", "office", "--attestation", "preferred", "--unknown", "deny").strip()
    before = json.loads(s.does("profile", "show", made, "--json"))
    after = json.loads(s.does("profile", "set", made, "--virtual", "vms", "--json"))
    assert after == {**before, "virtual": "own", "virtualProfileId": rest}
    assert "deny" in s.does("profile", "set", made, "--virtual", "deny", "--attestation", "required")
    assert json.loads(s.does("profile", "show", made, "--json")) == {**before, "attestation": "required"}
    s.refuses(USAGE, "USAGE", "profile", "set", made)
    s.refuses(REFUSED, "PARSE_FIELD", "profile", "set", made, "--virtual", "office")
    s.refuses(REFUSED, "NOT_FOUND", "profile", "set", made, "--virtual", "nobody")
    s.refuses(REFUSED, "NOT_FOUND", "profile", "set", "00000000-0000-7000-8000-000000000000", "--virtual", "deny")


def test_a_profile_is_changed_by_name_and_refused_what_contradicts_it(s):
    s.does("profile", "add", "shop_1")
    shown = s.does("profile", "set", "shop_1", "--usage", "pre-provisioned", "--failure", "retryOnError", "--timeout", "30",
                   "--name-template", "SHOP-%RAND:4%", "--one-time", "on")
    for label, value in (("usage", "pre-provisioned"), ("if it fails", "retryOnError"), ("seconds to retry", "30"),
                         ("name template", "SHOP-%RAND:4%"), ("enrols once", "yes"), ("attestation", "required")):
        assert re.search(f"^{label} +{re.escape(value)}$", shown, re.M), shown
    assert s.does("profile", "show", "shop_1") == shown
    row = json.loads(s.does("profile", "show", "shop_1", "--json"))
    assert (row["deviceUsageType"], row["enableWhiteGlove"]) == ("singleUser", True), row
    s.refuses(REFUSED, "PROFILE_PREPARED", "profile", "set", "shop_1", "--attestation", "preferred")
    s.refuses(REFUSED, "PROFILE_IGNORE", "profile", "set", "shop_1", "--failure", "ignoreOnError")
    for template, code in (("a b", "NAME_TEMPLATE_FORM"), ("%RAND:15%", "NAME_TEMPLATE_DIGITS"),
                           ("ABCDEFGHIJKLMNO%SERIAL%", "NAME_TEMPLATE_LONG")):
        s.refuses(REFUSED, code, "profile", "set", "shop_1", "--name-template", template)
    assert s.does("profile", "show", "shop_1") == shown
    s.refuses(USAGE, "USAGE", "profile", "set", "shop_1", "--usage", "kiosk")
    s.refuses(REFUSED, "NOT_FOUND", "profile", "set", "nobody", "--usage", "user-driven")
    s.does("profile", "remove", "shop_1")


def test_a_profile_is_assigned_to_a_group_tag_and_to_all_others(s):
    ids = {name: s.does("profile", "add", name).strip() for name in ("tagged", "others")}
    before = s.does("profile", "assignments", "--json")
    s.does("profile", "assign", "tagged", "--group-tag", "room 8")
    s.does("profile", "assign", ids["others"], "--default")
    made = [s.does("registration", "add", "--serial", serial, *words).strip()
            for serial, words in (("A-1", ["--group-tag", "room 8"]), ("A-2", []))]
    rows = [json.loads(s.does("registration", "show", one, "--json")) for one in made]
    assert [row["deploymentProfileId"] for row in rows] == [ids["tagged"], ids["others"]], rows
    listed = json.loads(s.does("profile", "assignments", "--json"))
    assert [(row["groupTag"], row["profileId"]) for row in listed] == [(None, ids["others"]), ("room 8", ids["tagged"])]
    s.refuses(REFUSED, "IN_USE", "profile", "remove", "tagged")
    s.refuses(REFUSED, "NOT_FOUND", "profile", "unassign", "tagged", "--default")
    s.refuses(USAGE, "USAGE", "profile", "assign", "tagged", "--default", "--group-tag", "room 8")
    s.refuses(USAGE, "USAGE", "profile", "assign", "tagged")
    s.does("profile", "unassign", "tagged", "--group-tag", "room 8")
    assert json.loads(s.does("registration", "show", made[0], "--json"))["deploymentProfileId"] == ids["others"]
    s.does("profile", "unassign", "others", "--default")
    assert json.loads(s.does("registration", "show", made[0], "--json"))["deploymentProfileId"] is None
    assert s.does("registration", "allow-next", made[1]) == ""
    assert re.search("^without a user +allowed$", s.does("registration", "show", made[1]), re.M)
    s.refuses(REFUSED, "NOT_FOUND", "registration", "allow-next", NOBODY)
    for row in json.loads(before):
        s.does("profile", "assign", row["profileId"], "--default")
    for one in made:
        s.does("registration", "remove", one)


def test_a_registration_is_added_shown_and_removed(s):
    s.does("profile", "add", "lab")
    made = s.does("registration", "add", "--serial", "PC-7", "--ek-hash", "AB" * 32, "--profile", "lab",
                  "--group-tag", "room 7", "--name", "Müller's PC").strip()
    shown = s.does("registration", "show", made)
    for label, value in (("serial number", "PC-7"), ("EK hash", "ab" * 32), ("group tag", "room 7"),
                         ("name", "Müller's PC"), ("state", "notContacted")):
        assert re.search(f"^{label} +{re.escape(value)}$", shown, re.M), shown
    assert json.loads(s.does("registration", "show", made, "--json"))["groupTag"] == "room 7"
    s.refuses(REFUSED, "CONFLICT", "registration", "add", "--serial", "PC-7")
    assert s.does("registration", "remove", made) == ""
    assert made not in s.does("registration", "list")
    s.refuses(REFUSED, "NOT_FOUND", "registration", "show", made)


AUTOPILOT = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User\r\n"
IMPORTED = "/graph/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities"


def test_good_rows_of_an_autopilot_file_are_imported_and_bad_ones_told(s):
    file = s.write("fleet.csv", AUTOPILOT + "FL-1,PK,YWJj,Fleet,ann@example.com\r\nFL-2,,YWJ,,\r\nFL-3,,\r\n"
                   "\"FL,4\",,,,\r\nFL-1,,,,\r\n" + "L" * 65 + ",,,,\r\n")
    result = s.run("registration", "import", file)
    told = [line.split(": ")[0] for line in result.out.splitlines()]
    assert told == ["line 3  refused  PARSE_FIELD", "line 4  refused  ROW_MALFORMED", "line 6  refused  ROW_DUPLICATE",
                    "line 7  refused  PARSE_FIELD", "2 imported, 0 present already, 4 refused",
                    "Windows hardware hashes"], result
    assert result.code == REFUSED and result.err.startswith("assay: PARSE_FIELD: ") and "Line 3: " in result.err, result
    (one,) = [r for r in json.loads(s.does("registration", "list", "--json")) if r["serialNumber"] == "FL-1"]
    assert (one["groupTag"], one["userPrincipalName"], one["productKey"]) == ("Fleet", "ann@example.com", "PK")
    assert one["hardwareDigest"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    again = json.loads(s.run("registration", "import", file, "--json").out)
    assert (again["imported"], again["present"], again["refused"]) == (0, 2, 4), again
    assert [row["line"] for row in again["rows"]] == [3, 4, 6, 7], again


def test_what_is_exported_is_imported_as_it_was_and_taken_back(s):
    s.does("registration", "add", "--serial", "=1+1", "--name", "a, b", "--user", "bob@example.com")
    exported = {"csv": s.does("registration", "export"), "json": s.does("registration", "export", "--json")}
    before = json.loads(exported["json"])
    assert len(before) == len(rows_of_csv(exported["csv"])) >= 3
    for form, text in exported.items():
        file = s.write(f"all.{form}", text)
        assert s.does("registration", "import", file) == f"0 imported, {len(before)} present already, 0 refused\n"
        assert s.does("registration", "remove-file", file) == f"{len(before)} removed, 0 absent, 0 refused\n"
        assert json.loads(s.does("registration", "list", "--json")) == []
        assert s.does("registration", "import", file).endswith(f"{len(before)} imported, 0 present already, 0 refused\n")
        without = [{k: v for k, v in r.items() if k != "id"} for r in json.loads(s.does("registration", "export", "--json"))]
        assert without == [{k: v for k, v in r.items() if k != "id"} for r in before], without
    s.does("registration", "remove-file", file)


def test_a_file_that_is_none_of_registrations_imports_nothing(s):
    for name, text, code in (("titles.csv", "serial\nA\n", "TABLE_HEAD"), ("empty.csv", "", "TABLE_HEAD"),
                             ("wide.csv", b"\xff\xfeD\0", "ROW_ENCODING")):
        s.refuses(USAGE, code, "registration", "import", s.write(name, text))
    s.refuses(USAGE, "SYS_FILE", "registration", "import", s.path("no such file"))
    cut = s.run("registration", "import", s.write("cut.json", '[{"serialNumber":"CUT-1"}'))
    assert cut.code == REFUSED and cut.out.endswith("1 imported, 0 present already, 1 refused\n"), cut


def test_graphs_clients_import_and_ask_what_became_of_it(s):
    status, one = s.server.api("POST", IMPORTED, {
        "@odata.type": "#microsoft.graph.importedWindowsAutopilotDeviceIdentity", "orderIdentifier": "", "productKey": "",
        "serialNumber": "GR-1", "hardwareIdentifier": "YWJj", "groupTag": "Lab", "importId": "batch-1",
        "state": {"deviceImportStatus": "pending", "deviceRegistrationId": "", "deviceErrorCode": 0, "deviceErrorName": ""}})
    assert status == 201 and one["state"]["deviceImportStatus"] == "complete", one
    status, read = s.server.api("GET", f"{IMPORTED}/{one['id']}")
    assert status == 200 and re.fullmatch('"[0-9a-f]{32}"', read.pop("@odata.etag")) and read == one, read
    made = json.loads(s.does("registration", "show", one["state"]["deviceRegistrationId"], "--json"))
    assert made["serialNumber"] == "GR-1" and made["groupTag"] == "Lab", made
    status, many = s.server.api("POST", f"{IMPORTED}/import", {"importedWindowsAutopilotDeviceIdentities": [
        {"serialNumber": "GR-1", "groupTag": "Shop", "importId": "batch-2"}, {"serialNumber": 7, "importId": "batch-2"},
        {"serialNumber": "GR-2", "importId": "batch-2"}]})
    states = [row["state"] for row in many["value"]]
    assert status == 200 and [x["deviceImportStatus"] for x in states] == ["error", "error", "complete"], states
    assert (states[0]["deviceErrorCode"], states[0]["deviceErrorName"]) == (806, "ZtdDeviceAlreadyAssigned"), states
    assert "groupTag" in many["value"][0]["detail"] and states[1]["deviceErrorName"] == "PARSE_FIELD", many
    status, page = s.server.api("GET", f"{IMPORTED}?$top=1&$filter=importId%20eq%20'batch-2'")
    assert status == 200 and [row["serialNumber"] for row in page["value"]] == ["GR-1"], page
    assert "$filter=importId%20eq%20'batch-2'" in page["@odata.nextLink"], page
    status, rest = s.server.api("GET", "/" + page["@odata.nextLink"].split("/", 3)[3])
    assert [row["serialNumber"] for row in rest["value"]] == ["GR-2"], rest
    for query in ("$filter=detail%20eq%20'x'", "$filter=importId%20eq%20'a'b'", "$filter=importId%20eq"):
        assert s.server.api("GET", f"{IMPORTED}?{query}")[0] == 400, query
    assert s.server.api("GET", f"{DEVICES}?$filter=importId%20eq%20'x'")[0] == 400
    assert s.server.api("DELETE", f"{IMPORTED}/{one['id']}")[0] == 204
    assert s.server.api("GET", f"{IMPORTED}/{one['id']}")[0] == 404
    s.does("registration", "remove-file", s.write("gr.csv", "Device Serial Number\nGR-1\nGR-2\nCUT-1\n"))


def test_an_enrolment_token_is_printed_alone_and_once(s):
    s.does("profile", "add", "byod", "--attestation", "off")
    token = s.does("token", "add", "--profile", "byod", "--uses", "3", "--lifetime", "3600")
    assert re.fullmatch(r"assay-e-[0-9a-f]+-[0-9a-f]+\n", token), token
    (row,) = json.loads(s.does("token", "list", "--json"))
    assert row["usesMax"] == 3 and row["uses"] == 0, row
    listed = s.does("token", "list")
    assert "0 of 3" in listed and token.strip().split("-")[-1] not in listed, listed
    s.does("token", "remove", row["id"])
    assert json.loads(s.does("token", "list", "--json")) == []
    s.refuses(REFUSED, "NOT_FOUND", "token", "add", "--profile", "there is none")


def der_of(pem):
    return ssl.PEM_cert_to_DER_cert(pem)


def test_roots_are_imported_from_bundles_der_and_folders(s):
    issuing, root = (s.read(f"{s.server.data}/ca/{name}.crt") for name in ("issuing", "root"))
    chosen = ["--maker", "IFX", "--class", "test"]
    s.write("makers/b/root.der", der_of(root))
    s.write("makers/a bundle.PEM", f"two of them\n{issuing}\nand again\n{issuing}")
    s.write("makers/readme.txt", "no certificate")
    out = s.does("roots", "import", s.path("makers"), *chosen)
    results = [line.split()[0] for line in out.splitlines()]
    assert results == ["imported", "present", "imported", "2"], out
    assert out.splitlines()[-1] == "2 imported, 1 present already, 0 refused", out
    listed = json.loads(s.does("roots", "list", "--json"))
    assert sorted(r["source"] for r in listed) == ["makers", "makers/b"], listed
    assert sorted(r["role"] for r in listed) == ["intermediate", "root"], listed
    assert all(r["maker"] == "IFX" and r["class"] == "test" for r in listed), listed
    for row in listed:
        s.does("roots", "remove", row["id"])
    assert json.loads(s.does("roots", "list", "--json")) == []


def test_a_bad_file_does_not_stop_an_import(s):
    root = s.read(f"{s.server.data}/ca/root.crt")
    leaf = s.read(f"{s.server.data}/tls/admin.crt").split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    files = [s.write("bad/1.pem", "hello"), s.write("bad/2.pem", leaf), s.write("bad/3.pem", root[:200]),
             s.write("bad/4.pem", root), s.path("bad/missing.pem")]
    result = s.run("roots", "import", *files[:4], "--maker", "IFX", "--class", "test")
    words = [line.split()[0] for line in result.out.splitlines()]
    assert words == ["refused", "refused", "refused", "imported", "1"], result
    assert result.code == USAGE and result.err.startswith("assay: ANCHOR_INVALID: "), result
    result = s.run("roots", "import", files[1], "--maker", "IFX", "--class", "test")
    assert result.code == REFUSED and result.err.startswith("assay: ANCHOR_INVALID: "), result
    s.refuses(USAGE, "SYS_FILE", "roots", "import", files[4], "--maker", "IFX", "--class", "test")
    s.refuses(USAGE, "ANCHOR_INVALID", "roots", "import", s.folder_of_nothing(), "--maker", "IFX", "--class", "test")
    (row,) = json.loads(s.does("roots", "list", "--json"))
    s.does("roots", "remove", row["id"])


def test_120_registrations_over_several_pages_are_listed_once_each(s):
    made = {s.does("registration", "add", "--serial", f"N{i:03}").strip() for i in range(120)}
    assert len(made) == 120
    listed = json.loads(s.does("registration", "list", "--json"))
    assert len(listed) == 120 and {r["id"] for r in listed} == made
    rows = rows_of_csv(s.does("registration", "list", "--format", "csv"))
    assert len(rows) == 120 and {r["serialNumber"] for r in rows} == {f"N{i:03}" for i in range(120)}
    text = s.does("registration", "list")
    assert len(column(text, 0)) == 120 and set(column(text, 0)) == made


def test_a_narrow_terminal_is_never_overrun(s):
    for columns in (40, 80, 200):
        for words in (["registration", "list"], ["profile", "list"], ["device", "list"], ["report"]):
            table = plain(s.on_terminal(*words, columns=columns)).split("\n\n")[0]  # before a report's totals
            assert all(width(line) <= columns for line in table.splitlines()), table
    assert "\x1b[1m" in s.on_terminal("registration", "list")


def test_colours_are_for_terminals_that_want_them(s):
    assert "\x1b" not in s.does("registration", "list")
    assert "\x1b" not in s.on_terminal("registration", "list", NO_COLOR="1")
    assert "\x1b" not in s.on_terminal("registration", "list", TERM="dumb")


def test_a_wrong_token_is_refused(s):
    wrong = s.write("wrong.token", s.server.token[:-1] + ("0" if s.server.token[-1] != "0" else "1"))
    assert "(request " in s.refuses(REFUSED, "AUTHN", "device", "list", "--token-file", wrong)
    s.refuses(REFUSED, "AUTHN", "device", "list", "--token-file", s.write("other.token", "hello\n"))


def test_a_server_of_another_ca_is_not_talked_to(s):
    s.refuses(UNREACHABLE, "SERVER_UNTRUSTED", "device", "list", "--ca", "00" * 32)


def test_a_server_that_is_not_there_is_named(s):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening
        url = f"https://127.0.0.1:{unused.getsockname()[1]}"
        assert url in s.refuses(UNREACHABLE, "NET_UNREACHABLE", "device", "list", "--server", url)


def test_what_is_configured_wrongly_is_named(s):
    def say(*words, name="CONFIG_INVALID", **variables):
        return s.refuses(USAGE, name, "device", "list", *words, **variables)
    for url in ("http://127.0.0.1:1", "127.0.0.1:1", "https://127.0.0.1:1/path", "https://"):
        assert url in say("--server", url)
    assert "ca: " in say("--ca", "12")
    assert "ASSAY_CA: " in say(ASSAY_CA="zz" * 32)
    assert "missing.token" in say("--token-file", s.path("missing.token"), name="SYS_FILE")
    assert "chmod 600" in say("--token-file", s.write("open.token", s.server.token, 0o644), name="KEY_FILE")
    for content in ("", "\n", "two words", "x" * 256, "a\nb", "\x1b[2J"):
        say("--token-file", s.write("bad.token", content), name="KEY_FILE")
    for variable, option in (("ASSAY_SERVER", "--server"), ("ASSAY_CA", "--ca"), ("ASSAY_TOKEN_FILE", "--token-file")):
        assert option in say(name="CONTACT_MISSING", **{variable: None})
        assert option in say(name="CONTACT_MISSING", **{variable: ""})


def test_options_come_before_the_environment_and_that_before_files(s):
    lines = f"# mine\nserver = {s.url}\nca = {s.server.ca}\ntoken_file = {s.token_file}\n"
    s.write("home/.config/assay/assay.conf", lines)
    nothing = {"ASSAY_SERVER": None, "ASSAY_CA": None, "ASSAY_TOKEN_FILE": None}
    s.does("device", "list", **nothing)
    s.refuses(UNREACHABLE, "SERVER_UNTRUSTED", "device", "list", **{**nothing, "ASSAY_CA": "00" * 32})
    s.does("device", "list", "--ca", s.server.ca, **{**nothing, "ASSAY_CA": "00" * 32})
    for bad in ("servre = x\n", "server = a\nserver = b\n", "server\n", "token_file = relative\n", "[section]\n"):
        path = s.write("home/.config/assay/assay.conf", bad)
        assert path in s.refuses(USAGE, "CONFIG_INVALID", "device", "list"), bad
    os.unlink(path)


def test_malformed_input_gives_one_clear_error(s):
    s.refuses(USAGE, "USAGE")
    s.refuses(USAGE, "USAGE", "device", "frob")
    s.refuses(USAGE, "USAGE", "device", "show", "../../assay/v1/profiles")
    s.refuses(USAGE, "USAGE", "device", "show", "")
    s.refuses(USAGE, "USAGE", "token", "add", "--profile", "byod", "--uses", "many")
    s.refuses(USAGE, "USAGE", "registration", "add", "--serial", "a\x07b")
    assert "ekHash" in s.refuses(REFUSED, "PARSE_FIELD", "registration", "add", "--ek-hash", "zz")
    s.refuses(REFUSED, "PARSE_FIELD", "registration", "add", "--serial", "x" * 65)
    s.refuses(REFUSED, "PARSE_FIELD", "token", "add", "--profile", "byod", "--uses", "100001")
    s.refuses(REFUSED, "NOT_FOUND", "device", "show", NOBODY)
    s.refuses(REFUSED, "NOT_FOUND", "device", "show", "abc")


def test_output_that_cannot_be_written_is_an_error(s):
    for words in (["profile", "list"], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([s.assay, *words], stdout=full, stderr=subprocess.PIPE, env=s.environment)
        assert done.returncode == USAGE and done.stderr.startswith(b"assay: SYS_FILE: "), done


def test_help_and_version_need_no_server(s):
    out = s.does("--help", ASSAY_SERVER=None)
    for noun in ("device list", "registration add", "roots import", "report", "report list"):
        assert f"  {noun}" in out, out
    assert "--ek-hash" in s.does("registration", "add", "--help", ASSAY_SERVER=None)
    assert re.fullmatch(r"assay \d+\.\d+\.\d+\n", s.does("--version", ASSAY_SERVER=None))


def test_devices_are_listed_shown_and_reported_as_they_enrolled(s):
    s.sim("maker", "--dir", s.path("maker"))
    s.does("roots", "import", s.path("maker/root.crt"), "--maker", "TST0", "--class", "test")
    s.does("registration", "add", "--serial", "SIM-1")
    device = s.enroll("--maker", s.path("maker"), "--serial", "SIM-1")["deviceId"]
    assert s.enroll("--maker", s.path("maker"), "--serial", "SIM-2")["fault"] == "DEVICE_NOT_REGISTERED"
    assert re.search(f"^{device} .* SIM-1 +attested +medium$", s.does("device", "list"), re.M)
    shown = s.does("device", "show", device)
    assert re.search(r"^assurance +medium \(1\.3\.6\.1\.4\.1\.311\.21\.31\)$", shown, re.M), shown
    assert re.search("^TPM class +test$", shown, re.M) and re.search("^TPM attested +yes$", shown, re.M), shown
    lines = s.does("report").splitlines()
    assert any(re.search(" enrolled  attested  medium +-$", line) for line in lines), lines
    assert any(line.endswith("No registration names this device.") for line in lines), lines
    assert lines[-1] == "2 devices: 1 enrolled (1 attested, 0 not), 1 refused", lines
    by_name = {r["SerialNumber"]: r for r in rows_of_csv(s.does("report", "--format", "csv"))}
    assert by_name["SIM-2"]["Fault"] == "DEVICE_NOT_REGISTERED" and by_name["SIM-1"]["Outcome"] == "enrolled", by_name
    assert by_name["SIM-1"]["Leniencies"] == "" and by_name["SIM-2"]["Leniencies"] == "", by_name
    (row,) = json.loads(s.does("device", "list", "--json"))
    assert row["leniencies"] == [], row
    whole = json.loads(s.does("device", "show", device, "--json"))
    assert row == {member: whole[member] for member in row}, (row, whole)
    assert whole.keys() - row.keys() >= {"provisioningPhase", "provisioningPhaseDateTime", "serverKeyState"}, whole


def test_a_report_has_a_line_for_each_device_and_the_totals(s):
    enrolled = {"Outcome": "enrolled", "Assurance": ["1.3.6.1.4.1.311.21.30", "1.3.6.1.4.1.311.21.31"]}
    s.impostor.will_answer(REPORT, {"value": [
        {**enrolled, "DeviceName": "laptop-01", "State": "attested", "AttestationStatusDetail": ""},
        {**enrolled, "DeviceName": "byod-01", "State": "unattested", "Assurance": [],
         "AttestationStatusDetail": "TPM isn't available"}], "@odata.nextLink": f"https://elsewhere{REPORT}?$skiptoken=r0"})
    s.impostor.will_answer(f"{REPORT}?$skiptoken=r0", {"value": [
        {"DeviceName": "=cmd|' /C calc'!A0", "Outcome": "refused", "State": "none", "Assurance": [], "Attempts": 4,
         "Fault": "EK_CHAIN_UNTRUSTED", "What": "The EK certificate does not lead, by far, to a TPM maker."}]})
    at = ["--server", s.impostor.url]
    lines = s.does("report", *at).splitlines()
    assert re.fullmatch(r"laptop-01 +enrolled  attested +high +-", lines[1]), lines
    assert re.fullmatch(r"byod-01 +enrolled  unattested  none +TPM isn't available", lines[2]), lines
    assert lines[3].startswith("=cmd") and lines[3].endswith("by far, to a TPM maker."), lines
    assert lines[5] == "3 devices: 2 enrolled (1 attested, 1 not), 1 refused", lines
    rows = rows_of_csv(s.does("report", *at, "--format", "csv"))
    assert rows[2]["DeviceName"].startswith("'=cmd") and rows[2]["Attempts"] == "4", rows
    assert "21.30" in rows[0]["Assurance"] and rows[1]["AttestationStatusDetail"] == "TPM isn't available", rows
    assert [r["Outcome"] for r in json.loads(s.does("report", *at, "--json"))] == ["enrolled", "enrolled", "refused"]
    screen = plain(s.on_terminal("report", *at))
    assert all(width(line) <= 80 for line in screen.splitlines()) and "…" in screen, screen


def test_what_a_device_calls_itself_cannot_act_on_the_terminal(s):
    name = "pc\x1b]0;owned\x07\x1b[2J\u202eexe"
    s.impostor.will_answer(DEVICES, {"value": [{"id": NOBODY, "deviceName": name}]})
    s.impostor.will_answer(f"{DEVICES}/{NOBODY}", {"id": NOBODY, "deviceName": name, "serialNumber": "東京"})
    at = ["--server", s.impostor.url]
    for words in (["device", "list"], ["device", "show", NOBODY]):
        for form in ([], ["--json"]):
            shown = plain(s.on_terminal(*words, *at, *form))
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown), shown
            assert form or "(not printable)" in shown, shown
    assert json.loads(s.does("device", "list", *at, "--json"))[0]["deviceName"] == name
    assert re.search("^serial number +東京$", s.does("device", "show", NOBODY, *at), re.M)


def test_an_answer_that_is_none_of_assayds_is_refused(s):
    at = ["device", "list", "--server", s.impostor.url]
    answers = [("<h1>hello</h1>", 200, "text/html"), ("[]", 200, "application/json"), ("{", 200, "application/json"),
               ("{}", 200, "application/json"), ('{"value":1}', 200, "application/json"), ("", 200, "application/json"),
               ('{"value":[],"value":[]}', 200, "application/json"), (b"\xff", 200, "application/json"),
               ("<h1>Bad gateway</h1>", 502, "text/html"), ("{}", 403, "application/problem+json"),
               ("", 500, "application/problem+json"), ("moved", 302, "text/plain"), ("", 204, "application/json")]
    for body, status, kind in answers:
        s.impostor.will_answer(DEVICES, body, status, kind)
        s.refuses(UNREACHABLE, "REPLY_INVALID", *at)


def test_a_refusal_is_shown_in_the_servers_words(s):
    problem = {"type": "urn:assay:fault:FUTURE_REASON", "title": "Something new.", "status": 403, "retry": False,
               "code": "FUTURE_REASON", "detail": "row 7", "hresult": "0x801C0003", "remedy": "Do this.",
               "requestId": "ab" * 16}
    s.impostor.will_answer(DEVICES, problem, 403, "application/problem+json")
    said = s.refuses(REFUSED, "FUTURE_REASON", "device", "list", "--server", s.impostor.url)
    assert said == ("assay: FUTURE_REASON: Something new.\n       row 7 (0x801C0003)\n"
                    f"       Do this. (request {'ab' * 16})\n"), said


def test_the_audit_is_exported_checked_offline_and_what_was_changed_is_named(s):
    s.server.wait_until(lambda: '"token"' in s.does("audit", "export"), "a signed head")
    log, keys = s.does("audit", "export"), s.write("keys.json", s.does("audit", "keys"))
    kept = s.write("audit.jsonl", log)
    said = s.does("audit", "verify", kept, "--keys", keys, ASSAY_SERVER="https://127.0.0.1:1")
    rows = [line for line in log.splitlines() if line.startswith('{"writer"')]
    assert re.match(rf"core: {len(rows)} rows, each in its place; signed up to row \d+ at ", said), said
    assert len(s.does("audit", "tail").splitlines()) == min(20, len(rows))
    changed = s.write("changed.jsonl", log.replace(rows[4], rows[4].replace("assayd init", "assayd exit")))
    result = s.run("audit", "verify", changed, "--keys", keys)
    assert result.code == 1 and "AUDIT_BROKEN" in result.err and "row 5: it says something else" in result.err, result
    cut = s.write("cut.jsonl", log.replace(rows[4] + "\n", ""))
    report = json.loads(s.run("audit", "verify", cut, "--keys", keys, "--json").out)
    assert report["fault"] == "AUDIT_BROKEN" and report["detail"] == "line 5, row 5: it is missing", report
    assert s.run("audit", "verify", s.write("torn.jsonl", log[:-1]), "--keys", keys).code == 1
    s.does("profile", "add", "later")
    assert s.does("audit", "export").startswith(log), "an export is the beginning of every later one"
    s.refuses(USAGE, "USAGE", "audit", "verify", kept, "--keys", s.write("none.json", "{}"))
    s.refuses(USAGE, "SYS_FILE", "audit", "verify", s.path("none"), "--keys", keys)


def test_a_link_for_an_account_is_printed_alone(s):
    s.server.add("/assay/v1/accounts", {"name": "grace", "password": "a password of many words", "role": "reader"})
    link = s.does("account", "link", "grace")
    assert re.fullmatch(r"https://127\.0\.0\.1:[0-9]+/\S*#\S+\n", link), link
    assert json.loads(s.does("account", "link", "grace", "--json"))["link"] != link.strip()
    s.refuses(REFUSED, "NOT_FOUND", "account", "link", "nobody")


def test_links_are_followed_on_the_same_server_and_collection_alone(s):
    at = ["--server", s.impostor.url]
    row = {"id": NOBODY}
    for link in ("https://elsewhere/other?$skiptoken=1", f"https://elsewhere{DEVICES}", f"{DEVICES}2?$skiptoken=1",
                 f"https://elsewhere{DEVICES}?a b", f"https://elsewhere{DEVICES}?\u00fc", 7, "", None,
                 f"https://elsewhere{DEVICES}?" + "x" * 2000):
        s.impostor.will_answer(DEVICES, {"value": [row], "@odata.nextLink": link})
        s.refuses(UNREACHABLE, "REPLY_INVALID", "device", "list", *at)
    loop = f"https://elsewhere{DEVICES}?$skiptoken=1"
    s.impostor.will_answer(DEVICES, {"value": [row], "@odata.nextLink": loop})
    s.impostor.will_answer(f"{DEVICES}?$skiptoken=1", {"value": [row], "@odata.nextLink": loop})
    s.impostor.asked.clear()
    result = s.run("device", "list", "--json", *at)
    assert result.code == UNREACHABLE and len(s.impostor.asked) == 2, result


def test_half_a_list_cannot_be_taken_for_the_whole(s):
    s.impostor.will_answer(DEVICES, {"value": [{"id": NOBODY}], "@odata.nextLink": f"https://x{DEVICES}?$skiptoken=2"})
    s.refuses(UNREACHABLE, "REPLY_INVALID", "device", "list", "--server", s.impostor.url)
    result = s.run("device", "list", "--json", "--server", s.impostor.url)
    assert result.code == UNREACHABLE and NOBODY in result.out, result
    try:
        json.loads(result.out)
    except ValueError:
        return
    raise AssertionError("half a list is well-formed JSON")


def test_later_pages_keep_the_columns_of_the_first(s):
    first = [{"id": NOBODY, "deviceName": f"pc-{i}", "attestationState": "attested"} for i in range(100)]
    s.impostor.will_answer(DEVICES, {"value": first, "@odata.nextLink": f"https://x{DEVICES}?$skiptoken=2"})
    s.impostor.will_answer(f"{DEVICES}?$skiptoken=2", {"value": [{**first[0], "deviceName": "a much longer name"}]})
    at = ["device", "list", "--server", s.impostor.url]
    screen = plain(s.on_terminal(*at)).splitlines()
    assert len(screen) == 102 and re.match(f"{NOBODY}  a mu…  ", screen[-1]), screen[-1]
    assert s.does(*at).splitlines()[-1].startswith(f"{NOBODY}  a much longer name  ")


def main():
    build = sys.argv[1]
    tests = [(name[len("test_"):], test) for name, test in globals().items() if name.startswith("test_")]
    with tempfile.TemporaryDirectory() as folder, Assayd(build, folder) as server:
        impostor = Impostor(server.data)
        scene = Scene(build, folder, server, impostor)
        try:
            tap.run([(sentence, lambda test=test: test(scene)) for sentence, test in tests])
        finally:
            impostor.stop()


main()
