using System.Text;

namespace Cis.ModelCompiler.Vocabularies;

/// <summary>
/// What stands in documents in the Latin script: letters with the diacritics of Europe's languages, digits,
/// punctuation, currencies, and the signs of forms and simple formulas. Phonetic and African letters (most of Latin
/// Extended-B) are left out: no document of these languages has them, and each is one more look-alike to confuse.
/// </summary>
internal static class LatinScript
{
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x20, 0x7E), // Basic Latin
        (0xA0, 0xFF), // Latin-1 Supplement
        (0x100, 0x17F), // Latin Extended-A
        (0x218, 0x21B), // Romanian S and T with comma
        (0x2010, 0x205E), // General Punctuation
        (0x2070, 0x209C), // Superscripts and Subscripts
        (0x20A0, 0x20C0), // Currency Symbols
        (0x2100, 0x214F), // Letterlike Symbols
        (0x2150, 0x218F), // Number Forms
        (0x2190, 0x2195), // Arrows, the simple ones
        (0x2460, 0x2473), // Circled numbers
        (0x2610, 0x2612), // Ballot boxes
        (0xFB00, 0xFB06), // Latin ligatures
    ];

    /// <summary>Signs of formulas, lists and forms, out of blocks that are mostly something else.</summary>
    private const string Signs = "ƒ−∕∙√∞≈≠≤≥∂∆∑∏∫■□▪▫▲△▶▷▼▽◀◆◇◊○●◻◼★☆☎✓✔✕✖✘❑❒➔➢";

    public static bool Contains(string character)
    {
        int code = Rune.GetRuneAt(character, 0).Value;
        return Array.Exists(Blocks, block => block.First <= code && code <= block.Last)
            || Signs.Contains(character, StringComparison.Ordinal);
    }
}
