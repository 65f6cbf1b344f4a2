#!/usr/bin/env python3
"""Bad input at every address of administrators, as /openapi.json names them: each answer is an error as Microsoft Graph
has it, which says what it is about, and nothing is half applied.

usage: bad_input_test.py BUILD short|long
The short one asks every twelfth address, one list and all at which people sign in.
"""
import functools
import hashlib
import json
import os
import sqlite3
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
EACH = {"short": 12, "long": 1}[sys.argv[2]]
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402

NOBODY = "00000000-0000-0000-0000-000000000000"
METHODS = ("POST", "PATCH")
# Their bodies are lists, whose items are refused one by one and told so in an answer that is a success.
LISTS = ("registrations/import", "registrations/remove", "importedWindowsAutopilotDeviceIdentities",
         "importedWindowsAutopilotDeviceIdentities/import")
SIGN_IN, LIST = "/assay/v1/session", "/graph/beta/deviceManagement/managedDevices"
# Whoever never began to sign in at a provider is told that before anything else.
BEGUN = "/assay/v1/session/code"
# What is written because somebody came, whatever came of it, or because time goes by.
NOTED = ("audit", "audit_head", "contact", "crl")


class Api:
    """The server and all that it says of its addresses."""

    def __init__(self, server):
        self.server = server
        self.count = 0
        paths = server.api("GET", "/openapi.json")[1]["paths"]
        all_of_them = [(method.upper(), path.replace("{id}", NOBODY), what) for path, methods in paths.items()
                       for method, what in methods.items() if not path.startswith(("/device/", "/access/"))]
        self.operations = [row for i, row in enumerate(all_of_them) if i % EACH == 0 or row[1].startswith(SIGN_IN) or row[1] == LIST]

    def bodies(self):
        """(method, path, schema) of each that takes one."""
        for method, path, what in self.operations:
            if "requestBody" in what:
                yield method, path, what["requestBody"]["content"]["application/json"]["schema"]

    def ask(self, method, target, octets=None, **head):
        """(status, error or None, request id) of an answer, which has the form of one."""
        self.count += 1
        server = self.server
        if not server.admin:
            server.connect()
        head = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json", **head}
        server.admin.request(method, target, octets, head)
        reply = server.admin.getresponse()
        text = reply.read()
        if reply.status < 400:
            return reply.status, None
        error = json.loads(text)["error"]
        named = error["innerError"]["request-id"].replace("-", "")
        tap.equal((method, target, named), (method, target, reply.headers["Request-Id"]))
        tap.check(error["code"] and len(error["message"]) > 20, error)
        return reply.status, error

    def refused(self, case, codes, target=None):
        """The case is refused with one of those codes; it is about the target."""
        method, path, octets = case
        status, error = self.ask(*case)
        about = (method, path, octets[:80])
        expected = error and (error["code"] in codes or path == BEGUN and error["code"] == "SIGN_IN_STATE")
        tap.check(expected and 400 <= status < 500, (*about, status, error))
        if target and error["code"] == "PARSE_FIELD":
            tap.equal((*about, error.get("target")), (*about, target))


def value_of(schema):
    """A value that a member may have: hexadecimal digits are text as well."""
    if schema["type"] == "integer":
        return 1
    if schema["type"] == "array":
        return []
    return "0" * min(schema["maxLength"], 64)


def whole(schema):
    return {name: value_of(schema["properties"][name]) for name in schema["required"]}


def is_list(path):
    return path.endswith(LISTS)


def digest(server):
    """SHA-256 of each table of the records."""
    found = {}
    with sqlite3.connect(f"file:{server.data}/core/assay.sqlite?mode=ro", uri=True, timeout=30) as records:
        names = records.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'").fetchall()
        for (name,) in names:
            if name not in NOTED:
                rows = sorted(map(repr, records.execute(f'SELECT * FROM "{name}"')))
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    records.close()
    return found


