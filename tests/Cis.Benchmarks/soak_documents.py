"""The documents of the soak, of changing sizes and types: each follows from its number, so every run has the same."""
import os
import random
import struct
import zlib

from measuring import ROOT
from pdf_file import pdf_of_objects

DATA = os.path.join(ROOT, "tests", "data")
MOST_PAGES = 20
SYLLABLES = ["ka", "ri", "to", "men", "sol", "ve", "lan", "du", "pi", "nor", "es", "ta"]

# Of a hundred files, how many are of a kind. Pictures of text take a hundred times as long as pages with a text layer.
SHARES = {
    "born": 77,
    "picture": 4,
    "scan": 1,
    "sample": 6,
    "mixed": 1,
    "broken": 4,
    "encrypted": 2,
    "unsupported": 2,
    "missing": 3,
}

# At the beginning each kind comes as often as any other, and the first time as large as it gets.
EQUALS = 5

# Files of tests/data that are read as they are.
SAMPLES = [
    "color.jpg",
    "gray.jpg",
    "progressive.jpg",
    "exif-6.jpg",
    "color.webp",
    "alpha.webp",
    "color.gif",
    "color.bmp",
    "bilevel.tif",
    "cmyk.tif",
    "gray16.png",
    "alpha.png",
]
SCENES = ["slovak.png", "russian.png", "hungarian.png"]


class Document:
    """A file: its key, what it is made of, how many pages it has and how its message is to end."""

    def __init__(self, key, body, pages, outcome="indexed", words=()):
        self.key, self.body, self.pages, self.outcome, self.words = key, body, pages, outcome, words


class Documents:
    """Makes them one after another."""

    def __init__(self):
        self._scenes = [gray_of_png(read(name)) for name in SCENES]
        self._pictures = {}

    def make(self, number):
        rng = random.Random(number)
        kinds = list(SHARES)
        kind = kinds[number % len(kinds)] if number < EQUALS * len(kinds) else rng.choices(kinds, SHARES.values())[0]
        return getattr(self, f"_{kind}")(f"soak/{number:06d}", rng, number)

    def _born(self, key, rng, number):
        count = MOST_PAGES if number == 0 else rng.choice([1, 1, 2, 3, 4, 5, 6, 8, 11, 15, MOST_PAGES])
        pages = [page_lines(rng, f"Document {number} page {page + 1}") for page in range(count)]
        words = (f"Document {number} page 1", f"Document {number} page {count}")
        return Document(f"{key}.pdf", text_pdf(pages, rng), count, words=words)

    def _picture(self, key, rng, number):
        form = "bmp" if number < len(SHARES) else rng.choice(["png", "bmp", "tiff", "gif"])
        return Document(
            f"{key}.{form}", image_bmp(*self._scenes[-1]) if number < len(SHARES) else self._drawn(form, rng), 1
        )

    def _scan(self, key, rng, number):
        scenes = self._scenes if number < len(SHARES) else [self._scene(rng) for _ in range(rng.randint(1, 3))]
        return Document(f"{key}.pdf", image_pdf(scenes), len(scenes))

    def _sample(self, key, rng, number):
        name = rng.choice(SAMPLES)
        return Document(f"{key}{os.path.splitext(name)[1]}", read(os.path.join("images", name)), 1)

    def _mixed(self, key, rng, number):
        return Document(f"{key}.pdf", read("born-digital.pdf"), 2)

    def _broken(self, key, rng, number):
        whole = image_png(*self._scene(rng)) if rng.random() < 0.5 else text_pdf([page_lines(rng, "broken")], rng)
        form = "png" if whole[:1] == b"\x89" else "pdf"
        # The beginning says what it is; the rest is noise.
        return Document(f"{key}.{form}", whole[:20] + rng.randbytes(rng.randint(200, 20000)), 0, "corrupt")

    def _encrypted(self, key, rng, number):
        return Document(f"{key}.pdf", read("encrypted.pdf"), 0, "encrypted")

    def _unsupported(self, key, rng, number):
        return Document(f"{key}.zip", b"PK\x03\x04" + rng.randbytes(rng.randint(100, 50000)), 0, "unsupported-type")

    def _missing(self, key, rng, number):
        return Document(f"{key}.pdf", None, 0, "object-missing")

    def _scene(self, rng):
        """A part of a page of text: (rows of gray bytes, width)."""
        rows, width = rng.choice(self._scenes)
        left, right = rng.randint(0, width // 8), width - rng.randint(0, width // 8)
        last = rng.randint(len(rows) // 3, len(rows))
        return [row[left:right] for row in rows[:last]], right - left

    def _drawn(self, form, rng):
        """One of a hundred pictures: the same one is read the same way, and drawing costs more than reading."""
        choice = (form, rng.randint(0, 24))
        if choice not in self._pictures:
            rows, width = self._scene(random.Random(choice[1]))
            self._pictures[choice] = {"png": image_png, "bmp": image_bmp, "tiff": image_tiff, "gif": image_gif}[form](
                rows, width
            )
        return self._pictures[choice]


def read(name):
    with open(os.path.join(DATA, name), "rb") as f:
        return f.read()


def page_lines(rng, title):
    lines = [title]
    for _ in range(rng.randint(1, 40)):
        lines.append(" ".join("".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(10)))
    return lines


# ---- PDF -----------------------------------------------------------------------------------------------------------


def text_pdf(pages, rng):
    """Pages of text, and a stream of noise as an embedded font would be one."""
    contents = []
    for lines in pages:
        text = "BT /F1 10 Tf 50 790 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        contents.append(
            ("/Font << /F1 3 0 R >>", stream(zlib.compress(text.encode()), "/Filter /FlateDecode"), "[0 0 595 842]")
        )
    noise = stream(rng.randbytes(rng.randint(100, 60000)), "")
    return pdf([b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", noise], contents)


def image_pdf(scenes):
    """Pages that are pictures."""
    images, contents = [], []
    for number, (rows, width) in enumerate(scenes):
        attributes = (
            f"/Type /XObject /Subtype /Image /Width {width} /Height {len(rows)} /ColorSpace /DeviceGray "
            "/BitsPerComponent 8 /Filter /FlateDecode"
        )
        images.append(stream(zlib.compress(b"".join(rows)), attributes))
        size = (width * 72 // 150, len(rows) * 72 // 150)
        contents.append(
            (
                f"/XObject << /I {number + 3} 0 R >>",
                stream(b"%d 0 0 %d 0 0 cm /I Do" % size, ""),
                f"[0 0 {size[0]} {size[1]}]",
            )
        )
    return pdf(images, contents)


def stream(data, attributes):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), attributes.encode(), data)


def pdf(shared, contents):
    """A file of shared objects, which begin at number 3, and of pages: (resources, content, media box)."""
    first = 3 + len(shared)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        *shared,
    ]
    for i, (resources, content, box) in enumerate(contents):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents {first + 2 * i + 1} 0 R "
            f"/Resources << {resources} >> >>"
        )
        objects += [page.encode(), content]
    return pdf_of_objects(objects)


