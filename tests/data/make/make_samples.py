#!/usr/bin/python3
"""Makes the sample documents of tests/data and the text each must give.

Needs the Debian packages python3-pil, python3-numpy, python3-reportlab, fonts-liberation, fonts-ipafont-gothic and
fonts-ipafont-mincho. Usage: make_samples.py [FOLDER]. Same packages, same bytes: nothing here is random or dated.
"""
import io
import sys
import textwrap
import zlib
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont, TiffImagePlugin
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

SERIF = "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"
SANS_BOLD = "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf"
MINCHO = "/usr/share/fonts/opentype/ipafont-mincho/ipam.ttf"
GOTHIC = "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf"
A4_AT_200 = (1654, 2339)
A4_POINTS = (595.2, 841.9)
PNG_RESOLUTION = (150, 150)

LIGHTHOUSE = [
    """The lighthouse at Gull Point was built of grey stone in the summer of 1848, when the harbour below it still
    counted more sails than chimneys. Its first keeper, a quiet man named Amos Pell, kept a diary in which he noted
    the weather, the ships and the price of lamp oil, and very little else.""",
    """On the third of March he wrote that the wind had gone round to the north-west and that two colliers had
    anchored in the bay. "Oil 4s. 6d. the gallon," he added, "which is sixpence too much." The entry for the next
    day is a single word: Fog.""",
    """He did not write about the storm of 1851 until a week after it had passed. The gallery rail was gone, and
    with it eleven panes of the lantern. He had held the light through the night with a blanket across the broken
    side, changing it each time it froze. Nobody was lost.""",
]
INSTRUMENTS = [
    """Every morning at nine the observer reads four instruments: the barometer, the wet and dry thermometers, and
    the rain gauge. The readings are entered in ink, in the order in which they were taken, and are never corrected
    afterwards; a doubtful figure is marked with a cross and left to stand.""",
    """The barometer hangs in the hall, away from the stove. Its scale is read to a tenth of a millimetre, with the
    eye level with the top of the mercury. A reading of 742.6 on the 18th was the lowest of the year, and it came
    nine hours before the gale.""",
    """Rain is measured by weight. One litre of water weighs one kilogram, so a gauge with an opening of 200 square
    centimetres gives 50 millimetres for each litre it has caught. In the wettest month, October, it caught 3.1
    litres; in the driest, June, only 0.4.""",
]
ORCHARD = [
    """An orchard is a slow kind of arithmetic. A tree planted this winter bears in its sixth year, is at its best
    from the fifteenth to the thirtieth, and is firewood in its fiftieth. Whoever plants one is writing a letter to
    somebody else.""",
    """We lost forty trees to canker and replaced them with an older sort, Ashmead's Kernel, which is small, russet
    and ugly, and keeps until March. Customers who taste it come back; customers who only look at it do not. The
    ledger says that 62 % of the crop was sold at the gate.""",
]
COLUMN_LEFT = [
    """Left column, first paragraph. Ferries leave the north quay at a quarter past each hour from six in the
    morning until ten at night. The crossing takes thirty-five minutes in fair weather.""",
    """Passengers with bicycles board first and leave last. There is no charge for a bicycle, but the steward may
    ask for it to be tied to the rail.""",
    """In fog the ferry sounds one long blast every two minutes. Please do not be alarmed by it.""",
]
COLUMN_RIGHT = [
    """Right column, first paragraph. Tickets are sold on board. A single costs 3.20, a return 5.80, and a book of
    ten singles 27.50. Children under six travel free.""",
    """Lost property is kept for three months in the office beside the quay, which opens on weekdays between nine
    and noon.""",
]
JAPANESE = [
    "海辺の町に小さな図書館があります。建物は古い倉庫を改修したもので、窓からは港を出入りする漁船が見えます。",
    "開館時間は午前九時から午後六時までです。月曜日は休館ですが、祝日と重なる場合は翌日の火曜日に休みます。貸出しは一人十冊まで、期間は二週間です。",
    "二階には郷土資料室があり、明治時代の地図や漁業の記録を閲覧できます。コピーは一枚10円です。電話番号は0123-45-6789です。",
]


def paragraph(text):
    return " ".join(text.split())


def as_text(pages):
    return "\n\n".join("\n\n".join(paragraph(p) for p in page) for page in pages) + "\n"


def wrap_to_width(text, font, width):
    """Greedy line filling by the font's own widths."""
    lines, line = [], ""
    for word in paragraph(text).split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) > width and line:
            lines.append(line)
            line = word
        else:
            line = longer
    return lines + [line]


