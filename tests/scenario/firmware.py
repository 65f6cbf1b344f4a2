#!/usr/bin/env python3
"""Firmware that must be updated, keys that are older than the update, virtual TPMs: as an administrator lives it.

usage: firmware.py BUILD TESTS SOURCE
"""
import os
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
SOURCE = sys.argv[3]
sys.path.insert(0, os.path.join(sys.argv[2], "sim"))

import tap  # noqa: E402
from assayd import Assayd  # noqa: E402
from desk import Desk  # noqa: E402

# Infineon's firmware up to 7.61 keeps RSA keys weak; here keys of any kind, as simulated TPMs have curves.
ROW = ("maker=IFX", "first=7.0", "last=7.61", "fixed=7.62", "keys=all", "name=ROCA (CVE-2017-15361)",
       "page=https://www.infineon.com/tpm-update")


class Scene(Desk):
    """A server that trusts two makers: Infineon's chips, in test, and a host of virtual machines."""

    def __init__(self, server, folder):
        super().__init__(BUILD, server, folder, "https://" + server.address("net-admin"))
        self.serials = 0
        for name, maker, kind in (("chips", "IFX", "test"), ("host", "VMW", "virtual")):
            self.program("assay-sim", "maker", "--dir", self.path(name))
            self.assay("roots", "import", self.path(f"{name}/root.crt"), "--maker", maker, "--class", kind)

    def block(self, name="test-row"):
        sets = [word for pair in ROW for word in ("--set", pair)]
        self.assay("blocklist", "add", name, *sets)

    def device(self, profile=None):
        """A registered device that has not enrolled yet, with a folder for its keys."""
        self.serials += 1
        serial = f"SN-{self.serials}"
        self.server.register(serialNumber=serial, **({"profile": profile} if profile else {}))
        return serial

    def profile(self, name):
        """The id of the profile of that name."""
        return next(p["id"] for p in self.facts("profile", "list") if p["displayName"] == name)

    def enroll(self, serial, *words, maker="chips", manufacturer="id:49465800", version="id:00080000"):
        """The report of one enrolment, with the keys of the device's folder."""
        return self.devices_of("--maker", self.path(maker), "--serial", serial, "--name", serial, "--manufacturer",
                               manufacturer, "--version", version, "--keys", self.path(serial), *words)[0]

    def row(self, serial, outcome):
        found = [r for r in self.server.report() if r["SerialNumber"] == serial and r["Outcome"] == outcome]
        return found[0] if found else None


def refused(report, fault, hresult="0x81039024"):
    tap.equal((report["fault"], report["hresult"]), (fault, hresult))


SCENE = None


def h101_unpatched_firmware_is_refused_with_the_fixed_version_and_the_makers_page():
    serial = SCENE.device()
    report = SCENE.enroll(serial, "--firmware", "7.61.65.3")
    refused(report, "FIRMWARE_VULNERABLE")
    words = ("Infineon firmware 7.61", "ROCA (CVE-2017-15361)", "7.62 and later", "https://www.infineon.com/tpm-update")
    for text in (report["detail"], SCENE.row(serial, "refused")["Detail"]):
        tap.check(all(word in text for word in words), text)


def h101_twin_patched_firmware_enrols():
    serial = SCENE.device()
    tap.equal(SCENE.enroll(serial, "--firmware", "7.62")["fault"], "")


def firmware_that_only_the_ek_certificate_names_is_refused_until_a_signed_version_says_fixed():
    serial = SCENE.device()
    refused(SCENE.enroll(serial, "--firmware", "8217.4131", version="id:0007003D"), "FIRMWARE_VULNERABLE")
    tap.equal(SCENE.enroll(serial, "--firmware", "7.85", version="id:0007003D")["fault"], "")


def keys_made_before_the_fix_are_refused_and_new_ones_enrol():
    serial = SCENE.device()
    for row in ("test-row", "roca-ifx-7"):
        SCENE.assay("blocklist", "remove", row)
    tap.equal(SCENE.enroll(serial, "--keep-keys", "--firmware", "7.60")["fault"], "")
    SCENE.block()
    report = SCENE.enroll(serial, "--keep-keys", "--firmware", "7.62")
    refused(report, "KEY_BEFORE_FIX")
    tap.check("Renew the attestation key and the device key" in report["detail"], report["detail"])
    tap.equal(SCENE.enroll(serial, "--firmware", "7.62")["fault"], "")


def a_row_takes_effect_without_a_restart_and_so_does_its_end():
    serial = SCENE.device()
    SCENE.assay("blocklist", "add", "far-away", "--set", "maker=IFX", "--set", "first=9.0", "--set", "last=9.9")
    refused(SCENE.enroll(serial, "--firmware", "9.5"), "FIRMWARE_VULNERABLE")
    SCENE.assay("blocklist", "remove", "far-away")
    tap.equal(SCENE.enroll(serial, "--firmware", "9.5")["fault"], "")