# ---- pictures ------------------------------------------------------------------------------------------------------


def gray_of_png(data):
    """A gray PNG of 1 or 8 bits: (rows of a byte a pixel, width)."""
    width, height, bits = struct.unpack(">IIB", data[16:25])
    packed, at = b"", 8
    while at < len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    raw, stride = zlib.decompress(packed), (width * bits + 7) // 8
    rows, above = [], bytes(stride)
    for y in range(height):
        line = raw[y * (stride + 1) : (y + 1) * (stride + 1)]
        above = unfiltered(line[0], line[1:], above)
        rows.append(above if bits == 8 else bytes(255 * (above[x >> 3] >> (7 - (x & 7)) & 1) for x in range(width)))
    return rows, width


def unfiltered(kind, line, above):
    """A row of a PNG of at most a byte a pixel."""
    row = bytearray(line)
    for x in range(len(row)):
        left, up, corner = row[x - 1] if x else 0, above[x], above[x - 1] if x else 0
        guess = left + up - corner
        nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        row[x] = row[x] + (0, left, up, (left + up) // 2, nearest)[kind] & 255
    return bytes(row)


def image_png(rows, width):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
        + chunk(b"IEND", b"")
    )


def image_bmp(rows, width):
    pad = bytes(-width % 4)
    pixels = b"".join(row + pad for row in reversed(rows))
    palette = b"".join(bytes((i, i, i, 0)) for i in range(256))
    info = struct.pack("<IiiHHIIiiII", 40, width, len(rows), 1, 8, 0, len(pixels), 5906, 5906, 256, 0)
    return struct.pack("<2sIII", b"BM", 54 + 1024 + len(pixels), 0, 54 + 1024) + info + palette + pixels


def image_tiff(rows, width):
    pixels = b"".join(rows)
    entries = [
        (256, 4, width),
        (257, 4, len(rows)),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, len(rows)),
        (279, 4, len(pixels)),
    ]
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return (
        struct.pack("<2sHI", b"II", 42, 8 + len(pixels)) + pixels + struct.pack("<H", len(entries)) + table + bytes(4)
    )


def image_gif(rows, width):
    """Without compression: a code for each pixel, and the table forgotten before it grows."""
    bits, codes = 0, 0
    out = bytearray()
    for start, row in ((x, row) for row in rows for x in range(0, width, 100)):
        for code in (256, *row[start : start + 100]):
            codes |= code << bits
            bits += 9
        while bits >= 8:
            out.append(codes & 255)
            codes, bits = codes >> 8, bits - 8
    codes |= 257 << bits
    out += codes.to_bytes(2 + (bits + 9) // 8, "little")
    blocks = b"".join(bytes((len(part),)) + part for part in (bytes(out[i : i + 255]) for i in range(0, len(out), 255)))
    palette = b"".join(bytes((i, i, i)) for i in range(256))
    return (
        b"GIF87a"
        + struct.pack("<HHBBB", width, len(rows), 0xF7, 0, 0)
        + palette
        + struct.pack("<cHHHHB", b",", 0, 0, width, len(rows), 0)
        + b"\x08"
        + blocks
        + b"\0;"
    )