def what_is_no_object_of_json_is_refused(api):
    broken = [b"", b"[]", b"7", b'"x"', b"true", b"{", b'{"a":', b"{} x", b"{'a':1}", b'{"a":1,}', b"\xef\xbb\xbf{}",
              "{}".encode("utf-16"), b'{"a":"\xff\xfe"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\\ud800"}', b'{"a":NaN}',
              b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"a":1e999}', b'{"a":99999999999999999999}', b"\0{}", b'{"a":"\\u0000"}']
    for method, path, _ in api.bodies():
        for octets in broken:
            api.refused((method, path, octets), {"PARSE_ENVELOPE"})


def a_member_that_is_there_twice_is_refused(api):
    for method, path, schema in api.bodies():
        name = next(iter(schema["properties"]))
        api.refused((method, path, f'{{"{name}":"0","{name}":"0"}}'.encode()), {"PARSE_ENVELOPE"})


def a_member_that_is_unknown_is_named(api):
    for method, path, schema in api.bodies():
        if not is_list(path):
            api.refused((method, path, json.dumps({**whole(schema), "nobody": 1}).encode()), {"PARSE_FIELD"}, "nobody")
            api.refused((method, path, json.dumps({**whole(schema), "a\r\nb": 1}).encode()), {"PARSE_FIELD"})


def a_member_of_the_wrong_type_is_named(api):
    for method, path, schema in api.bodies():
        for name, of in schema["properties"].items() if not is_list(path) else ():
            wrong = ["1", -1, 1.5, of.get("maximum", 0) + 1] if of["type"] == "integer" else [1, None, {"a": 1}]
            for value in [*wrong, [[[]]]]:
                api.refused((method, path, json.dumps({**whole(schema), name: value}).encode()), {"PARSE_FIELD", "PARSE_ENVELOPE"}, name)


def a_text_that_ends_lines_turns_around_or_is_too_long_is_named(api):
    for method, path, schema in api.bodies():
        for name, of in schema["properties"].items() if not is_list(path) else ():
            if of["type"] != "string":
                continue
            for value in ("a\r\nb", "a\u0085b", "\u202eb", "\u2066b", "\x7f", "0" * (of["maxLength"] + 1)):
                octets = json.dumps({**whole(schema), name: value}).encode()
                api.refused((method, path, octets), {"PARSE_FIELD", "BODY_LIMIT"}, name)


def a_member_that_is_missing_is_named(api):
    for method, path, schema in api.bodies():
        for name in schema["required"] if not is_list(path) else ():
            body = whole(schema)
            del body[name]
            api.refused((method, path, json.dumps(body).encode()), {"PARSE_FIELD"}, name)


