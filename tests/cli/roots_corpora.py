#!/usr/bin/env python3
"""assay roots import over the real CA certificates of TPM makers below ASSAY_CORPORA: as folders and as a CAB they give
the counts of tests/vectors/ek-ca-counts.tsv.

usage: roots_corpora.py BUILD [--write]     --write makes the counts anew
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "../vectors")
sys.path.insert(0, os.path.join(HERE, "../sim"))
import tap
from assayd import Assayd
from shell import WAIT_S, Shell

CORPORA = os.environ.get("ASSAY_CORPORA", "")
ENDINGS = (".cer", ".crt", ".der", ".pem")


def rows_of(name):
    with open(os.path.join(VECTORS, name), encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]


def make_tree(folder):
    """MAKER/FOLDER-FILE for every certificate file; how many there are."""
    patterns, count = [(maker, re.compile(pattern)) for maker, pattern, _ in rows_of("ek-ca.tsv")], 0
    for source in sorted(os.listdir(os.path.join(CORPORA, "ek-ca"))):
        for name in sorted(os.listdir(os.path.join(CORPORA, "ek-ca", source))):
            if not name.lower().endswith(ENDINGS):
                continue
            short = name.replace("apisrv_pkg_check_certs_", "").replace("tpm_cert_store_", "")
            maker = next(maker for maker, pattern in patterns if pattern.search(short))
            os.makedirs(os.path.join(folder, maker), exist_ok=True)
            shutil.copy(os.path.join(CORPORA, "ek-ca", source, name), os.path.join(folder, maker, f"{source}-{name}"))
            count += 1
    return count


class Importer(Shell):
    def import_all(self, path):
        """{maker: [imported, present, refused]} as the command's table says."""
        done = self.run("roots", "import", path)
        tap.check(done.code in (0, 1, 2), done.err)
        table = done.out[done.out.index("\nMAKER"):].split("\n\n")[0].splitlines()[2:]
        lines = [line for line in done.out.split("\nMAKER")[0].splitlines() if line]
        counts = {line.split()[0]: [int(n) for n in line.split()[1:]] for line in table}
        tap.equal(len(lines), sum(sum(n) for n in counts.values()))
        for line in lines:
            tap.check(not line.startswith("refused") or ": ANCHOR_INVALID: " in line, line)
        return counts

    def remove_all(self):
        ids = [row["id"] for row in json.loads(self.run("roots", "list", "--json").out)]
        tap.equal(self.run("roots", "remove", *ids).code, 0)
        tap.equal(json.loads(self.run("roots", "list", "--json").out), [])


def write(counts, path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# maker\timported\tpresent\trefused\n")
        for maker, numbers in sorted(counts.items()):
            f.write("\t".join([maker, *map(str, numbers)]) + "\n")


def tests_of(shell, folder):
    expected = {maker: [int(n) for n in numbers] for maker, *numbers in rows_of("ek-ca-counts.tsv")}
    tree, cab = os.path.join(folder, "tree"), os.path.join(folder, "bundle.cab")

    def every_certificate_file_is_imported_present_or_refused_as_the_table_says():
        tap.equal(make_tree(tree), 1738)
        tap.equal(shell.import_all(tree), expected)
        tap.equal(sum(n[0] + n[2] for n in expected.values()), 1776)

    def a_second_import_finds_all_of_them_present():
        again = shell.import_all(tree)
        tap.equal({maker: n[0] for maker, n in again.items() if n[0]}, {})
        tap.equal({maker: n[2] for maker, n in again.items()}, {maker: n[2] for maker, n in expected.items()})

    def a_cab_of_them_gives_the_same():
        shell.remove_all()
        files = sorted(os.path.join(maker, name) for maker in os.listdir(tree) for name in os.listdir(os.path.join(tree, maker)))
        subprocess.run(["gcab", "-c", "-z", cab, *files], cwd=tree, check=True, capture_output=True, timeout=WAIT_S)
        tap.equal(shell.import_all(cab), expected)

    def inspection_trusts_the_roots_of_a_cab_as_those_of_their_folder():
        roots, small = os.path.join(CORPORA, "ek-ca/guard-oss"), os.path.join(folder, "small.cab")
        leaves = [os.path.join(CORPORA, "ek-leaf", name) for name in sorted(os.listdir(os.path.join(CORPORA, "ek-leaf")))
                  if name.endswith(".der")]
        subprocess.run(["gcab", "-c", "-z", small, *sorted(os.listdir(roots))], cwd=roots, check=True, capture_output=True,
                       timeout=WAIT_S)
        by_folder, by_cab = (shell.run("inspect", "ek-cert", *leaves, "--time", "2023-06-01T00:00:00Z", "--json", "--roots", path)
                             for path in (roots, small))
        tap.equal((by_cab.code, by_cab.out, by_cab.err), (by_folder.code, by_folder.out, ""))
        tap.check("accepted" in {row["outcome"] for row in json.loads(by_cab.out)}, "no certificate leads to a root")
        with open(small, "r+b") as f:
            f.truncate(os.path.getsize(small) - 1)
        cut = shell.run("inspect", "ek-cert", leaves[0], "--roots", small)
        tap.equal((cut.code, cut.out), (2, ""))
        tap.check(cut.err.startswith("assay: ARCHIVE_INVALID: ") and small in cut.err, cut.err)

    return [every_certificate_file_is_imported_present_or_refused_as_the_table_says,
            a_second_import_finds_all_of_them_present, a_cab_of_them_gives_the_same,
            inspection_trusts_the_roots_of_a_cab_as_those_of_their_folder]


def main():
    if not CORPORA:
        print("1..0 # SKIP ASSAY_CORPORA is not set")
        return
    with tempfile.TemporaryDirectory() as folder, Assayd(sys.argv[1], folder) as server:
        shell = Importer(sys.argv[1], folder, server)
        if "--write" in sys.argv:
            make_tree(os.path.join(folder, "tree"))
            write(shell.import_all(os.path.join(folder, "tree")), os.path.join(VECTORS, "ek-ca-counts.tsv"))
        else:
            tap.run(tap.named(tests_of(shell, folder)))


main()
