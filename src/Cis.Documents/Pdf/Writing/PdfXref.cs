namespace Cis.Documents.Pdf.Writing;

/// <summary>Where an object stands: at a place in the file, or in an object stream.</summary>
/// <param name="Offset">Its place, counted from the file's first byte.</param>
/// <param name="Generation">Its generation number.</param>
/// <param name="Container">The object stream that holds it; 0 for none.</param>
/// <param name="Index">Its place among that stream's.</param>
internal readonly record struct PdfPlace(long Offset, int Generation, int Container = 0, int Index = 0);

/// <summary>A file's cross-reference: where its objects are, and its trailer (ISO 32000-1, 7.5.4 to 7.5.8).</summary>
internal sealed class PdfXref
{
    /// <summary>As PDFium: what names an object beyond is damaged.</summary>
    internal const int MaxNumber = 4 << 20;

    // A section for each of a file's updates; one of a million is an attack.
    private const int MaxSections = 4096;

    /// <summary>Where objects are; a place of 0 means that the number is free.</summary>
    internal Dictionary<int, PdfPlace> Places { get; } = [];

    internal PdfDictionary Trailer { get; private set; } = new();

    /// <summary>The newest section as the file has it; -1 where the file has none that can be used.</summary>
    internal long Start { get; private set; } = -1;

    /// <summary>Whether the newest section is a stream: one that follows must be so too.</summary>
    internal bool IsStream { get; private set; }

    /// <summary>The lowest number that no object has.</summary>
    internal int NextNumber =>
        Math.Max(Places.Count == 0 ? 0 : Places.Keys.Max(), (Trailer.Number("Size") ?? 0) - 1) + 1;

    /// <summary>Reads the sections that the end of the file points to.</summary>
    /// <param name="file">The file.</param>
    /// <param name="origin">Where its header stands, which offsets are counted from.</param>
    /// <returns>Null where one of them is not there or damaged.</returns>
    internal static PdfXref? Read(ReadOnlySpan<byte> file, int origin)
    {
        var xref = new PdfXref();
        var seen = new HashSet<long>();
        long? next = FindStart(file);
        if (next is { } start)
        {
            xref.Start = start;
        }

        while (next is { } offset)
        {
            if (!seen.Add(offset) || seen.Count > MaxSections)
            {
                break;
            }

            if (!xref.TryReadSection(file, offset + origin, origin, seen.Count == 1, out next))
            {
                return null;
            }
        }

        return xref.Trailer.Has("Root") ? xref : null;
    }

    /// <summary>A cross-reference of what was found in a file that has no sound one.</summary>
    internal static PdfXref Of(Dictionary<int, PdfPlace> places, PdfDictionary trailer)
    {
        var xref = new PdfXref { Trailer = trailer, IsStream = places.Values.Any(place => place.Container != 0) };
        foreach ((int number, PdfPlace place) in places)
        {
            xref.Places[number] = place;
        }

        return xref;
    }

    private static long? FindStart(ReadOnlySpan<byte> file)
    {
        // As far from the end as PDFium looks.
        int from = Math.Max(0, file.Length - 4096);
        int found = file[from..].LastIndexOf("startxref"u8);
        int at = found < 0 ? file.Length : PdfSyntax.SkipSpace(file, from + found + "startxref".Length);
        return PdfSyntax.TryReadNumber(file, ref at, out long offset) ? offset : null;
    }

    private bool TryReadSection(ReadOnlySpan<byte> file, long offset, int origin, bool newest, out long? previous)
    {
        previous = null;
        if (offset < 0 || offset >= file.Length)
        {
            return false;
        }

        int at = PdfSyntax.SkipSpace(file, (int)offset);
        bool isTable = PdfSyntax.TryReadKeyword(file, ref at, "xref"u8);
        PdfDictionary? trailer = isTable ? ReadTable(file, at, origin) : ReadStream(file, at, origin);
        if (trailer is null)
        {
            return false;
        }

        if (newest)
        {
            (Trailer, IsStream) = (trailer, !isTable);
        }

        previous = Offset(trailer, "Prev");
        return true;
    }

    private static long? Offset(PdfDictionary trailer, string name)
    {
        int at = 0;
        return PdfSyntax.TryReadNumber(trailer[name].Span, ref at, out long offset) ? offset : null;
    }