GRAPH, OWN, RULE = "/graph/beta/deviceManagement", "/assay/v1", '(device.groupTag -eq "a")'
# What is of the right type and makes no sense: the body, and the member that the answer is about.
SENSELESS = (
    ("POST", f"{GRAPH}/assignmentFilters", {"displayName": "", "rule": RULE}, "displayName"),
    ("PATCH", f"{GRAPH}/assignmentFilters/{NOBODY}", {}, "displayName"),
    ("PATCH", f"{GRAPH}/assignmentFilters/{NOBODY}", {"displayName": ""}, "displayName"),
    ("POST", f"{GRAPH}/windowsAutopilotDeviceIdentities", {"groupTag": "a"}, "serialNumber"),
    ("POST", f"{GRAPH}/deviceEnrollmentConfigurations", {"displayName": "a", "action": "shout"}, "action"),
    ("POST", f"{GRAPH}/deviceEnrollmentConfigurations", {"displayName": "a", "state": "perhaps"}, "state"),
    ("POST", f"{GRAPH}/deviceEnrollmentConfigurations", {"displayName": "a", "action": "allow", "ownership": "mine"}, "ownership"),
    ("POST", f"{GRAPH}/deviceEnrollmentConfigurations", {"displayName": "a", "action": "allow", "limit": "many"}, "limit"),
    ("POST", f"{GRAPH}/deviceCompliancePolicies", {"displayName": "a", "silentHours": "9999"}, "silentHours"),
    ("POST", f"{GRAPH}/deviceCompliancePolicies", {"displayName": "a", "minimumAssurance": "total"}, "minimumAssurance"),
    ("POST", f"{GRAPH}/deviceCompliancePolicies", {"displayName": "a", "tpmClasses": "wood"}, "tpmClasses"),
    ("POST", f"{GRAPH}/deviceCompliancePolicies", {"displayName": "a", "enforcement": "pray"}, "enforcement"),
    ("POST", f"{GRAPH}/managedDevices/executeAction", {"actionName": "wipe", "deviceIds": [NOBODY]}, "actionName"),
    ("POST", f"{GRAPH}/reports/exportJobs", {"reportName": "Everything"}, "reportName"),
    ("POST", f"{GRAPH}/reports/exportJobs", {"reportName": "TpmFirmware", "format": "xlsx"}, "format"),
    ("POST", f"{OWN}/profiles", {"attestation": "required"}, "displayName"),
    ("POST", f"{OWN}/profiles", {"displayName": "a", "attestation": "maybe"}, "attestation"),
    ("POST", f"{OWN}/roots", {"certificates": "", "class": "discrete"}, "certificates"),
    ("POST", f"{OWN}/roots", {"certificates": "30", "class": "wood"}, "class"),
    ("POST", f"{OWN}/roots", {"certificates": "30", "class": "discrete", "role": "king"}, "role"),
    ("POST", f"{OWN}/webhooks", {"displayName": "a", "url": "http://x"}, "url"),
    ("POST", f"{OWN}/webhooks", {"displayName": "", "url": "https://x"}, "displayName"),
    ("PATCH", f"{OWN}/accounts/nobody", {"state": "asleep"}, "state"),
    ("POST", f"{OWN}/accounts", {"name": "a", "role": "reader", "password": ""}, "password"),
    ("POST", f"{OWN}/session", {"name": "a", "password": ""}, "password"),
    ("POST", f"{OWN}/session", {"name": "a", "password": "a", "proof": "00"}, "proof"),
    ("POST", f"{OWN}/session/password", {"name": "a", "password": "a", "newPassword": ""}, "newPassword"))


