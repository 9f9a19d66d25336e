#!/usr/bin/env python3
"""Prints what the suites of tests reached: coverage.py FOLDER, as ./build.sh coverage does.

Reads coverage.cobertura.xml, to which every suite has added, and the logs of the suites. A test may fail here
only because counting slows the code down: ./build.sh test decides."""
import pathlib
import re
import sys
import xml.etree.ElementTree

CONDITIONS = re.compile(r"\((\d+)/(\d+)\)")


def share(part, whole):
    return f"{part / whole * 100:.1f} %" if whole else "-"


def count(package):
    """Lines and branches of a project: reached and all. A line stands once for its method and once for its class."""
    lines = package.findall("classes/class/lines/line")
    branches = [CONDITIONS.search(line.get("condition-coverage", "")) for line in lines]
    branches = [match for match in branches if match]
    return (
        sum(line.get("hits") != "0" for line in lines),
        len(lines),
        sum(int(match[1]) for match in branches),
        sum(int(match[2]) for match in branches),
    )


def main(folder):
    report = xml.etree.ElementTree.parse(folder / "coverage.cobertura.xml")
    rows = {package.get("name"): count(package) for package in report.iter("package")}
    rows = dict(sorted(rows.items()))
    rows["all"] = tuple(map(sum, zip(*rows.values())))
    print("| project | lines | of | branches | of |\n|---|---|---|---|---|")
    for name, (lines, all_lines, branches, all_branches) in rows.items():
        shares = share(lines, all_lines), share(branches, all_branches)
        print(f"| {name} | {shares[0]} | {all_lines} | {shares[1]} | {all_branches} |")
    for log in sorted(folder.glob("*/report.log")):
        failed = re.findall(r"^ *(\S.*) \[FAIL\]$", log.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        for test in failed:
            print(f"failed while its code was counted: {test}", file=sys.stderr)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
