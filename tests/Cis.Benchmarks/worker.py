"""cis worker between real servers on this machine: how fast, for how much CPU, how fair, how quiet when idle."""
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from datetime import datetime

from measuring import BENCH, CIS, CORES, say, spread
from pdf_file import pdf_of_objects
from servers import BUCKET, Servers, cpu_seconds, free_port

FILES = 1000
FILE_BYTES = 50 << 10
SCANS = 20
SMALL_AMONG_SCANS = 200
FAR_MS = 100
PACED_SECONDS = 20
IDLE_SECONDS = 60

# The number of a log event, which is part of the worker's interface.
FILE_ENDED = 201


def worker(options):
    # The servers are to end with this program, however it ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Servers() as servers:
        texts = upload_small_files(servers)
        scans = upload_scans(servers)
        small_files(servers, texts, options)
        engines_at_work(servers, scans)
        small_among_scans(servers, list(texts)[:SMALL_AMONG_SCANS], scans, options)
        idle(servers)


# ---- files ---------------------------------------------------------------------------------------------------------


def upload_small_files(servers):
    """Puts the PDFs into the store: the text of each, by its key."""
    say(f"making {FILES} PDFs of {FILE_BYTES >> 10} KB")
    texts = {}
    for number in range(FILES):
        key = f"small/{number:04d}.pdf"
        lines = page_lines(number)
        servers.put(key, born_digital_pdf(lines, number))
        texts[key] = " ".join(lines)
    return texts


def page_lines(number):
    """45 lines that no other file has."""
    words = random.Random(number)
    syllables = ["ka", "ri", "to", "men", "sol", "ve", "lan", "du", "pi", "nor", "es", "ta"]
    lines = [f"Document number {number}"]
    for _ in range(44):
        lines.append(" ".join("".join(words.choices(syllables, k=words.randint(1, 4))) for _ in range(10)))
    return lines


def born_digital_pdf(lines, seed):
    """A page of text, and a stream that brings the file to its size, as an embedded font would."""
    page = "BT /F1 10 Tf 50 790 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    content = zlib.compress(page.encode())
    filler = random.Random(seed).randbytes(FILE_BYTES - len(content) - 900)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(filler), filler),
    ]
    return pdf_of_objects(objects)


def upload_scans(servers):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdfseparate", "-l", str(SCANS), f"{BENCH}/scan50.pdf", f"{folder}/%02d.pdf"], check=True)
        keys = []
        for name in sorted(os.listdir(folder)):
            keys.append(f"scans/{name}")
            with open(f"{folder}/{name}", "rb") as f:
                servers.put(keys[-1], f.read())
        return keys


# ---- a worker ------------------------------------------------------------------------------------------------------


