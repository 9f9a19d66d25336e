"""A chart of lines over pages as SVG, in colors that are read on light and on dark paper."""

WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 860, 130, 62, 150, 40, 34
COLORS = [("#0b63b0", "#6cb6ff"), ("#b3530b", "#f0a35e"), ("#1a7f37", "#57c97a"), ("#8038b0", "#c99bef")]


def draw(title, panels, marks):
    """panels: (what is on the axis, {name: [(pages, value)]}); marks: (pages, what happened then)."""
    most = max(x for _, lines in panels for points in lines.values() for x, _ in points)
    height = TOP + len(panels) * (PANEL + GAP) + 24
    body = [f'<text x="{LEFT}" y="20" class="title">{title}</text>']
    for number, (name, lines) in enumerate(panels):
        body += panel(TOP + number * (PANEL + GAP), name, lines, marks, most, is_last=number == len(panels) - 1)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{title}">'
    )
    return (
        "\n".join([head, style(), f'<rect class="paper" width="{WIDTH}" height="{height}"/>', *body, "</svg>"]) + "\n"
    )


def style():
    light = "".join(f".l{i}{{stroke:{light}}}.t{i}{{fill:{light}}}" for i, (light, _) in enumerate(COLORS))
    dark = "".join(f".l{i}{{stroke:{dark}}}.t{i}{{fill:{dark}}}" for i, (_, dark) in enumerate(COLORS))
    common = (
        "text{font:12px sans-serif;fill:#24292f}.title{font-weight:bold;font-size:14px}.paper{fill:#fff}"
        ".grid{stroke:#d0d7de}.mark{stroke:#57606a;stroke-dasharray:4 3}path{fill:none;stroke-width:1.6}"
    )
    night = "text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}.mark{stroke:#9aa4ae}"
    return f"<style>{common}{light}@media (prefers-color-scheme:dark){{{night}{dark}}}</style>"


def panel(top, name, lines, marks, most, is_last):
    ceiling = step_above(max(y for points in lines.values() for _, y in points))
    right, bottom = WIDTH - RIGHT, top + PANEL

    def place(x, y):
        return LEFT + x / most * (right - LEFT), bottom - y / ceiling * PANEL

    out = [f'<text x="{LEFT}" y="{top - 8}">{name}</text>']
    for part in range(5):
        y = bottom - part * PANEL / 4
        out.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{ceiling * part / 4:g}</text>')
    for number, (x, what) in enumerate(marks):
        at = place(x, 0)[0]
        # Two may be close.
        side = f'x="{at - 4:.1f}" text-anchor="end"' if number % 2 == 0 else f'x="{at + 4:.1f}"'
        out.append(f'<line class="mark" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}"/>')
        out += [f'<text {side} y="{top - 8}">{what}</text>'] if top == TOP else []
    for i, (line, points) in enumerate(lines.items()):
        path = " ".join(
            f"{'L' if n else 'M'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(place(*point) for point in points)
        )
        out.append(f'<path class="l{i}" d="{path}"/>')
        out.append(f'<text class="t{i}" x="{right + 8}" y="{top + 14 + 18 * i}">{line}</text>')
    if is_last:
        out += [
            f'<text x="{place(most * part / 4, 0)[0]:.1f}" y="{bottom + 18}" text-anchor="middle">'
            f"{most * part / 4:,.0f}</text>"
            for part in range(5)
        ]
        out.append(f'<text x="{right + 8}" y="{bottom + 18}">pages</text>')
    return out


def step_above(value):
    """The next of 4, 8, 12, 16, 20, 24, 32, 40 ... above: quarters of it are round."""
    step = 4
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if step * factor >= value:
                return step * factor
        step *= 10
