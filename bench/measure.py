"""What benches read of machine and server: CPU of its roles by the kernel's count, and memory."""
import os
import re


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
        models = re.findall(r"^model name\s*:\s*(.*)$", f.read(), re.M)
    return f"{models[0] if models else 'unknown processor'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"


def cpu_ns(pid):
    """Nanoseconds that all threads of a process have run."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as f:
            total += int(f.read().split()[0])
    return total


def ended_ns(pid):
    """Nanoseconds that the ended children of a process have run: verifiers are replaced after some requests."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * 10**9 // os.sysconf("SC_CLK_TCK")


def smaps(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return dict(re.findall(r"^(\w+):\s+(\d+) kB$", f.read(), re.M))


def memory_kib(pid):
    """(its share, all that it has mapped and touched): Pss and Rss."""
    rows = smaps(pid)
    return int(rows["Pss"]), int(rows["Rss"])


def own_kib(pid):
    """Of nobody's file: what the kernel cannot take back."""
    return int(smaps(pid)["Anonymous"])


def cpu_by_process(server):
    found = {(row["role"].split()[0], row["pid"]): cpu_ns(row["pid"]) for row in server.status()}
    found[("ended", server.process.pid)] = ended_ns(server.process.pid)
    return found


def cpu_by_role(before, after):
    """Sum over each role's processes; what one had run before and has ended since is not counted twice."""
    roles = {}
    for (role, pid), ns in after.items():
        roles[role] = roles.get(role, 0) + ns - before.get((role, pid), 0)
    roles["ended"] -= sum(ns for process, ns in before.items() if process not in after)
    return {role: ns for role, ns in roles.items() if ns > 0}