class Worker:
    """A running cis worker, and what it logs."""

    def __init__(self, servers, *flags, through_proxy=False, scratch="/dev/shm", program=CIS):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.metrics_port = free_port()
        command = [
            program,
            "worker",
            "--log-format",
            "json",
            "--metrics-port",
            str(self.metrics_port),
            "--scratch-directory",
            scratch,
            *flags,
        ]
        self.started = time.time()
        self.process = subprocess.Popen(command, env=servers.environment(through_proxy), stderr=self.log)
        servers.clients.append(self.process)

    def events(self, number):
        """The log's events of one kind: the time of each and its values."""
        with open(self.log.name, encoding="utf-8") as f:
            lines = [json.loads(line) for line in f if line.endswith("\n")]
        return [(datetime.fromisoformat(line["time"]).timestamp(), line) for line in lines if line["event"] == number]

    def metrics(self):
        """The metrics without labels, by name; none while the worker does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as answer:
                lines = [
                    line.split() for line in answer.read().decode().splitlines() if line[0] != "#" and "{" not in line
                ]
        except OSError:
            return {}
        return {name: float(value) for name, value in lines}

    def indexed(self, since=0.0):
        """When each file was in the index, by its key."""
        ended = [(at, line) for at, line in self.events(FILE_ENDED) if at >= since and line["outcome"] == "ok"]
        return {line["file"].removeprefix(BUCKET + "/"): at for at, line in ended}

    def wait_for(self, sent):
        """Waits until files are in the index: how long each took from its message's sending."""
        while True:
            indexed = self.indexed(min(sent.values()))
            if sent.keys() <= indexed.keys():
                return {key: indexed[key] - at for key, at in sent.items()}
            if self.process.poll() is not None:
                raise SystemExit(f"the worker ended with {self.process.returncode}")
            time.sleep(0.25)

    def wait(self):
        """Waits for its end: the CPU seconds it took."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if status != 0:
            raise SystemExit(f"the worker ended with status {status}")
        return usage.ru_utime + usage.ru_stime

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()


def check(servers, texts):
    """Every file is in the index with its text, and nothing is left in the queue."""
    found = servers.texts()
    wrong = [key for key, text in texts.items() if found.get(key, "").split() != text.split()]
    left = servers.messages_left()
    if wrong or left or len(found) != len(texts):
        raise SystemExit(
            f"{len(wrong)} wrong or missing ({wrong[:3]}), {len(found)} documents of {len(texts)}, {left} messages left"
        )


# ---- sections ------------------------------------------------------------------------------------------------------


def small_files(servers, texts, options):
    """The same files from a store next door and from one that takes a while to answer."""
    rows = {"store on this machine": [], f"the same, {FAR_MS} ms away": []}
    drain_once(servers, texts)  # the servers' compilers warm up
    for i in range(options.rounds):
        for name, delay in zip(rows, (0, FAR_MS)):
            servers.delay_store(delay)
            rows[name].append(drain_once(servers, texts, through_proxy=delay > 0))
            result = rows[name][-1]
            say(f"round {i + 1}: {name}: {result['files/s']:.0f} files/s, {result['cis']:.2f} ms of CPU a file")
    print(
        f"\n| {FILES} one-page born-digital PDFs of {FILE_BYTES >> 10} KB | files/s | CPU ms a file: cis | "
        "OpenSearch | SQS | S3 | proxy |\n|---|---|---|---|---|---|---|"
    )
    for name, results in rows.items():
        figures = [
            spread([r[k] for r in results], 1) for k in ("files/s", "cis", "opensearch", "elasticmq", "s3", "toxiproxy")
        ]
        print(f"| {name} | {' | '.join(figures)} |", flush=True)


def drain_once(servers, texts, through_proxy=False, program=CIS):
    """One queue full of files, from the start of a worker to its end: files a second, CPU of everybody."""
    servers.renew_index()
    servers.send(list(texts))
    before = [server.cpu() for server in servers.all()]
    worker = Worker(servers, "--exit-when-idle", "1", through_proxy=through_proxy, program=program)
    cpu = worker.wait()
    used = [server.cpu() - b for server, b in zip(servers.all(), before)]
    check(servers, texts)
    last = max(worker.indexed().values())
    result = {server.name: u * 1000 / len(texts) for server, u in zip(servers.all(), used)}
    return {**result, "cis": cpu * 1000 / len(texts), "files/s": len(texts) / (last - worker.started)}


def engines_at_work(servers, scans):
    """How busy engines are while there are messages that wait for one."""
    print(f"\n| {SCANS} scanned pages, each a file | engines busy | CPU s a page |\n|---|---|---|")
    for engines in sorted({1, CORES}):
        servers.renew_index()
        servers.send(scans)
        worker = Worker(servers, "--exit-when-idle", "1", "--engines", str(engines))
        busy = []
        while len(worker.indexed()) < len(scans):
            time.sleep(0.05)
            metrics = worker.metrics()
            if metrics.get("cis_messages_waiting", 0) > 0 and metrics["cis_pages_read_total"] > 0:
                busy.append(metrics["cis_engines_busy"] / engines)
        cpu = worker.wait()
        print(
            f"| {engines} engine{'s' * (engines > 1)} | {statistics.mean(busy) * 100:.1f} % | {cpu / len(scans):.2f} |",
            flush=True,
        )


def small_among_scans(servers, small, scans, options):
    """How long small files take from their message's sending to the index: alone, and when scans came with them."""
    mixed = random.Random(0).sample(small + scans, len(small) + len(scans))
    print(
        f"\n| {len(small)} small files, s from sent to indexed, 95 % of them | alone | among {len(scans)} scans "
        "| ratio |\n|---|---|---|---|"
    )
    for engines in sorted({1, CORES}):
        servers.renew_index()
        worker = Worker(servers, "--engines", str(engines))
        worker.wait_for(servers.send(scans[:engines]))  # models are loaded
        name = f"{engines} engine{'s' * (engines > 1)}"
        compare(f"all at once, {name}", worker, servers.send, small, mixed, min(2, options.rounds))
        if engines == max(1, CORES - 1):  # the default
            compare(f"over {PACED_SECONDS} s, {name}", worker, lambda keys: send_slowly(servers, keys), small, mixed, 1)
        worker.stop()


def compare(name, worker, send, small, mixed, rounds):
    alone, among = [], []
    for _ in range(rounds):
        alone.append(p95(worker.wait_for(send(small)).values()))
        latencies = worker.wait_for(send(mixed))
        among.append(p95(latencies[key] for key in small))
        say(f"{name}: {alone[-1]:.2f} s alone, {among[-1]:.2f} s among scans")
    ratios = [b / a for a, b in zip(alone, among)]
    print(f"| {name} | {spread(alone)} | {spread(among)} | {spread(ratios, 1)} |", flush=True)


def send_slowly(servers, keys):
    sent, start = {}, time.monotonic()
    for i in range(0, len(keys), 10):
        time.sleep(max(0, start + PACED_SECONDS * i / len(keys) - time.monotonic()))
        sent.update(servers.send(keys[i : i + 10]))
    return sent


def p95(values):
    return statistics.quantiles(values, n=20)[-1]


def idle(servers):
    """A worker that waits for its first message."""
    worker = Worker(servers)
    time.sleep(5)
    before, start = cpu_seconds(worker.process.pid), time.monotonic()
    time.sleep(IDLE_SECONDS)
    share = (cpu_seconds(worker.process.pid) - before) / (time.monotonic() - start)
    memory = rollup(worker.process.pid)
    worker.stop()
    print("\n| idle worker, before the first page | |\n|---|---|")
    print(f"| CPU over {IDLE_SECONDS} s | {share * 100:.2f} % of a core |")
    print(f"| RSS | {memory['Rss']:.1f} MB |\n| PSS | {memory['Pss']:.1f} MB |")
    print(f"| private | {memory['Private_Clean'] + memory['Private_Dirty']:.1f} MB |", flush=True)


def rollup(pid):
    """Sums over all mappings of a process, in MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as f:
        rows = [line.split() for line in f.readlines()[1:]]
    return {row[0].rstrip(":"): int(row[1]) / 1000 for row in rows}
