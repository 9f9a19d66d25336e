"""This build beside an earlier one (--base FILE): the same work in the same rounds, and the ratios of their figures."""
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import BENCH, CIS, SHARED, run, say, spread
from servers import Servers
from worker import Worker, drain_once, upload_small_files

SETS = f"{SHARED}/data/accuracy"
SCANNED_PAGES = "1-4"
SHORT_RUNS = 20
IDLE_SECONDS = 5


def against(options):
    # The servers are to end with this program, however it ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sides = {"base": options.base, "this": CIS}
    for name, program in sides.items():
        version = subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout
        print(f"{name}: {version.splitlines()[0]}")
    print("\n| CPU seconds, unless said | base | this | this / base |\n|---|---|---|---|", flush=True)
    for title, runs, arguments in commands():
        compare(title, options.rounds, sides, lambda program: cpu_of(program, arguments, runs))
    for name in sorted(os.listdir(SETS)):
        compare(f"{name}, all pages", 1, sides, lambda program: read_set(program, f"{SETS}/{name}/img"))
    through_queues(options.rounds, sides)


def commands():
    """What is run start to end: its title, how often for a figure, and its arguments."""
    one = ["ocr", "--engines", "1"]
    return [
        (f"scan50.pdf, pages {SCANNED_PAGES}", 1, [*one, "--pages", SCANNED_PAGES, f"{BENCH}/scan50.pdf"]),
        ("born5.pdf", SHORT_RUNS, [*one, f"{BENCH}/born5.pdf"]),
        ("born5.pdf, forty times in a run", 1, [*one, *[f"{BENCH}/born5.pdf"] * 40]),
        ("version", SHORT_RUNS, ["version"]),
    ]


def cpu_of(program, arguments, runs):
    return statistics.median(run([program, *arguments])[1] for _ in range(runs))


def compare(title, rounds, sides, measure, digits=4):
    """A row: what both sides took in each round, and the ratio of each round."""
    found = {name: [] for name in sides}
    for i in range(rounds):
        for name, program in sides.items():
            found[name].append(measure(program))
        say(f"round {i + 1}: {title}: {found['base'][-1]:.{digits}f}, {found['this'][-1]:.{digits}f}")
    row(title, found, digits)


def row(title, found, digits=4):
    ratios = [this / base for base, this in zip(found["base"], found["this"])]
    print(
        f"| {title} | {spread(found['base'], digits)} | {spread(found['this'], digits)} | {spread(ratios, 3)} |",
        flush=True,
    )


def read_set(program, folder):
    """Pages as images, so that no text layer is taken."""
    with tempfile.TemporaryDirectory() as output:
        return run([program, "ocr", "--engines", "1", folder, "-o", output + "/"])[1]


def through_queues(rounds, sides):
    """Small born-digital PDFs between real servers, and a worker that waits for a message."""
    with Servers() as servers:
        texts = upload_small_files(servers)
        for program in sides.values():
            drain_once(servers, texts, program=program)  # the servers' compilers warm up
        drains = {name: [] for name in sides}
        for i in range(rounds):
            for name, program in sides.items():
                drains[name].append(drain_once(servers, texts, program=program))
                result = drains[name][-1]
                say(f"round {i + 1}: {name}: {result['files/s']:.0f} files/s, {result['cis']:.2f} ms a file")
        row("a 50 KB PDF in the worker, ms", {n: [d["cis"] for d in found] for n, found in drains.items()})
        row("the same, files/s", {n: [d["files/s"] for d in found] for n, found in drains.items()}, 0)
        compare("idle worker, MB of RSS with its children", 1, sides, lambda program: idle_memory(servers, program), 1)


def idle_memory(servers, program):
    """Before its first page."""
    worker = Worker(servers, program=program)
    while not worker.metrics():
        time.sleep(0.1)
    time.sleep(IDLE_SECONDS)
    resident = sum(resident_bytes(pid) for pid in family_of(worker.process.pid)) / 1e6
    worker.stop()
    return resident


def family_of(pid):
    """A process and what it has started."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        children = [int(child) for child in f.read().split()]
    return [pid, *(member for child in children for member in family_of(child))]


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