def wrap_japanese(text, columns):
    closing = "、。」）"
    lines = []
    while text:
        end = columns
        while end < len(text) and text[end] in closing:
            end += 1
        lines.append(text[:end])
        text = text[end:]
    return lines


def typeset(title, paragraphs, size=A4_AT_200, font_size=36):
    """A page of black text on white, in grey."""
    scale = size[0] / A4_AT_200[0]
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    body = ImageFont.truetype(SERIF, round(font_size * scale))
    margin, y = round(180 * scale), round(200 * scale)
    draw.text((margin, y), title, font=ImageFont.truetype(SANS_BOLD, round(52 * scale)), fill=0)
    y += round(130 * scale)
    for text in paragraphs:
        for line in wrap_to_width(text, body, size[0] - 2 * margin):
            draw.text((margin, y), line, font=body, fill=0)
            y += round(1.42 * font_size * scale)
        y += round(0.8 * font_size * scale)
    return page


def typeset_japanese(paragraphs, size, font_size):
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(MINCHO, font_size)
    margin, y = 2 * font_size, 2 * font_size
    draw.text((margin, y), "図書館のご案内", font=ImageFont.truetype(GOTHIC, round(1.5 * font_size)), fill=0)
    y += 4 * font_size
    for text in paragraphs:
        for line in wrap_japanese(text, (size[0] - 2 * margin) // font_size):
            draw.text((margin, y), line, font=font, fill=0)
            y += round(1.8 * font_size)
        y += font_size
    return page


def as_if_scanned(page, degrees, seed, paper=242, ink=40, blur=0.9, noise=3.0):
    """Slight skew, soft edges, grey paper, darker towards one edge, and grain."""
    page = page.rotate(degrees, resample=Image.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(blur))
    pixels = numpy.asarray(page, dtype=numpy.float32) / 255
    shade = numpy.linspace(1.0, 0.93, pixels.shape[1], dtype=numpy.float32)
    grain = numpy.random.default_rng(seed).normal(0, noise, pixels.shape)
    return Image.fromarray(numpy.clip((ink + pixels * (paper - ink)) * shade + grain, 0, 255).astype(numpy.uint8))


def jpeg(image, quality):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def group4(image):
    """The CCITT group 4 bytes of a black and white image: PIL writes a TIFF of one strip, we take the strip."""
    out = io.BytesIO()
    TiffImagePlugin.STRIP_SIZE = 1 << 30
    image.save(out, "TIFF", compression="group4")
    tiff = Image.open(io.BytesIO(out.getvalue()))
    (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    return out.getvalue()[start : start + length]


def pdf_of_objects(objects):
    """A PDF file of the given object bodies, numbered from 1; the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stream(dictionary, data):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def pdf_of_images(images):
    """One A4 page per image: (width, height, dictionary entries, data)."""
    first, objects = 3, []
    kids = b" ".join(b"%d 0 R" % (first + 3 * i) for i in range(len(images)))
    objects += [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(images))]
    for i, (width, height, entries, data) in enumerate(images):
        number = first + 3 * i
        content = b"q %.1f 0 0 %.1f 0 0 cm /Im0 Do Q" % A4_POINTS
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.1f %.1f] /Contents %d 0 R "
            b"/Resources << /XObject << /Im0 %d 0 R >> >> >>" % (*A4_POINTS, number + 1, number + 2),
            stream(b"", content),
            stream(b"/Type /XObject /Subtype /Image /Width %d /Height %d %s" % (width, height, entries), data),
        ]
    return pdf_of_objects(objects)


def gray_jpeg_image(page, quality):
    return (*page.size, b"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", jpeg(page, quality))


def colour_jpeg_image(page, quality):
    tint = numpy.array([1.0, 0.98, 0.9])
    colour = Image.fromarray((numpy.asarray(page)[:, :, None] * tint).astype(numpy.uint8))
    return (*page.size, b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", jpeg(colour, quality))


def fax_image(page):
    entries = (
        b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
        b"/DecodeParms << /K -1 /Columns %d /Rows %d /BlackIs1 true >>" % page.size
    )
    return (*page.size, entries, group4(page))


def make_scan(folder):
    pages = [("Gull Point", LIGHTHOUSE), ("Instruments", INSTRUMENTS), ("The Orchard", ORCHARD)]
    gray = as_if_scanned(typeset(*pages[0]), 0.6, 1)
    black = (
        typeset(*pages[1]).rotate(-0.4, resample=Image.BICUBIC, fillcolor=255).point(lambda v: 255 if v > 140 else 0)
    )
    colour = as_if_scanned(typeset(*pages[2]), -0.3, 3, noise=1.5)
    images = [gray_jpeg_image(gray, 28), fax_image(black.convert("1", dither=0)), colour_jpeg_image(colour, 30)]
    (folder / "scan.pdf").write_bytes(pdf_of_images(images))
    (folder / "scan.expected.txt").write_text(as_text([[t, *p] for t, p in pages]), encoding="utf-8")


def draw_paragraphs(pdf, paragraphs, x, y, width_in_characters, leading=15):
    for text in paragraphs:
        for line in textwrap.wrap(paragraph(text), width_in_characters):
            pdf.drawString(x, y, line)
            y -= leading
        y -= 0.8 * leading
    return y


def heading(pdf, text):
    pdf.setFont("Heading", 20)
    pdf.drawString(64, 765, text)
    pdf.setFont("Body", 11)


TABLE = [("Month", "Rain (mm)", "Days"), ("June", "20", "4"), ("October", "155", "19"), ("December", "98", "14")]


def draw_table(pdf, rows, x, y):
    for row in rows:
        for column, cell in enumerate(row):
            pdf.drawString(x + 130 * column, y, cell)
        y -= 18


def make_born_digital(folder):
    pdfmetrics.registerFont(TTFont("Body", SERIF))
    pdfmetrics.registerFont(TTFont("Heading", SANS_BOLD))
    pdf = canvas.Canvas(str(folder / "born-digital.pdf"), pagesize=A4_POINTS, invariant=1, pageCompression=1)
    heading(pdf, "Instruments")
    y = draw_paragraphs(pdf, INSTRUMENTS, 64, 730, 88)
    draw_table(pdf, TABLE, 64, y - 10)
    pdf.showPage()
    heading(pdf, "Ferry Notes")
    draw_paragraphs(pdf, COLUMN_LEFT, 64, 730, 40)
    draw_paragraphs(pdf, COLUMN_RIGHT, 320, 730, 40)
    pdf.showPage()
    pdf.save()
    table = ["\n".join(" ".join(row) for row in TABLE)]
    text = as_text([["Instruments", *INSTRUMENTS]]) + "\n" + table[0] + "\n\n"
    text += as_text([["Ferry Notes", *COLUMN_LEFT, *COLUMN_RIGHT]])
    (folder / "born-digital.expected.txt").write_text(text, encoding="utf-8")


def make_mixed(folder):
    """A born-digital page, a scan with a text stamp, and a scan under an invisible text layer of somebody's OCR."""
    scan = as_if_scanned(typeset("The Orchard", ORCHARD), 0.4, 5)
    data = jpeg(scan, 25)
    body = " ".join(paragraph(p) for p in LIGHTHOUSE)
    lines = textwrap.wrap(body, 88)
    text = (
        b"BT /F1 11 Tf 14 TL 64 760 Td "
        + b" ".join(b"(%s) Tj T*" % line.replace("(", "\\(").replace(")", "\\)").encode() for line in lines)
        + b" ET"
    )
    image = b"q %.1f 0 0 %.1f 0 0 cm /Im0 Do Q " % A4_POINTS
    stamp = b"BT /F1 9 Tf 64 20 Td (Received 12 May - copy 3 of 7) Tj ET"
    hidden = b"BT 3 Tr /F1 14 Tf 64 740 Td (garbled layer of 0ld rec0gniti0n, n0t to be tru5ted at all) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>",
    ]
    for content in (6, 7, 8):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.1f %.1f] /Contents %d 0 R "
            b"/Resources << /Font << /F1 9 0 R >> /XObject << /Im0 10 0 R >> >> >>" % (*A4_POINTS, content)
        )
    objects += [
        stream(b"/Filter /FlateDecode", zlib.compress(text)),
        stream(b"", image + stamp),
        stream(b"", hidden + b" " + image),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        stream(
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
            b"/Filter /DCTDecode" % scan.size,
            data,
        ),
    ]
    (folder / "mixed.pdf").write_bytes(pdf_of_objects(objects))
    orchard = ["The Orchard", *ORCHARD]
    expected = as_text([[body], [*orchard, "Received 12 May - copy 3 of 7"], orchard])
    (folder / "mixed.expected.txt").write_text(expected, encoding="utf-8")


