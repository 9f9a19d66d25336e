#!/usr/bin/env python3
"""Writes japanese-vertical.png and its expected text: columns of vertical writing, set solid, right to
left.

Needs Pillow with Raqm, which sets vertical forms, and Debian's fonts-ipafont-mincho."""
import pathlib

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/ipafont-mincho/ipam.ttf"
EM = 38
GAP = 30  # between columns
MARGIN = 2 * EM
ROWS = 24
TEXT = (
    "雨が上がって、坂の上の茶屋に灯がともった。主人は戸を開けて、濡れた傘を軒に干した。「よく降ったね」と言って、"
    "湯を沸かす。コーヒーの香りが、ゆっくりと店いっぱいに広がった。客は黙って座り、窓の外の海を見ていた。船が帰って、"
    "汽笛が二度鳴った。一度目は長く、二度目は……短い。日々はこうして過ぎて行った。菓子・茶・蜜柑が並び、猫が一匹、"
    "丸くなって眠った。"
)


def main():
    columns = [TEXT[i : i + ROWS] for i in range(0, len(TEXT), ROWS)]
    size = (2 * MARGIN + len(columns) * (EM + GAP), 2 * MARGIN + ROWS * EM)
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, EM, layout_engine=ImageFont.Layout.RAQM)
    for i, column in enumerate(columns):
        middle = size[0] - MARGIN - i * (EM + GAP) - EM / 2
        draw.text((middle, MARGIN), column, font=font, fill=20, direction="ttb", language="ja", anchor="mt")
    folder = pathlib.Path(__file__).resolve().parent.parent
    page.quantize(16).save(folder / "japanese-vertical.png", dpi=(200, 200), optimize=True)
    (folder / "japanese-vertical.expected.txt").write_text("\n".join(columns) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
