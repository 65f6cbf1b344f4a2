#!/usr/bin/env python3
"""assay inspect over the real data below ASSAY_CORPORA: each file has the outcome of tests/vectors/inspect.tsv, and
the transcripts of doc/inspect are what the program prints.

usage: inspect_corpora.py BUILD [--write]     --write makes the transcripts anew
"""
import base64
import functools
import hashlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "../sim"))
import tap

CORPORA = os.environ.get("ASSAY_CORPORA", "")
WAIT_S = 60
ACCEPTED, REFUSED, PARSED = 0, 1, 3

# 2023-06-01: every chip but the TCG's own had been made, and no maker's CA above one had expired.
CERTIFICATES = ["--roots", "ek-ca/guard-oss", "--time", "2023-06-01T00:00:00Z"]

# Folder of files and of the transcript: kind, options.
FOLDERS = {
    "ek-leaf": ("ek-cert", CERTIFICATES),
    "ak-leaf": ("ek-cert", CERTIFICATES),
    "attest": ("attest", []),
    "evidence-min": ("quote", []),
    "webauthn": ("webauthn", []),
}


def expected():
    """file: (kind, outcome, fault or None)"""
    rows = {}
    with open(os.path.join(ROOT, "tests/vectors/inspect.tsv"), encoding="utf-8") as f:
        for line in f:
            if line.startswith("#"):
                continue
            kind, file, outcome, fault, source = line.rstrip("\n").split("\t")
            tap.check(source, f"{file} cites nobody")
            rows[file] = (kind, outcome, None if fault == "-" else fault)
    return rows


def files_of(folder):
    names = sorted(os.listdir(os.path.join(CORPORA, folder)))
    return [f"{folder}/{name}" for name in names if name not in ("MANIFEST.json", "PARSED.json")]


def inspect(build, folder, *more):
    kind, options = FOLDERS[folder]
    words = ["inspect", kind, *files_of(folder), *options, *more]
    done = subprocess.run([os.path.join(build, "assay"), *words], cwd=CORPORA, capture_output=True, timeout=WAIT_S,
                          env={"PATH": os.environ["PATH"]})
    tap.equal(done.stderr, b"")
    return done.returncode, done.stdout.decode()


@functools.cache
def reports(build, folder):
    code, out = inspect(build, folder, "--json")
    found = json.loads(out)
    outcomes = {r["outcome"] for r in found}
    tap.equal(code, REFUSED if "refused" in outcomes else PARSED if "parsed" in outcomes else ACCEPTED)
    return found


def compare(build, folder):
    rows = {file: row for file, row in expected().items() if file.startswith(folder + "/")}
    found = {r["file"]: (r["kind"], r["outcome"], r["fault"]) for r in reports(build, folder)}
    tap.equal(sorted(found), sorted(rows))
    for file, row in rows.items():
        tap.check(found[file] == row, f"{file}: found {found[file]}, expected {row}")
    tap.count("vectors: inspect", len(rows))


def certificates_of_endorsement_keys_are_judged_as_openssl_and_their_index_say(build):
    compare(build, "ek-leaf")


def what_is_let_pass_is_what_a_stricter_parser_refuses(build):
    """The index says what the parser of Python's cryptography says, which lets nothing pass of the rules below."""
    rules = {"InvalidSetOrdering": {"NAME_ORDER"}, "EncodedDefault": {"CRITICAL_FALSE", "CA_FALSE"}}
    with open(os.path.join(CORPORA, "ek-leaf/MANIFEST.json"), encoding="utf-8") as f:
        said = {row["id"]: row["pyca"] for row in json.load(f)}
    found = set()
    for r in reports(build, "ek-leaf"):
        pyca = said[os.path.basename(r["file"]).removesuffix(".der")]
        for word, names in rules.items():
            tap.equal((r["file"], word in pyca), (r["file"], bool(names & set(r["leniencies"]))))
        found |= set(r["leniencies"])
    # That no list of revoked certificates is at hand is nothing that a parser could refuse.
    found.remove("CRL_ABSENT")
    tap.equal(found, {"NAME_ORDER", "CRITICAL_FALSE", "CA_FALSE", "USAGE_ZEROS", "EC_ENCIPHERMENT", "AUTHORITY_ABSENT"})


def certificates_of_attestation_keys_are_refused(build):
    compare(build, "ak-leaf")
    tap.equal({r["outcome"] for r in reports(build, "ak-leaf")}, {"refused"})