def make_photo(folder):
    """A page on a dark table, seen at an angle, unevenly lit; the camera was held on its side (EXIF orientation 6)."""
    width, height = 1500, 2000
    page = typeset("The Orchard", ORCHARD, size=(1240, 1754), font_size=44).crop((0, 0, 1240, 1500))
    paper = Image.merge("RGB", [page.point(lambda v, m=m: int(30 + v * m)) for m in (0.86, 0.84, 0.76)])
    # PIL wants the eight coefficients of output -> input.
    corners = [(130, 190), (1390, 240), (1330, 1820), (170, 1790)]
    a = []
    for (x, y), (u, v) in zip(corners, [(0, 0), (1240, 0), (1240, 1500), (0, 1500)]):
        a += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    b = [c for corner in [(0, 0), (1240, 0), (1240, 1500), (0, 1500)] for c in corner]
    matrix = numpy.linalg.solve(numpy.array(a, dtype=float), numpy.array(b, dtype=float))
    warped = paper.transform((width, height), Image.PERSPECTIVE, matrix, Image.BICUBIC, fillcolor=(70, 52, 40))
    y, x = numpy.mgrid[0:height, 0:width]
    light = 0.72 + 0.28 * numpy.exp(-(((x - 500) / 1100.0) ** 2 + ((y - 600) / 1300.0) ** 2))
    grain = numpy.random.default_rng(7).normal(0, 3, (height, width, 1))
    shot = numpy.clip(numpy.asarray(warped.filter(ImageFilter.GaussianBlur(0.7))) * light[:, :, None] + grain, 0, 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.fromarray(shot.astype(numpy.uint8)).transpose(Image.ROTATE_90)
    image.save(folder / "photo.jpg", "JPEG", quality=40, optimize=True, exif=exif)
    (folder / "photo.expected.txt").write_text(as_text([["The Orchard", *ORCHARD]]), encoding="utf-8")


def make_fax(folder):
    """Three frames: black and white (group 4), grey (deflate), CMYK (LZW)."""
    small = (1240, 1754)
    first = typeset("Gull Point", LIGHTHOUSE, small).point(lambda v: 255 if v > 150 else 0).convert("1", dither=0)
    second = typeset("Instruments", INSTRUMENTS, small)
    third = typeset("The Orchard", ORCHARD, small)
    black = third.point(lambda v: 255 - v)
    blank = Image.new("L", small, 0)
    third = Image.merge("CMYK", [blank, blank, blank, black])
    TiffImagePlugin.STRIP_SIZE = 65536
    frames = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(frames, True) as writer:
        for frame, compression in ((first, "group4"), (second, "tiff_adobe_deflate"), (third, "tiff_lzw")):
            frame.save(writer, "TIFF", compression=compression, dpi=PNG_RESOLUTION)
            writer.newFrame()
    (folder / "fax.tiff").write_bytes(frames.getvalue())
    pages = [["Gull Point", *LIGHTHOUSE], ["Instruments", *INSTRUMENTS], ["The Orchard", *ORCHARD]]
    (folder / "fax.expected.txt").write_text(as_text(pages), encoding="utf-8")


def make_japanese(folder):
    text = as_text([["図書館のご案内", *JAPANESE]])
    page = typeset_japanese(JAPANESE, (1240, 1240), 38).quantize(16)
    page.save(folder / "japanese.png", optimize=True, dpi=PNG_RESOLUTION)
    (folder / "japanese.expected.txt").write_text(text, encoding="utf-8")
    pdfmetrics.registerFont(TTFont("Gothic", GOTHIC))
    pdf = canvas.Canvas(str(folder / "japanese-born-digital.pdf"), pagesize=A4_POINTS, invariant=1, pageCompression=1)
    pdf.setFont("Gothic", 18)
    pdf.drawString(64, 765, "図書館のご案内")
    pdf.setFont("Gothic", 11)
    y = 725
    for text_of_paragraph in JAPANESE:
        for line in wrap_japanese(text_of_paragraph, 40):
            pdf.drawString(64, y, line)
            y -= 20
        y -= 12
    pdf.showPage()
    pdf.save()
    (folder / "japanese-born-digital.expected.txt").write_text(text, encoding="utf-8")


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    for make in (make_scan, make_born_digital, make_mixed, make_photo, make_fax, make_japanese):
        make(folder)


if __name__ == "__main__":
    main()
