"""What all benchmarks share: where things are, how a command is run, how figures are written."""
import os
import resource
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("CIS_SHARED", os.path.join(ROOT, "..", "shared"))
CIS = os.path.join(ROOT, "dist", "cis")
BENCH = os.path.join(SHARED, "data", "bench")
CORES = os.cpu_count() or 1


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        info = dict(line.split(":", 1) for line in f if ":" in line)
    fields = {k.strip(): v.strip() for k, v in info.items()}
    features = [x for x in ("avx2", "avx_vnni", "avx512f", "avx512_vnni") if x in fields["flags"].split()]
    model = f"{fields['model name']} (family {fields['cpu family']}, model {fields['model']})"
    return f"{model}, {CORES} cores, {' '.join(features)}"


def spread(values, digits=2):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def run(command, env=None, folder=None):
    """Runs a command to its end: (wall seconds, CPU seconds)."""
    before = children_cpu()
    start = time.monotonic()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        cwd=folder,
    )
    wall = time.monotonic() - start
    return wall, children_cpu() - before


def children_cpu():
    """CPU seconds of all processes that were waited for, to the microsecond: os.times() counts in hundredths."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def resident(command, parts, every=0.02):
    """Runs a command to its end: the median of its resident memory in MB in each of so many parts of the time."""
    samples, page = [], os.sysconf("SC_PAGE_SIZE") / 1e6
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with open(f"/proc/{process.pid}/statm", encoding="ascii") as f:
                samples.append(int(f.read().split()[1]) * page)
            time.sleep(every)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    edges = [len(samples) * i // parts for i in range(parts + 1)]
    return [statistics.median(samples[a:b]) for a, b in zip(edges, edges[1:])]