def what_makes_no_sense_names_its_member(api):
    for method, path, body, member in SENSELESS:
        status, error = api.ask(method, path, json.dumps(body).encode())
        tap.equal((method, path, body, status // 100, error["target"]), (method, path, body, 4, member))


def a_body_where_none_is_taken_is_refused(api):
    for method, path, what in api.operations:
        if method in METHODS and "requestBody" not in what:
            api.refused((method, path, b'{"a":1}'), {"PARSE_ENVELOPE"})


def whoever_signs_in_with_anything_but_json_is_refused(api):
    for method, path, what in api.operations:
        if "requestBody" in what and "security" not in what and path != BEGUN:
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"):
                status, error = api.ask(method, path, b"{}", **{"Content-Type": kind})
                tap.equal((path, status, error["code"], error["target"]), (path, 400, "PARSE_ENVELOPE", "Content-Type"))


def more_than_a_body_may_have_is_refused_before_it_is_read(api):
    for method, path, _ in list(api.bodies())[:3]:
        api.server.connect()
        api.server.admin.putrequest(method, path)
        api.server.admin.putheader("Content-Length", "2000000000")
        api.server.admin.endheaders()
        reply = api.server.admin.getresponse()
        tap.equal((reply.status, json.loads(reply.read())["code"]), (413, "BODY_LIMIT"))
        api.server.admin = None


BROKEN_FILTERS = ("eq", "id", "id eq", "id eq ", "(id eq null", "id eq null)", "id eq 'x", "id eq x' or 'a'", "nobody eq 1", "id like 'a'",
                  "id eq null and", "not", "contains(id)", "contains(id,'a'", "id in ()", "id in ('a',)", "id eq null;DROP TABLE device",
                  "id eq 'a' -- ", "1 eq 1", "(" * 40 + "id eq null" + ")" * 40, " or ".join(["id eq null"] * 40), "\u202eid eq null",
                  "id eq 'a'||'b'", "id gt null")


def an_expression_that_cannot_be_read_is_refused_at_its_place(api):
    count = 0
    for method, path, what in api.operations:
        options = {p["name"] for p in what["parameters"] if p["in"] == "query"}
        if "$filter" not in options or NOBODY in path:
            continue
        for text in BROKEN_FILTERS:
            target = f"{path}?$filter={quote(text)}"
            status, error = api.ask(method, target)
            about_text = error["code"].startswith("QUERY_") and error["target"] == "$filter"
            tap.check(status == 400 and (about_text or error["code"] == "HTTP_MALFORMED"), (target, status, error))
            count += 1
        for option in ("$orderby=nobody", "$orderby=id%20up", "$select=nobody", "$top=0", "$top=1001", "$top=-1", "$skiptoken=zz",
                       "$count=1", "$expand=a", "$search=%22a", "$filter=", "since=yesterday"):
            status, error = api.ask(method, f"{path}?{option}")
            tap.equal((path, option, status, error["target"]), (path, option, 400, option.split("=")[0]))
    tap.check(count > 20, count)


def quote(text):
    return "".join(f"%{octet:02X}" for octet in text.encode())


def tricks_of_percent_signs_lead_nowhere(api):
    for method, path, what in api.operations:
        for query in ("$top=%", "$top=%4", "$top=%zz", "$top=%00", "$top=1%0d%0a", "$top=%c0%af", "$top=%u0031", "%24top%00=1"):
            status, error = api.ask(method, f"{path}?{query}", b"{}" if method in METHODS else None)
            tap.check(status in (400, 404) and error["code"] in ("HTTP_MALFORMED", "FORMAT_UNKNOWN", "MSG_UNKNOWN"), (method, path, query, error))
        for other in (path.replace("/v1/", "/v1//"), path.replace("/v1/", "/v1/../v1/"), path.replace("/assay/", "/%61ssay/"),
                      path + "/", path + "%2f", path + ";a=b", path.upper()):
            if other != path and NOBODY not in path:
                status, error = api.ask(method, other, b"{}" if method in METHODS else None)
                tap.check(status in (400, 404, 405) and error, (method, other, status))


def nothing_was_applied_and_nobody_fell(api, before, roles):
    after = digest(api.server)
    tap.equal([name for name in after if after[name] != before[name]], [])
    tap.equal({row["pid"] for row in api.server.status()}, roles)
    tap.count("bad input: requests refused", api.count)


def main():
    tests = (what_is_no_object_of_json_is_refused, a_member_that_is_there_twice_is_refused, a_member_that_is_unknown_is_named,
             a_member_of_the_wrong_type_is_named, a_text_that_ends_lines_turns_around_or_is_too_long_is_named,
             a_member_that_is_missing_is_named, what_makes_no_sense_names_its_member, a_body_where_none_is_taken_is_refused,
             whoever_signs_in_with_anything_but_json_is_refused, more_than_a_body_may_have_is_refused_before_it_is_read,
             an_expression_that_cannot_be_read_is_refused_at_its_place, tricks_of_percent_signs_lead_nowhere)
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder, ["admin.calls=0", "admin.sign_ins=0"]) as server:
        api = Api(server)
        end = functools.partial(nothing_was_applied_and_nobody_fell, api, digest(server), {row["pid"] for row in server.status()})
        tap.run([(test.__name__, functools.partial(test, api)) for test in tests] + [(end.func.__name__, end)])


if __name__ == "__main__":
    main()