def statements_are_read_as_their_index_says_and_encoded_to_the_same_octets(build):
    compare(build, "attest")
    with open(os.path.join(CORPORA, "attest/PARSED.json"), encoding="utf-8") as f:
        index = {row["id"]: row for row in json.load(f)}
    for r in reports(build, "attest"):
        row = index.pop(os.path.basename(r["file"]).removesuffix(".bin"), None)
        if not row:
            continue
        with open(os.path.join(CORPORA, r["file"]), "rb") as f:
            tap.equal(r["reencoded_sha256"], hashlib.sha256(f.read()).hexdigest())
        tap.equal((r["type"].upper(), r["signer"], r["extra_data"]), (row["type"], row["qs"], row["extra"]))
        tap.equal((r["clock_ms"], r["reset_count"], r["restart_count"]), (row["clock"], row["reset"], row["restart"]))
        tap.equal((int(r["clock_safe"]), r["firmware"]), (row["safe"], row["fw"]))
    tap.equal(index, {})


def quotes_of_real_machines_have_the_digest_of_their_pcrs(build):
    compare(build, "evidence-min")
    for r in reports(build, "evidence-min"):
        with open(os.path.join(CORPORA, r["file"]), encoding="utf-8") as f:
            document = json.load(f)
        banks = document.get("allpcrs") or {document["algorithm"]: document.get("pcrs") or {}}
        values = b"".join(base64.b64decode(banks[bank][str(i)])
                          for bank in sorted(banks, key=int) for i in range(24) if str(i) in banks[bank])
        tap.equal(r["pcr_digest"], hashlib.sha256(values).hexdigest())
        outcomes = {c["check"]: c["outcome"] for c in r["checks"]}
        tap.equal((outcomes["QUOTE_COVERED"], outcomes["QUOTE_DIGEST"]), ("passed", "passed"))


def attestation_objects_of_other_systems_are_signed_and_about_their_key(build):
    compare(build, "webauthn")
    for r in reports(build, "webauthn"):
        outcomes = {c["check"]: c["outcome"] for c in r["checks"]}
        left = {check for check, outcome in outcomes.items() if outcome != "passed"}
        tap.check(r["outcome"] == "refused" or left == {"CERTIFY_BINDING"}, r)


def objects_signed_over_sha1_pass_where_that_is_allowed_and_no_others(build):
    code, out = inspect(build, "webauthn", "--allow-sha1", "--json")
    tap.equal(code, REFUSED)
    admitted = 0
    for without, allowed in zip(reports(build, "webauthn"), json.loads(out)):
        tap.equal(without["file"], allowed["file"])
        if without["fault"] == "SCHEME_SHA1":
            tap.equal((allowed["algorithm"], allowed["outcome"], allowed["fault"]), ("RS1", "parsed", None))
            admitted += 1
        else:
            tap.equal((without["outcome"], without["fault"]), (allowed["outcome"], allowed["fault"]))
    tap.equal(admitted, 5)


def transcript_path(folder):
    return os.path.join(ROOT, "doc/inspect", folder + ".txt")


def transcript(build, folder):
    kind, options = FOLDERS[folder]
    return f"$ assay inspect {' '.join([kind, folder + '/*', *options])}\n" + inspect(build, folder)[1]


def transcripts_in_the_documentation_are_what_the_program_prints(build):
    for folder in FOLDERS:
        with open(transcript_path(folder), encoding="utf-8") as f:
            tap.check(f.read() == transcript(build, folder), f"doc/inspect/{folder}.txt: make it anew with --write")


TESTS = [
    certificates_of_endorsement_keys_are_judged_as_openssl_and_their_index_say,
    what_is_let_pass_is_what_a_stricter_parser_refuses,
    certificates_of_attestation_keys_are_refused,
    statements_are_read_as_their_index_says_and_encoded_to_the_same_octets,
    quotes_of_real_machines_have_the_digest_of_their_pcrs,
    attestation_objects_of_other_systems_are_signed_and_about_their_key,
    objects_signed_over_sha1_pass_where_that_is_allowed_and_no_others,
    transcripts_in_the_documentation_are_what_the_program_prints,
]


def main():
    build = os.path.abspath(sys.argv[1])
    if "--write" in sys.argv:
        for folder in FOLDERS:
            text = transcript(build, folder)
            with open(transcript_path(folder), "w", encoding="utf-8") as f:
                f.write(text)
        return
    if not CORPORA:
        print(f"TAP version 13\n1..{len(TESTS)}")
        for number, test in enumerate(TESTS, 1):
            print(f"ok {number} - {test.__name__} # SKIP no corpora")
        return
    tap.run([(t.__name__, lambda t=t: t(build)) for t in TESTS])


main()
