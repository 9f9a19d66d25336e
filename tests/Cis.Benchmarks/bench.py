#!/usr/bin/env python3
"""Measures dist/cis beside the worker it replaces and beside the stock models, and prints the tables of
docs/comparison.md.

usage: bench.py [--rounds N] [--pages N] [--minutes N] [--base FILE] [SECTION...]
sections: start speed stock memory born accuracy widths worker (all); soak [--minutes N] and against --base FILE, an
earlier build's dist/cis, only where they are named

Both sides of a comparison run in the same rounds, one after the other; a figure is the median of the rounds with the
smallest and the largest behind it. The data and the old worker are in ../shared (or $CIS_SHARED); sections that need
what is missing are left out, and that is said. Progress goes to standard error, the tables to standard output."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from against import SETS, against
from measuring import BENCH, CIS, CORES, ROOT, SHARED, cpu_name, resident, run, say, spread
from servers import FOLDER as SERVERS
from soak import soak
from worker import worker

PEERS = os.path.join(SHARED, "peers")
SPEED_PAGES = 10


def measure(command, env=None):
    """Runs a command under the peers' measure.py: its JSON."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [sys.executable, f"{PEERS}/measure.py", out.name, *command],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )
        return json.load(open(out.name, encoding="utf-8"))


def first_pages(pdf, count, folder):
    """A PDF of a document's first pages, so that a round takes a minute and not ten."""
    subprocess.run(["pdfseparate", "-f", "1", "-l", str(count), pdf, f"{folder}/p%03d.pdf"], check=True)
    target = f"{folder}/first{count}.pdf"
    subprocess.run(
        ["pdfunite", *sorted(f"{folder}/{f}" for f in os.listdir(folder) if f.startswith("p")), target], check=True
    )
    return target


def old_worker(pdf, folder):
    return [
        sys.executable,
        f"{PEERS}/old_worker.py",
        "--out",
        folder,
        "--workers",
        str(CORES),
        "--oem",
        "1",
        "--par",
        "pages",
        pdf,
    ]


def start(options):
    program = f"{ROOT}/artifacts/bench/empty/bin/publish/empty"
    if not os.path.exists(program):
        build_empty_program(os.path.dirname(os.path.dirname(os.path.dirname(program))))
    empty, version = [], []
    for _ in range(20):
        empty.append(run([program])[0] * 1000)
        version.append(run([CIS, "version"])[0] * 1000)
    print("\n| start, ms | |\n|---|---|")
    print(f"| an empty AOT program | {spread(empty, 1)} |")
    print(f"| `cis version` | {spread(version, 1)} |")


def build_empty_program(folder):
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/Program.cs", "w", encoding="utf-8") as f:
        f.write("return 0;\n")
    with open(f"{folder}/empty.csproj", "w", encoding="utf-8") as f:
        f.write(
            '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
            '<TargetFramework>net10.0</TargetFramework>'
            "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>"
            "<ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>"
        )
    for name in ("Directory.Build.props", "Directory.Packages.props"):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as f:
            f.write("<Project />")
    run(["dotnet", "publish", "-c", "Release", "-r", "linux-x64", "-o", "bin/publish"], folder=folder)