def what_is_exported_imports_as_the_same_list():
    before = SCENE.assay("blocklist", "export")
    path = SCENE.write("list.tsv", before)
    tap.check("0 imported" in SCENE.assay("blocklist", "import", path), "rows changed")
    SCENE.assay("blocklist", "remove", "tcg-2023")
    tap.check("1 imported" in SCENE.assay("blocklist", "import", path), "the row did not come back")
    tap.equal(SCENE.assay("blocklist", "export"), before)


def the_list_that_comes_with_the_product_imports_over_any_other():
    shipped = os.path.join(SOURCE, "data/blocklist.tsv")
    tap.check("imported" in SCENE.assay("blocklist", "import", shipped), "nothing was imported")
    tap.equal(SCENE.facts("blocklist", "show", "roca-ifx-7")["fixed"], "7.62")


def a_file_or_a_row_with_a_mistake_is_refused_by_line_or_field():
    told = SCENE.assay("blocklist", "import", SCENE.write("bad.tsv", "id\tmaker\n"), good=(2,))
    tap.check("PARSE_FIELD" in told and "Line 1" in told, told)
    told = SCENE.assay("blocklist", "add", "x", "--set", "maker=NOBODY", "--set", "last=1.0", good=(1,))
    tap.check("PARSE_FIELD" in told and "maker" in told, told)
    told = SCENE.assay("blocklist", "add", "x", "--set", "colour=red", good=(2,))
    tap.check("USAGE" in told and "FIELD=VALUE" in told, told)
    SCENE.assay("blocklist", "remove", "nothing-there", good=(1,))


def a_virtual_tpm_is_denied_unless_its_profile_says_otherwise():
    words = {"maker": "host", "manufacturer": "id:564D5700", "version": "id:00020065"}
    serial = SCENE.device()
    refused(SCENE.enroll(serial, **words), "TPM_VIRTUAL_DENIED", "0x801C0003")
    tap.equal(SCENE.row(serial, "refused")["TpmClass"], "virtual")
    SCENE.assay("profile", "add", "vms", "--virtual", "allow", "--attestation", "preferred")
    tap.equal(SCENE.enroll(SCENE.device("vms"), **words)["fault"], "")
    SCENE.assay("profile", "add", "office", "--virtual", "vms")
    serial = SCENE.device("office")
    tap.equal(SCENE.enroll(serial, **words)["fault"], "")
    tap.equal(SCENE.row(serial, "enrolled")["TpmClass"], "virtual")
    SCENE.assay("profile", "set", SCENE.profile("vms"), "--virtual", "deny", "--attestation", "required")
    refused(SCENE.enroll(SCENE.device("vms"), **words), "TPM_VIRTUAL_DENIED", "0x801C0003")
    for noun in (("device", "list"), ("report",)):
        tap.check("medium, virtual" in SCENE.assay(*noun), noun)


def a_folder_of_ek_hashes_as_ad_cs_keeps_it_registers_each():
    folder = SCENE.path("ekpub")
    os.makedirs(folder)
    keys = SCENE.path("listed")
    listed = SCENE.program("assay-sim", "registrations", "--keys", keys).strip()
    for name in (listed.upper(), "ab" * 32, "readme.txt"):
        with open(os.path.join(folder, name), "w", encoding="ascii"):
            pass
    tap.check("2 imported, 0 present already, 1 no hash" in SCENE.assay("registration", "import-ekpub", folder), "counts")
    tap.check("0 imported, 2 present already" in SCENE.assay("registration", "import-ekpub", folder), "counts again")
    (report,) = SCENE.devices_of("--no-certificate", "--keys", keys)
    tap.equal(report["fault"], "")


TESTS = [
    h101_unpatched_firmware_is_refused_with_the_fixed_version_and_the_makers_page,
    h101_twin_patched_firmware_enrols,
    firmware_that_only_the_ek_certificate_names_is_refused_until_a_signed_version_says_fixed,
    keys_made_before_the_fix_are_refused_and_new_ones_enrol,
    a_row_takes_effect_without_a_restart_and_so_does_its_end,
    what_is_exported_imports_as_the_same_list,
    the_list_that_comes_with_the_product_imports_over_any_other,
    a_file_or_a_row_with_a_mistake_is_refused_by_line_or_field,
    a_virtual_tpm_is_denied_unless_its_profile_says_otherwise,
    a_folder_of_ek_hashes_as_ad_cs_keeps_it_registers_each,
]


def main():
    global SCENE
    with tempfile.TemporaryDirectory() as folder, Assayd(BUILD, folder) as server:
        SCENE = Scene(server, folder)
        SCENE.block()
        tap.run(tap.named(TESTS))


main()
