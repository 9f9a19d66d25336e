using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cis.Fuzz.Documents;

/// <summary>Changes objects, dictionaries, lengths and the cross-reference table of a PDF.</summary>
internal static partial class PdfMutator
{
    // In milliseconds: of files of kilobytes.
    private const int MatchTimeout = 10_000;

    private static readonly string[] s_numbers =
    [
        "0",
        "-1",
        "1",
        "2",
        "255",
        "65536",
        "2147483647",
        "-2147483648",
        "4294967296",
        "99999999999",
        "0.00001",
        "1e9",
        "9 0 R",
    ];

    private static readonly string[] s_names =
    [
        "/Kids",
        "/Parent",
        "/Length",
        "/Filter",
        "/FlateDecode",
        "/LZWDecode",
        "/DCTDecode",
        "/JPXDecode",
        "/JBIG2Decode",
        "/CCITTFaxDecode",
        "/ASCII85Decode",
        "/RunLengthDecode",
        "/Crypt",
        "/Predictor",
        "/Columns",
        "/Colors",
        "/ObjStm",
        "/XRef",
        "/Type3",
        "/CIDFontType2",
        "/ToUnicode",
        "/Encoding",
        "/Pattern",
        "/Shading",
        "/SMask",
        "/Group",
        "/OCG",
        "/Annots",
        "/AcroForm",
        "/XFA",
        "/Rotate",
        "/MediaBox",
        "/UserUnit",
        "/Image",
        "/Form",
        "/Indexed",
        "/ICCBased",
    ];

    internal static byte[] Change(byte[] file, Random random)
    {
        // Each byte is a character: what is compressed comes back as it was.
        string text = Encoding.Latin1.GetString(file);
        string changed = random.Next(10) switch
        {
            0 => SwapObjects(text, random),
            1 => Put(text, Pick(Objects().Matches(text), random), twice: true),
            2 => Put(text, Pick(Objects().Matches(text), random), twice: false),
            3 => Replace(text, Pick(Names().Matches(text), random), s_names[random.Next(s_names.Length)]),
            4 => Replace(text, Pick(Names().Matches(text), random), Pick(Names().Matches(text), random)?.Value ?? "/X"),
            5 => Replace(text, Pick(References().Matches(text), random), Reference(text, random)),
            6 => Replace(
                text,
                Pick(Lengths().Matches(text), random),
                $"/Length {s_numbers[random.Next(s_numbers.Length)]}"
            ),
            7 => Replace(text, Pick(Entries().Matches(text), random), Entry(random)),
            8 => text[..random.Next(text.Length + 1)],
            _ => Replace(text, Pick(Numbers().Matches(text), random), s_numbers[random.Next(s_numbers.Length)]),
        };
        return Encoding.Latin1.GetBytes(changed);
    }

    [GeneratedRegex(@"\d+ \d+ obj\b.*?\bendobj\s*", RegexOptions.Singleline, MatchTimeout)]
    private static partial Regex Objects();

    [GeneratedRegex(@"/[A-Za-z][A-Za-z0-9]+", RegexOptions.None, MatchTimeout)]
    private static partial Regex Names();

    [GeneratedRegex(@"\d+ \d+ R\b", RegexOptions.None, MatchTimeout)]
    private static partial Regex References();

    [GeneratedRegex(@"/Length \d+", RegexOptions.None, MatchTimeout)]
    private static partial Regex Lengths();

    // Of the cross-reference table.
    [GeneratedRegex(@"\d{10} \d{5} [nf]", RegexOptions.None, MatchTimeout)]
    private static partial Regex Entries();

    [GeneratedRegex(@"(?<=[ \[/<(])-?\d+(?:\.\d+)?(?=[ \]/>)\r\n])", RegexOptions.None, MatchTimeout)]
    private static partial Regex Numbers();

    private static Match? Pick(MatchCollection matches, Random random) =>
        matches.Count == 0 ? null : matches[random.Next(matches.Count)];

    private static string Replace(string text, Match? at, string by) =>
        at is null ? text : string.Concat(text.AsSpan(0, at.Index), by, text.AsSpan(at.Index + at.Length));

    private static string Put(string text, Match? at, bool twice) =>
        at is null ? text : Replace(text, at, twice ? at.Value + at.Value : "");

    private static string SwapObjects(string text, Random random)
    {
        MatchCollection objects = Objects().Matches(text);
        if (objects.Count < 2)
        {
            return text;
        }

        int first = random.Next(objects.Count - 1);
        (Match a, Match b) = (objects[first], objects[random.Next(first + 1, objects.Count)]);
        // Their bodies: the numbers stay, so that references lead to the other one.
        (string headA, string bodyA) = Parts(a.Value);
        (string headB, string bodyB) = Parts(b.Value);
        return Replace(Replace(text, b, headB + bodyA), a, headA + bodyB);
    }

    private static (string Head, string Body) Parts(string item)
    {
        int end = item.IndexOf("obj", StringComparison.Ordinal) + 3;
        return (item[..end], item[end..]);
    }

    private static string Reference(string text, Random random) =>
        random.Next(2) == 0
            ? Pick(References().Matches(text), random)?.Value ?? "1 0 R"
            : string.Create(CultureInfo.InvariantCulture, $"{random.Next(40)} 0 R");

    private static string Entry(Random random) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{random.Next(1 << 16):d10} {random.Next(3):d5} {(random.Next(4) == 0 ? 'f' : 'n')}"
        );
}
