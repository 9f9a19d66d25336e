"""A long life of one worker: many pages of changing sizes and types, with its servers killed on the way."""
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time

from measuring import ROOT, cpu_name, say
from servers import Servers
from soak_chart import draw
from soak_documents import Documents
from worker import Worker, rollup

PAGES = 20_000
MINUTES = 120
ENGINES = 2
WARM = 500  # pages after which nothing is to grow any more
OUTSTANDING = 120  # files that are sent and not yet ended
SAMPLE_SECONDS = 2
DOWN_SECONDS = 8
RESTED_SECONDS = 40  # a process that parses ends after 30 s without a document
MOST_GROWTH = 0.05
OUT = os.path.join(ROOT, "artifacts", "bench")

# What is counted, and by how much it may differ at rest. At work it follows the pace: each download has its connection
# and its file, and the pool its threads.
COUNTS = {"fds": 3, "threads": 4, "memfds": 0, "children": 0, "scratch files": 0}


def soak(options):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are to end with this program, however it ends
    say("soak: between the real servers of ../shared/servers: OpenSearch, ElasticMQ (SQS), versitygw (S3)")
    with Servers() as servers:
        servers.renew_index()
        scratch = tempfile.mkdtemp(prefix="cis-soak-", dir="/dev/shm")
        try:
            run = Run(servers, scratch, options.pages or PAGES, (options.minutes or MINUTES) * 60)
            run.go()
            report(run)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