def speed(options):
    """cis against the old worker on the same scanned pages, as many engines as worker processes."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = first_pages(f"{BENCH}/scan50.pdf", options.pages or SPEED_PAGES, folder)
        runs = {
            "cis": ([CIS, "ocr", "--engines", str(CORES), pdf], {}),
            **{
                f"cis, kernels {kernels}": ([CIS, "ocr", "--kernels", kernels, "--engines", str(CORES), pdf], {})
                for kernels in ("avx512", "avxvnni", "avx2", "off")
            },
            "old worker, OMP_THREAD_LIMIT=1": (old_worker(pdf, f"{folder}/out"), {"OMP_THREAD_LIMIT": "1"}),
            "old worker, as written": (old_worker(pdf, f"{folder}/out"), {}),
        }
        walls, cpus = {k: [] for k in runs}, {k: [] for k in runs}
        for i in range(options.rounds):
            for name, (command, env) in runs.items():
                if name == "old worker, as written" and i > 0 and max(walls[name]) > 240:
                    continue
                wall, cpu = run(command, env)
                say(f"round {i + 1}: {name}: {wall:.1f} s")
                walls[name].append(wall)
                cpus[name].append(cpu)
    pages = options.pages or SPEED_PAGES
    print(
        f"\n| {pages} scanned pages, {CORES} engines or processes | pages/s | CPU s a page | speed against the row |"
        "\n|---|---|---|---|"
    )
    for name in runs:
        ratios = [w / c for w, c in zip(walls[name], walls["cis"])]
        speeds, costs = spread([pages / w for w in walls[name]]), spread([c / pages for c in cpus[name]])
        print(f"| {name} | {speeds} | {costs} | {spread(ratios)}x |")


def stock(options):
    """The same pages through the models as they come, with ONNX Runtime's defaults (one thread), and through ours."""
    family = stock_family(f"{ROOT}/artifacts/bench/stock")
    program = f"{ROOT}/tests/Cis.Benchmarks/bin/Release/net10.0/Cis.Benchmarks"
    runs = {
        "stock graphs, ONNX Runtime's defaults": [family, "--stock"],
        "compiled graphs": [f"{ROOT}/artifacts/models/v6", "--no-kernels"],
        "compiled graphs, kernels": [f"{ROOT}/artifacts/models/v6"],
    }
    seconds = {k: [] for k in runs}
    for i in range(options.rounds):
        for name, arguments in runs.items():
            output = subprocess.run(
                [program, "pages", f"{BENCH}/scan3_200.pdf", *arguments], check=True, capture_output=True, text=True
            ).stdout
            seconds[name].append(float(output))
            say(f"round {i + 1}: {name}: {output.strip()} s a page")
    print("\n| one thread, scan3_200.pdf | CPU s a page | speed-up |\n|---|---|---|")
    base = seconds["stock graphs, ONNX Runtime's defaults"]
    for name in runs:
        print(f"| {name} | {spread(seconds[name])} | {spread([b / s for b, s in zip(base, seconds[name])])}x |")


def stock_family(folder):
    source, compiled = f"{ROOT}/artifacts/models-src/v6", f"{ROOT}/artifacts/models/v6"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file, target in (("PP-OCRv6_det_small.onnx", "det.onnx"), ("PP-OCRv6_rec_small.onnx", "rec.onnx")):
        shutil.copy(f"{source}/{file}", f"{folder}/{target}")
    with open(f"{folder}/rec.all.txt", "w", encoding="utf-8") as f:
        # The last class is the space that PaddleOCR appends.
        f.write(carried_dictionary(f"{folder}/rec.onnx") + "\n \n")
    ours = json.load(open(f"{compiled}/family.json", encoding="utf-8"))
    detector = {k: v for k, v in ours["detector"].items() if k in ("mean", "std")}
    head = {"name": "all", "languages": ["*"], "characters": "rec.all.txt"}
    recognizer = {"name": "stock", "backbone": "rec.onnx", "output": "probabilities", "heads": [head]}
    family = {
        "family": "PP-OCRv6 small, stock",
        "sha256": ours["sha256"],
        "detector": {"file": "det.onnx", **detector},
        "recognizers": [recognizer],
    }
    with open(f"{folder}/family.json", "w", encoding="utf-8") as f:
        json.dump(family, f)
    return folder


def carried_dictionary(model):
    """The characters in the order of the stock model's classes: the metadata entry "character" of an ONNX file."""
    data = open(model, "rb").read()
    at = data.rindex(b"\x0a\x09character\x12") + 12
    length = shift = 0
    while True:  # a protobuf varint
        byte, at = data[at], at + 1
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return data[at : at + length].decode("utf-8")


