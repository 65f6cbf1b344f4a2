"""CABs of certificates, by gcab, and their signatures, by openssl and osslsigncode: none of it knows our code.

usage: signed_cab.py PROGRAM          makes one of each kind in a folder and runs PROGRAM with the folder's path
       signed_cab.py --corpus FUZZ    makes the seeds of the fuzz targets that read CABs
"""
import os
import shutil
import subprocess
import sys
import tempfile

WAIT_S = 30
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("-newkey", "rsa:2048")
CA = "basicConstraints=critical,CA:TRUE"
CODE = "extendedKeyUsage=codeSigning"


def run(*words, **options):
    subprocess.run(words, check=True, capture_output=True, timeout=WAIT_S, **options)


class Signers:
    """Keys and certificates by name, NAME.pem and NAME.key, in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def add(self, name, extensions, above=None, days=300, key=EC):
        """A certificate that `above` issued, or itself."""
        extensions = extensions if CA in extensions else [*extensions, "basicConstraints=CA:FALSE"]
        issued = ("-CA", self.path(above + ".pem"), "-CAkey", self.path(above + ".key")) if above else ()
        run("openssl", "req", "-x509", *key, "-nodes", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"),
            "-subj", f"/CN={name}", "-days", str(days), *issued, *(word for one in extensions for word in ("-addext", one)))

    def sign(self, name, cab, out, *words, chain=()):
        run("osslsigncode", "sign", "-certs", self.path(name + ".pem"), "-key", self.path(name + ".key"), "-h", "sha256", *words,
            *(word for one in chain for word in ("-ac", self.path(one + ".pem"))), "-in", cab, "-out", out)


def make_cab(path, tree, *words):
    """A CAB of all files below a folder, by their names there."""
    files = sorted(os.path.relpath(os.path.join(at, name), tree) for at, _, names in os.walk(tree) for name in names)
    run("gcab", "-c", "-z", *words, path, *files, cwd=tree)


def make_all(folder):
    """Each kind of signature that a reader has to tell from the others."""
    signers, tree, plain = Signers(folder), os.path.join(folder, "tree"), os.path.join(folder, "unsigned.cab")
    signers.add("anchor", [CA], days=3650)
    signers.add("stranger", [CA], days=3650)
    signers.add("between", [CA], "anchor", days=10)
    signers.add("narrow", [CA, "extendedKeyUsage=serverAuth"], "anchor", days=3650)
    signers.add("good", [CODE], "anchor", key=RSA)
    signers.add("curve", [CODE], "anchor")
    signers.add("far", [CODE], "between")
    signers.add("narrowed", [CODE], "narrow")
    signers.add("foreign", [CODE], "stranger")
    signers.add("unused", ["subjectAltName=DNS:a.test"], "anchor")
    signers.add("server", ["extendedKeyUsage=serverAuth"], "anchor")
    signers.add("sealer", [CODE, "keyUsage=keyEncipherment"], "anchor")
    os.makedirs(os.path.join(tree, "IFX/RootCA"))
    os.makedirs(os.path.join(tree, "STMicro/IntermediateCA"))
    shutil.copy(signers.path("anchor.pem"), os.path.join(tree, "IFX/RootCA/anchor.cer"))
    shutil.copy(signers.path("between.pem"), os.path.join(tree, "STMicro/IntermediateCA/between.crt"))
    make_cab(plain, tree)
    for name in ("good", "curve", "foreign", "unused", "server", "sealer"):
        signers.sign(name, plain, os.path.join(folder, name + ".cab"))
    signers.sign("far", plain, os.path.join(folder, "far.cab"), chain=["between"])
    signers.sign("narrowed", plain, os.path.join(folder, "narrowed.cab"), chain=["narrow"])
    signers.sign("good", plain, os.path.join(folder, "sha1.cab"), "-h", "sha1")
    for name in ("anchor", "stranger", "good"):
        run("openssl", "x509", "-in", signers.path(name + ".pem"), "-outform", "DER", "-out", signers.path(name + ".der"))
    return signers


def main():
    with tempfile.TemporaryDirectory() as folder:
        make_all(folder)
        if sys.argv[1] != "--corpus":
            sys.exit(subprocess.run([sys.argv[1], folder], check=False).returncode)
        for target, names in (("authenticode", ("good", "curve", "far", "unsigned")), ("cabinet", ("unsigned", "curve"))):
            os.makedirs(f"{sys.argv[2]}/{target}.corpus", exist_ok=True)
            for name in names:
                shutil.copy(os.path.join(folder, name + ".cab"), f"{sys.argv[2]}/{target}.corpus/{name}")


if __name__ == "__main__":
    main()
