"""Writes CldrTable.cs from CLDR's JSON packages of npm, unpacked:

    python3 make_table.py cldr-misc-full cldr-localenames-full cldr-core > CldrTable.cs
"""

import json
import os
import re
import sys
import unicodedata

MISC, NAMES, CORE = sys.argv[1:4]

# CLDR has no exemplar characters of Latin itself, a language that tesseract's users know as lat.
ADDED = {"la": (set("abcdefghijklmnopqrstuvwxyz"), set("āăæēĕīĭōŏœūŭȳëï"))}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def elements(text):
    """The elements of a UnicodeSet as exemplars are written: characters, ranges, {sequences}, escapes."""
    text, found, ranged, i = text[1:-1], [], False, 0
    while i < len(text):
        character = text[i]
        if character == " ":
            i += 1
        elif character == "{":
            end = text.index("}", i)
            found.append(text[i + 1 : end].replace("\\", ""))
            i = end + 1
        elif character == "-":
            ranged = True
            i += 1
        else:
            if character == "\\":
                i += 1
                character = text[i]
            i += 1
            if ranged:
                found += [chr(code) for code in range(ord(found[-1]) + 1, ord(character) + 1)]
                ranged = False
            else:
                found.append(character)
    return found


def letters(text):
    """Letters and marks. Modifier letters are left out: they are printed as apostrophes."""
    found = set()
    for element in elements(text):
        composed = unicodedata.normalize("NFC", element)
        if any(not unicodedata.category(c).startswith("M") for c in composed[1:]):
            continue  # a digraph; its letters stand in the set by themselves
        found |= {c for c in composed if unicodedata.category(c) in ("Ll", "Lu", "Lt", "Lo", "Mn", "Mc")}
    return found


def runs(characters):
    """In order of their codes, four and more that follow one another as a-z."""
    codes, text, i = sorted(map(ord, characters)), "", 0
    while i < len(codes):
        end = i
        while end + 1 < len(codes) and codes[end + 1] == codes[end] + 1:
            end += 1
        run = "".join(map(chr, codes[i : end + 1]))
        text += f"{run[0]}-{run[-1]}" if len(run) > 3 else run
        i = end + 1
    return text


def is_latin(characters):
    return any("LATIN" in unicodedata.name(c, "") for c in characters)


def rows():
    english = f"{NAMES}/main/en"
    names = load(f"{english}/languages.json")["main"]["en"]["localeDisplayNames"]["languages"]
    scripts = load(f"{english}/scripts.json")["main"]["en"]["localeDisplayNames"]["scripts"]
    metadata = load(f"{CORE}/supplemental/aliases.json")["supplemental"]["metadata"]["alias"]
    aliases = {}
    for code, entry in metadata["languageAlias"].items():
        if entry["_reason"] in ("overlong", "bibliographic") and len(code) == 3:
            aliases.setdefault(entry["_replacement"], []).append(code)
    found = {}
    for locale in sorted(os.listdir(f"{MISC}/main")):
        language, _, script = locale.partition("-")
        if script and not re.fullmatch("[A-Z][a-z]{3}", script):
            continue  # a country's
        characters = load(f"{MISC}/main/{locale}/characters.json")["main"][locale]["characters"]
        main, others = ADDED.get(locale) or (
            letters(characters["exemplarCharacters"]),
            letters(characters["auxiliary"]),
        )
        if not main:
            continue
        if script and found.get(language, [None])[0] == main:
            aliases.setdefault(language, []).append(locale)  # the script it has by default
            continue
        name = names.get(locale) or names.get(language, locale) + (f" ({scripts[script]})" if script else "")
        others = {c for c in others - main if is_latin(c) and not c.isascii()} if is_latin(main) else set()
        found[locale] = (main, name, others)
    for locale, (main, name, others) in found.items():
        yield "\t".join([locale, ",".join(sorted(aliases.get(locale, []))), name, runs(main), runs(others)])


version = load(f"{MISC}/package.json")["version"]
print(f'''namespace Cis.Languages;

/// <summary>
/// The letters of each language: CLDR's exemplar characters, of the main and, for Latin script, of the auxiliary set.
/// Written by make_table.py; not to be edited.
/// </summary>
internal static class CldrTable
{{
    /// <summary>The version of CLDR: of the npm packages cldr-misc-full, cldr-localenames-full and cldr-core.</summary>
    internal const string Version = "{version}";

    /// <summary>
    /// A line for each language, with tabs between code, other codes, English name, letters, and letters that it has in
    /// words of other languages. <c>a-z</c> stands for a run of letters.
    /// </summary>
    internal static ReadOnlySpan<byte> Lines =>
        """''')
print("\n".join("        " + row for row in rows()))
print('''        """u8;
}''')