    private PdfDictionary? ReadTable(ReadOnlySpan<byte> file, int at, int origin)
    {
        var entries = new List<(int Number, PdfPlace Place)>();
        at = PdfSyntax.SkipSpace(file, at);
        while (PdfSyntax.TryReadNumber(file, ref at, out long first))
        {
            if (!TryReadEntries(file, ref at, first, origin, entries))
            {
                return null;
            }
        }

        if (!PdfSyntax.TryReadKeyword(file, ref at, "trailer"u8))
        {
            return null;
        }

        PdfDictionary? trailer = PdfObjects.ReadDictionary(file, at);
        // In a file for old and new readers, what the table calls free the stream beside it has.
        if (trailer is not null && Offset(trailer, "XRefStm") is { } beside && beside + origin < file.Length)
        {
            ReadStream(file, PdfSyntax.SkipSpace(file, (int)Math.Max(0, beside + origin)), origin);
        }

        entries.ForEach(entry => Places.TryAdd(entry.Number, entry.Place));
        return trailer;
    }

    private static bool TryReadEntries(
        ReadOnlySpan<byte> file,
        ref int at,
        long first,
        int origin,
        List<(int Number, PdfPlace Place)> entries
    )
    {
        at = PdfSyntax.SkipSpace(file, at);
        if (!PdfSyntax.TryReadNumber(file, ref at, out long count) || first + count > MaxNumber)
        {
            return false;
        }

        for (long i = 0; i < count; i++)
        {
            if (!TryReadNext(file, ref at, out long offset) || !TryReadNext(file, ref at, out long generation))
            {
                return false;
            }

            at = PdfSyntax.SkipSpace(file, at);
            bool isUsed = PdfSyntax.TryReadKeyword(file, ref at, "n"u8);
            if (!isUsed && !PdfSyntax.TryReadKeyword(file, ref at, "f"u8))
            {
                return false;
            }

            long place = isUsed && offset > 0 ? offset + origin : 0;
            entries.Add(((int)(first + i), new PdfPlace(place, (int)Math.Min(generation, ushort.MaxValue))));
        }

        at = PdfSyntax.SkipSpace(file, at);
        return true;
    }

    private static bool TryReadNext(ReadOnlySpan<byte> file, ref int at, out long number)
    {
        at = PdfSyntax.SkipSpace(file, at);
        return PdfSyntax.TryReadNumber(file, ref at, out number);
    }

    private PdfDictionary? ReadStream(ReadOnlySpan<byte> file, int at, int origin)
    {
        if (
            !PdfObjects.TryReadHead(file, ref at, out _, out _)
            || PdfObjects.ReadDictionary(file, at) is not { } dictionary
            || !dictionary.HasName("Type", "/XRef"u8)
        )
        {
            return null;
        }

        ReadOnlySpan<byte> data = PdfObjects.StreamData(file, at, dictionary.Number("Length"));
        return PdfStreams.Decode(dictionary, data, MaxNumber * 16) is { } rows && TryReadRows(dictionary, rows, origin)
            ? dictionary
            : null;
    }

    private bool TryReadRows(PdfDictionary dictionary, ReadOnlySpan<byte> rows, int origin)
    {
        long[] widths = NumbersOf(dictionary["W"].Span);
        long[] ranges = dictionary.Has("Index")
            ? NumbersOf(dictionary["Index"].Span)
            : [0, dictionary.Number("Size") ?? 0];
        if (widths.Length < 3 || widths.AsSpan(0, 3).ContainsAnyExceptInRange(0, 8) || ranges.Length % 2 != 0)
        {
            return false;
        }

        int width = (int)(widths[0] + widths[1] + widths[2]);
        for (int range = 0; range < ranges.Length; range += 2)
        {
            for (long i = 0; i < ranges[range + 1] && width > 0 && rows.Length >= width; i++, rows = rows[width..])
            {
                long number = ranges[range] + i;
                if (number > MaxNumber)
                {
                    return false;
                }

                Places.TryAdd((int)number, PlaceOf(rows, widths, origin));
            }
        }

        return true;
    }

    private static PdfPlace PlaceOf(ReadOnlySpan<byte> row, long[] widths, int origin)
    {
        long type = widths[0] == 0 ? 1 : BigEndian(row[..(int)widths[0]]);
        long second = BigEndian(row.Slice((int)widths[0], (int)widths[1]));
        int third = (int)
            Math.Clamp(BigEndian(row.Slice((int)(widths[0] + widths[1]), (int)widths[2])), 0, int.MaxValue);
        return type switch
        {
            1 when second is > 0 and <= int.MaxValue => new PdfPlace(second + origin, third),
            2 when second is > 0 and <= MaxNumber => new PdfPlace(0, 0, (int)second, third),
            _ => new PdfPlace(0, third),
        };
    }

    private static long BigEndian(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        foreach (byte b in bytes)
        {
            value = (value << 8) | b;
        }

        return value;
    }

    private static long[] NumbersOf(ReadOnlySpan<byte> array)
    {
        var numbers = new List<long>();
        int at = PdfSyntax.SkipSpace(array, 1);
        while (PdfSyntax.TryReadNumber(array, ref at, out long number))
        {
            numbers.Add(number);
            at = PdfSyntax.SkipSpace(array, at);
        }

        return [.. numbers];
    }
}
