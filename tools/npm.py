"""Installs npm packages for demo and tests: those of a folder's lock file, into the build folder."""
import fcntl
import os
import shutil
import subprocess


def install(source, place):
    """Puts packages and scripts of the folder `source` into `place` unless they are there; raises OSError with a reason.

    Tests that run beside each other may want the same: the second waits until the first has them."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        raise OSError(f"there is no {' and no '.join(missing)}")
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, ".installing"), "w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        put(source, place)
    return place


def put(source, place):
    lock = os.path.join(place, "package-lock.json")
    wanted = read(os.path.join(source, "package-lock.json"))
    for name in os.listdir(source):
        if name.endswith(".mjs"):
            shutil.copy(os.path.join(source, name), place)
    if os.path.exists(lock) and read(lock) == wanted:
        return
    shutil.copy(os.path.join(source, "package.json"), place)
    with open(lock + ".new", "w", encoding="utf-8") as f:
        f.write(wanted)
    os.replace(lock + ".new", lock)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"], cwd=place, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        os.unlink(lock)
        raise OSError(f"npm ci failed: {done.stderr.strip()[-400:]}")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()
