#!/usr/bin/env python3
"""Sums up the result files of the test projects: summary.py FOLDER, as ./build.sh test does.

Says which tests were left out, and why. Only those that tests/left-out.txt names may be, for the reason it names: any
other one counts as failed, as does a project that ended without results. The last line is the summary."""
import collections
import fnmatch
import pathlib
import sys
import xml.etree.ElementTree

LIST = pathlib.Path(__file__).parent / "left-out.txt"


def may_be_left_out():
    """Pairs of patterns: of a test's name, and of its reason."""
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [tuple(line.split(" | ")) for line in lines if line and not line.startswith("#")]


def results(folder):
    """Each project with its results, None where it ended without any."""
    for log in sorted(folder.glob("*.log")):
        try:
            yield log, xml.etree.ElementTree.parse(log.with_suffix(".xml"))
        except (OSError, xml.etree.ElementTree.ParseError):
            yield log, None


def main(folder):
    allowed = may_be_left_out()
    passed = failed = 0
    left_out = collections.Counter()
    for log, project in results(folder):
        if project is None:
            print(f"no results, see {log}")
            failed += 1
            continue
        failed += sum(int(assembly.get("errors", "0")) for assembly in project.iter("assembly"))
        for test in project.iter("test"):
            name, outcome = test.get("name"), test.get("result")
            reason = (test.findtext("reason") or "").strip()
            if outcome == "Pass":
                passed += 1
            elif outcome == "Fail":
                failed += 1
            elif any(fnmatch.fnmatchcase(name, n) and fnmatch.fnmatchcase(reason, r) for n, r in allowed):
                left_out[reason] += 1
            else:
                print(f"left out, but not for a reason of {LIST.name}: {name}: {reason}")
                failed += 1
    for reason, count in sorted(left_out.items()):
        print(f"left out: {count} tests: {reason}")
    print(f"{passed} passed, {failed} failed, {left_out.total()} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
