#!/usr/bin/python3
"""Makes tests/data/images, one small picture in every format that cis reads, and tests/data/encrypted.pdf.

Needs the Debian packages python3-pil, libavif-bin and qpdf. The picture has four quarters: red, green / blue, white;
in the grey ones black, dark / light, white. Usage: make_images.py [FOLDER].
"""
import io
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

SIZE = 32
HALF = SIZE // 2
COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
GRAYS = [0, 80, 170, 255]


def quarters(mode, values):
    image = Image.new(mode, (SIZE, SIZE))
    for i, value in enumerate(values):
        x, y = i % 2 * HALF, i // 2 * HALF
        image.paste(value, (x, y, x + HALF, y + HALF))
    return image


def make_rasters(folder):
    color, gray = quarters("RGB", COLORS), quarters("L", GRAYS)
    color.save(folder / "color.png")
    gray.save(folder / "gray.png")
    gray.save(folder / "gray.jpg", quality=95)
    color.save(folder / "color.jpg", quality=95, subsampling=0)
    color.save(folder / "progressive.jpg", quality=95, subsampling=0, progressive=True)
    color.save(folder / "color.webp", lossless=True)
    color.save(folder / "color.gif")
    color.save(folder / "animated.gif", save_all=True, append_images=[gray.convert("RGB")], duration=100)
    color.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    color.convert("CMYK").save(folder / "cmyk.tif")
    gray.convert("I").point(lambda v: v * 257).convert("I;16").save(folder / "gray16.png")
    gray.point(lambda v: 255 if v > 100 else 0).convert("1", dither=0).save(
        folder / "bilevel.tif", compression="group4"
    )
    color.save(folder / "color.bmp")
    # Where the last quarter would be there is nothing: white shows through.
    clear = quarters("RGBA", [(*c, 255) for c in COLORS[:3]] + [(0, 0, 0, 0)])
    clear.save(folder / "alpha.png")
    clear.save(folder / "alpha.webp", lossless=True)


def make_turned(folder):
    """Held in every way a camera can be held: all eight must come out as color.png."""
    undo = {
        2: [Image.FLIP_LEFT_RIGHT],
        3: [Image.ROTATE_180],
        4: [Image.FLIP_TOP_BOTTOM],
        5: [Image.TRANSPOSE],
        6: [Image.ROTATE_90],
        7: [Image.TRANSVERSE],
        8: [Image.ROTATE_270],
    }
    for orientation, steps in undo.items():
        image = quarters("RGB", COLORS)
        for step in steps:
            image = image.transpose(step)
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(folder / f"exif-{orientation}.jpg", quality=95, subsampling=0, exif=exif)


def make_avif(folder):
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "color.png"
        quarters("RGB", COLORS).save(source)
        subprocess.run(["avifenc", "--lossless", source, folder / "color.avif"], check=True, capture_output=True)


def make_old_jpeg_tiff(folder):
    """TIFF 6.0's first way with JPEG: compression 6, the JPEG whole at JPEGInterchangeFormat."""
    out = io.BytesIO()
    quarters("RGB", COLORS).save(out, "JPEG", quality=95, subsampling=0)
    jpeg = out.getvalue()
    data = jpeg + b"\0" * (len(jpeg) % 2)
    scan = jpeg.index(b"\xff\xda")
    strip = scan + 2 + struct.unpack(">H", jpeg[scan + 2 : scan + 4])[0]
    directory = 8 + len(data)
    entries = [
        (256, 3, 1, SIZE),
        (257, 3, 1, SIZE),
        (259, 3, 1, 6),
        (262, 3, 1, 6),
        (273, 4, 1, 8 + strip),
        (277, 3, 1, 3),
        (278, 3, 1, SIZE),
        (279, 4, 1, len(jpeg) - strip),
        (512, 3, 1, 1),
        (513, 4, 1, 8),
        (514, 4, 1, len(jpeg)),
    ]
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    tiff = b"II*\0" + struct.pack("<I", directory) + data + struct.pack("<H", len(entries)) + packed + b"\0\0\0\0"
    (folder / "old-jpeg.tif").write_bytes(tiff)


def make_encrypted(root):
    """born-digital.pdf under AES-256: to open it takes the password of its reader or of its owner."""
    command = ["qpdf", "--encrypt", "reader", "owner", "256", "--", "--pages", ".", "1", "--"]
    subprocess.run([*command[:1], root / "born-digital.pdf", *command[1:], root / "encrypted.pdf"], check=True)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    folder = root / "images"
    folder.mkdir(exist_ok=True)
    for make in (make_rasters, make_turned, make_avif, make_old_jpeg_tiff):
        make(folder)
    make_encrypted(root)


if __name__ == "__main__":
    main()