class Run:
    """One worker from its first page to its last, and what was seen of it."""

    def __init__(self, servers, scratch, pages, seconds):
        self.servers, self.scratch, self.target = servers, scratch, pages
        self.documents, self.sent, self.sent_pages = Documents(), {}, 0
        self.samples, self.marks, self.rest, self.failures = [], [], {}, []
        self.started, self.seconds = time.time(), seconds
        self.worker = None
        self.done = threading.Event()

    def go(self):
        # The first pages wait for the worker, so that it has seen its full pace when they are done.
        while self.sent_pages < min(self.target, WARM):
            self._send(10)
        self.worker = Worker(self.servers, "--engines", str(ENGINES), scratch=self.scratch)
        sampler = threading.Thread(target=self._watch, daemon=True)
        sampler.start()
        try:
            self._come_to_rest("after the first pages")
            self._feed(self.target // 2, self.seconds / 2)
            self._kill_servers()
            self._feed(self.target, self.seconds)
            self._come_to_rest("at the end")
        finally:
            self.done.set()
            sampler.join()
        self._account()
        self.worker.stop()

    # Files, as many at a time as keep both engines busy.

    def _feed(self, pages, seconds):
        while self.sent_pages < pages and time.time() < self.started + seconds:
            self._wait(lambda: self._unsettled() < OUTSTANDING)
            self._send(10)

    def _send(self, count):
        self.servers.send([self._lay(len(self.sent)) for _ in range(count)])

    def _lay(self, number):
        document = self.documents.make(number)
        if document.body is not None:
            self.servers.put(document.key, document.body)
        self.sent_pages += document.pages
        document.body = None
        self.sent[document.key] = document
        return document.key

    def _unsettled(self):
        metrics = self.worker.metrics()
        return len(self.sent) - metrics.get("cis_messages_deleted_total", 0) if metrics else OUTSTANDING

    def _wait(self, condition):
        deadline = time.monotonic() + 900
        while not condition():
            if self.worker.process.poll() is not None:
                raise SystemExit(f"the worker ended with {self.worker.process.returncode}")
            if time.monotonic() > deadline:
                raise SystemExit(f"nothing goes on: {self._unsettled():.0f} files are not settled")
            time.sleep(0.1)

    def _come_to_rest(self, name):
        self._wait(lambda: self._unsettled() <= 0 and self.servers.messages_left() == 0)
        time.sleep(RESTED_SECONDS)
        self.rest[name] = self._look()

    def _kill_servers(self):
        """OpenSearch, then S3, each in the middle of work, on the folders that they leave behind."""
        for server in (self.servers.index, self.servers.store):
            pages = self.worker.metrics().get("cis_pages_read_total", 0)
            say(f"killing {server.name} after {pages:.0f} pages")
            self._send(40)
            server.kill()
            time.sleep(DOWN_SECONDS)
            server.start()
            server.wait_until_ready()
            self.marks.append((pages, f"{server.name} killed"))
            say(f"{server.name} is back")
            self._wait(lambda: self._unsettled() < OUTSTANDING)

    # What is seen of it.

    def _watch(self):
        while not self.done.wait(SAMPLE_SECONDS):
            if (sample := self._look()) is None:
                continue
            self.samples.append(sample)
            if len(self.samples) % 5 == 0:
                say(
                    f"{sample['seconds']:5.0f} s: {sample['pages']:.0f} of {self.target} pages, "
                    f"{len(self.sent)} files sent; RSS {sample['rss']:.1f} MB ({sample['anonymous']:.1f} anonymous), "
                    f"all PSS {sample['pss all']:.1f} MB, {sample['fds']} fds, "
                    f"{sample['threads']} threads, {sample['children']} children"
                )

    def _look(self):
        metrics = self.worker.metrics()
        try:
            return (
                metrics
                and {
                    "seconds": time.time() - self.started,
                    "pages": metrics["cis_pages_read_total"],
                    **look(self.worker.process.pid),
                    **size_of(self.scratch),
                }
                or None
            )
        except OSError:
            return None  # a process that parses has ended while it was looked at

    # What became of the files.

    def _account(self):
        texts, dead = self.servers.texts(), self.servers.dead_letters()
        for key, document in self.sent.items():
            found = "indexed" if key in texts else dead.get(key, ("lost", ""))[0]
            if found != document.outcome or (key in texts and key in dead):
                self.failures.append(f"{key}: {found} {dead.get(key, '')}, expected {document.outcome}")
            elif not all(words in texts[key] for words in document.words):
                self.failures.append(f"{key}: its text is not what was put into it")
        self.failures += [f"{key}: in the index, and never sent" for key in texts.keys() - self.sent.keys()]
        self.outcomes = {"indexed": len(texts)}
        for outcome, _ in dead.values():
            self.outcomes[str(outcome)] = self.outcomes.get(str(outcome), 0) + 1


def look(pid):
    """The process and those that it has started."""
    children = [
        int(child)
        for task in os.listdir(f"/proc/{pid}/task")
        for child in words_of(f"/proc/{pid}/task/{task}/children")
    ]
    own, theirs = rollup(pid), [rollup(child) for child in children]
    links = links_of(pid)
    return {
        "rss": own["Rss"],
        "anonymous": own["Anonymous"],
        "pss": own["Pss"],
        "pss all": own["Pss"] + sum(memory["Pss"] for memory in theirs),
        "rss of children": sum(memory["Rss"] for memory in theirs),
        "fds": len(links),
        "memfds": sum("memfd:" in link for link in links),
        "threads": len(os.listdir(f"/proc/{pid}/task")),
        "children": len(children),
    }


def words_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read().split()


def links_of(pid):
    links = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            links.append(os.readlink(f"/proc/{pid}/fd/{number}"))
        except FileNotFoundError:
            pass  # closed meanwhile
    return links


def size_of(folder):
    files = sizes = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                sizes += os.path.getsize(os.path.join(place, name))
                files += 1
            except FileNotFoundError:
                pass  # a file that is done with
    return {"scratch files": files, "scratch MB": sizes / 1e6}


# ---- the report ----------------------------------------------------------------------------------------------------


def report(run):
    first, last = windows(run.samples)
    rows = [
        (name, middle(first, name), middle(last, name))
        for name in ("rss", "anonymous", "pss all", "rss of children", "scratch MB", *COUNTS)
    ]
    failures = run.failures + grown(rows) + differing(*run.rest.values())
    pages = run.samples[-1]["pages"]
    minutes = (run.samples[-1]["seconds"] - run.samples[0]["seconds"]) / 60
    print(
        f"\n{pages:.0f} pages of {len(run.sent)} files in {minutes:.1f} minutes, {ENGINES} engines. Of the files: "
        + ", ".join(f"{n} {o}" for o, n in run.outcomes.items())
    )
    print(
        f"\n| at work, median over pages | pages {WARM} to {WARM + pages / 10:.0f} | the last tenth | |"
        "\n|---|---|---|---|"
    )
    for name, a, b in rows:
        print(f"| {name} | {a:.1f} | {b:.1f} | {(b / a - 1) * 100 if a else 0:+.1f} % |")
    print(f"\n| at rest | {' | '.join(run.rest)} |\n|---|{'---|' * len(run.rest)}")
    for name in ("rss", "anonymous", "pss all", *COUNTS):
        print(f"| {name} | {' | '.join(f'{rest[name]:.1f}' for rest in run.rest.values())} |")
    write(run, failures)
    if failures:
        print("\nFails:\n" + "\n".join(f"- {failure}" for failure in failures[:40]))
        raise SystemExit(1)
    print("\nAll is accounted for, and nothing has grown.", flush=True)


def windows(samples):
    """The samples of as many pages after the warm-up as the last tenth has, and of the last tenth."""
    end = samples[-1]["pages"]
    return [s for s in samples if WARM <= s["pages"] < WARM + end / 10], [s for s in samples if s["pages"] >= end * 0.9]


def middle(window, name):
    """The median over pages: a sample counts for as many as are done until the next."""
    weighed = sorted((s[name], after["pages"] - s["pages"]) for s, after in zip(window, window[1:]))
    half, so_far = sum(pages for _, pages in weighed) / 2, 0
    for value, pages in weighed:
        so_far += pages
        if so_far >= half:
            return value
    raise SystemExit("too few pages for a soak")


def grown(rows):
    return [
        f"{name} has grown from {a:.1f} to {b:.1f} MB"
        for name, a, b in rows
        if name in ("rss", "pss all") and b > a * (1 + MOST_GROWTH)
    ]


def differing(early, late):
    return [
        f"at rest there were {early[name]} {name}, and {late[name]} at the end"
        for name, least in COUNTS.items()
        if abs(late[name] - early[name]) > least
    ]


def write(run, failures):
    os.makedirs(OUT, exist_ok=True)
    figures = {
        "cpu": cpu_name(),
        "date": time.strftime("%Y-%m-%d"),
        "files": len(run.sent),
        "outcomes": run.outcomes,
        "marks": run.marks,
        "rest": run.rest,
        "failures": failures,
        "samples": run.samples,
    }
    with open(f"{OUT}/soak.json", "w", encoding="utf-8") as f:
        json.dump(figures, f, indent=1)
    with open(f"{OUT}/soak.svg", "w", encoding="utf-8") as f:
        f.write(chart(run))


def chart(run):
    thin = run.samples[:: max(1, len(run.samples) // 400)]

    def line(name):
        return [(s["pages"], s[name]) for s in thin]

    panels = [
        ("memory, MB", {"RSS of cis": line("rss"), "PSS of all": line("pss all")}),
        ("open descriptors", {"all": line("fds"), "memfds": line("memfds")}),
        ("threads and processes", {"threads": line("threads"), "that parse": line("children")}),
        ("files on scratch", {"files": line("scratch files")}),
    ]
    return draw(f"cis worker over {run.samples[-1]['pages']:,.0f} pages", panels, run.marks)