def memory(options):
    """Peak memory of the whole process tree on the 50-page scan, and on its first ten pages many times over."""
    pdf = f"{BENCH}/scan50.pdf"
    print("\n| memory, MB | peak RSS | peak PSS |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        tens = [shutil.copy(first_pages(pdf, 10, folder), f"{folder}/copy{i}.pdf") for i in range(10)]
        for name, documents in (
            ("pages 1-10", ["--pages", "1-10", pdf]),
            # As many pages of the same kinds as ten: what grows here grows with the number of pages.
            ("pages 1-10, five times over", tens[:5]),
            ("pages 1-10, ten times over", tens),
            # Page 20 is the first of small print, which is looked at closer.
            ("pages 1-20", ["--pages", "1-20", pdf]),
            ("50 pages", [pdf]),
        ):
            say(name)
            figures = [measure([CIS, "ocr", "--engines", "3", *documents]) for _ in range(options.rounds)]
            rss, pss = ([f[key] for f in figures] for key in ("peak_rss_mb", "peak_pss_mb"))
            print(f"| cis, 3 engines, {name} | {spread(rss, 0)} | {spread(pss, 0)} |", flush=True)
        say("pages 1-10, ten times over: through time")
        # A peak is the chance of many pages' phases that meet; the median is what is there between them.
        medians = resident([CIS, "ocr", "--engines", "3", *tens], parts=10)
        print("\n| median RSS, MB, of each tenth of a hundred pages |\n|---|")
        print(f"| {' '.join(f'{m:.0f}' for m in medians)} |")


def born(options):
    """A born-digital PDF of five pages, start to end."""
    pdf = f"{BENCH}/born5.pdf"
    walls = [run([CIS, "ocr", pdf])[0] * 1000 for _ in range(20)]
    old = [run(old_worker(pdf, tempfile.mkdtemp()), {"OMP_THREAD_LIMIT": "1"})[0] * 1000 for _ in range(3)]
    print("\n| born-digital PDF, 5 pages | ms in all |\n|---|---|")
    print(f"| cis | {spread(walls, 0)} |\n| old worker, OMP_THREAD_LIMIT=1 | {spread(old, 0)} |")


# Of ../shared/peers/README.md, measured there: CER / WER / bag F1, Japanese CER / median CER / bag F1.
PUBLISHED = {
    "oldbooks": ("1.4 / 5.6 / 97.7", "0.9 / 4.5 / 97.8"),
    "funsd": ("27.4 / 52.6 / 68.8", "11.0 / 30.2 / 90.8"),
    "sroie": ("14.6 / 36.7 / 81.6", "4.5 / 15.9 / 95.4"),
    "scribe": ("34.8 / 44.2 / 89.3", "37.7 / 49.1 / 97.2 (with classifier)"),
    "tessmisc": ("9.4 / 16.7 / 91.3", "51.1 / 69.0 / 92.5 (with classifier)"),
    "jpn_docs": ("16.3 / 3.8 / 90.1", "11.8 / 1.3 / 95.6 (with classifier)"),
    "jpn_aozora": ("2.5 / 1.8 / 98.0", "0.1 / 0.1 / 99.9 (with classifier)"),
}


def accuracy(options):
    """Every set of ../shared/data/accuracy, scored by its score.py, with the default settings."""
    print("\n| set | cis | tesseract 5.3.0 oem 1 | RapidOCR 3.10, no classifier |\n|---|---|---|---|")
    for name, (tesseract, rapid) in PUBLISHED.items():
        with tempfile.TemporaryDirectory() as folder:
            say(name)
            run([CIS, "ocr", "--engines", str(CORES), f"{SHARED}/data/accuracy/{name}/img", "-o", folder + "/"])
            for file in os.listdir(folder):
                os.rename(f"{folder}/{file}", f"{folder}/{file.split('.')[0]}.txt")
            print(f"| {name} | {score(name, folder)} | {tesseract} | {rapid} |", flush=True)


# How wide lines are read first, and the confidence under which they are read again in natural width.
WIDTH_RULES = {"1.0 alone": ("1", "0"), "0.7 alone": ("0.7", "0"), "0.7, then 1.0 under 0.95": ("0.7", "0.95")}
WIDTH_SETS = ("oldbooks", "funsd", "sroie", "scribe", "jpn_docs")
WIDTH_PAGES = 9  # of each half of a set: as many as the rule was chosen on


def widths(options):
    """The line-width rule on pages of an odd index, and on those of an even one, on which it was chosen."""
    print(f"\n| rule | {' | '.join(WIDTH_SETS)} | columns |\n|---|{'---|' * len(WIDTH_SETS)}---|")
    for half, first in (("odd", 1), ("even", 0)):
        natural = None
        for rule, flags in WIDTH_RULES.items():
            read = [read_in_width(name, first, flags) for name in WIDTH_SETS]
            columns = sum(c for _, c in read)
            natural = natural or columns
            print(f"| {half}: {rule} | {' | '.join(s for s, _ in read)} | {columns / natural:.2f} |", flush=True)


def read_in_width(name, first, flags):
    """Reads half of a set: (scores, columns recognized)."""
    program = f"{ROOT}/tests/Cis.Benchmarks/bin/Release/net10.0/Cis.Benchmarks"
    folder = f"{SHARED}/data/accuracy/{name}/img"
    images = [f"{folder}/{f}" for f in sorted(os.listdir(folder))[first::2][:WIDTH_PAGES]]
    say(name, *flags)
    with tempfile.TemporaryDirectory() as out:
        command = [program, "widths", f"{ROOT}/artifacts/models/v6", out, *flags, *images]
        columns = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return score(name, out), int(columns)


def score(name, folder):
    flags = ["--jp"] if name.startswith("jpn") else []
    text = subprocess.run(
        [sys.executable, f"{SHARED}/tools/score.py", f"{SHARED}/data/accuracy/{name}/gt", folder, *flags],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    s = {k: v * 100 for k, v in json.loads(text.splitlines()[0]).items()}
    keys = ("cer", "median_cer", "bag_f1") if flags else ("cer_loose", "wer_loose", "bag_f1")
    return " / ".join(f"{s[k]:.1f}" for k in keys)


NEEDS = {
    start: [],
    speed: [BENCH, PEERS, "/usr/bin/tesseract", "/usr/bin/pdfseparate"],
    stock: [BENCH, f"{ROOT}/artifacts/models/v6/family.json"],
    memory: [BENCH, PEERS, "/usr/bin/pdfseparate"],
    born: [BENCH, PEERS, "/usr/bin/tesseract"],
    accuracy: [f"{SHARED}/data/accuracy"],
    widths: [f"{SHARED}/data/accuracy", f"{ROOT}/artifacts/models/v6/family.json"],
    soak: [SERVERS, shutil.which("java") or "java"],
    worker: [SERVERS, BENCH, "/usr/bin/pdfseparate", shutil.which("java") or "java"],
    against: [SERVERS, BENCH, SETS, shutil.which("java") or "java"],
}

# A soak takes as long as all the others, and against needs another build.
EVERY_TIME = [section.__name__ for section in NEEDS if section not in (soak, against)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, help="of scan50.pdf for the speed table (10); through the soak (20000)")
    parser.add_argument("--minutes", type=int, help="the longest that the soak sends files (120)")
    parser.add_argument("--base", help="the executable of an earlier build, for against")
    parser.add_argument("sections", nargs="*", choices=[[], *(s.__name__ for s in NEEDS)], metavar="SECTION")
    options = parser.parse_args()
    if against.__name__ in options.sections and not options.base:
        parser.error("against what? --base FILE names the executable of an earlier build")
    print(
        f"Measured on {cpu_name()}, {time.strftime('%Y-%m-%d')}; median (smallest-largest) of {options.rounds} rounds."
    )
    for section, needs in NEEDS.items():
        if section.__name__ not in (options.sections or EVERY_TIME):
            continue
        missing = [n for n in needs if not os.path.exists(n)]
        if missing:
            say(f"left out: {section.__name__}: {missing[0]} is missing")
            continue
        section(options)


main()
