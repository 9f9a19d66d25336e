namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// Finds the objects of a file whose cross-reference is missing or wrong by looking through all of it, as readers do: of
/// two with one number the later holds.
/// </summary>
internal static unsafe class PdfSalvage
{
    /// <summary>A cross-reference of what there is.</summary>
    /// <returns>Null where nothing says which object is the catalog.</returns>
    internal static PdfXref? Find(DocumentSource source)
    {
        var file = new ReadOnlySpan<byte>(source.Data, (int)source.Length);
        var places = new Dictionary<int, PdfPlace>();
        var containers = new List<int>();
        var trailer = new PdfDictionary();
        int at = 0;
        while (Next(file, at) is { IsFound: true } found)
        {
            at = found.IsTrailer
                ? PassTrailer(file, found.At, trailer)
                : PassObject(file, found.At, places, containers, trailer);
        }

        AddContained(source, places, containers);
        return trailer.Has("Root") ? PdfXref.Of(places, trailer) : null;
    }

    private static (bool IsFound, bool IsTrailer, int At) Next(ReadOnlySpan<byte> file, int from)
    {
        while (from < file.Length)
        {
            int found = file[from..].IndexOfAny("bt"u8);
            if (found < 0)
            {
                break;
            }

            int at = from + found;
            if (file[at] == 't' && file[at..].StartsWith("trailer"u8))
            {
                return (true, true, at + "trailer".Length);
            }

            if (file[at] == 'b' && HeadBefore(file, at - 1) is { } head)
            {
                return (true, false, head);
            }

            from = at + 1;
        }

        return default;
    }

    /// <summary>Where <c>12 0 obj</c> begins, if its <c>o</c> is at a place.</summary>
    private static int? HeadBefore(ReadOnlySpan<byte> file, int at)
    {
        if (at < 4 || !file[at..].StartsWith("obj"u8))
        {
            return null;
        }

        int start = BackOverNumber(file, BackOverSpace(file, at));
        start = BackOverNumber(file, BackOverSpace(file, start));
        int check = start;
        return PdfObjects.TryReadHead(file, ref check, out _, out _) ? start : null;
    }

    private static int BackOverSpace(ReadOnlySpan<byte> file, int at)
    {
        while (at > 0 && PdfSyntax.IsSpace(file[at - 1]))
        {
            at--;
        }

        return at;
    }

    // No number of an object has more digits than these.
    private static int BackOverNumber(ReadOnlySpan<byte> file, int at)
    {
        int least = Math.Max(0, at - 10);
        while (at > least && char.IsAsciiDigit((char)file[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static int PassTrailer(ReadOnlySpan<byte> file, int at, PdfDictionary trailer)
    {
        if (PdfObjects.ReadDictionary(file, at) is { } found)
        {
            Take(found, trailer);
        }

        return at;
    }

    private static void Take(PdfDictionary found, PdfDictionary trailer)
    {
        foreach (string name in (ReadOnlySpan<string>)["Root", "Info", "ID", "Encrypt"])
        {
            if (found.Has(name))
            {
                trailer[name] = found[name];
            }
        }
    }

    /// <summary>Notes an object and passes over its stream, in which other files may lie.</summary>
    private static int PassObject(
        ReadOnlySpan<byte> file,
        int start,
        Dictionary<int, PdfPlace> places,
        List<int> containers,
        PdfDictionary trailer
    )
    {
        int at = start;
        PdfObjects.TryReadHead(file, ref at, out int number, out int generation);
        places[number] = new PdfPlace(start, generation);
        if (PdfObjects.ReadDictionary(file, at) is not { } dictionary)
        {
            return at;
        }

        if (dictionary.HasName("Type", "/Catalog"u8) && !trailer.Has("Root"))
        {
            trailer.Set("Root", $"{number} {generation} R");
        }
        else if (dictionary.HasName("Type", "/XRef"u8))
        {
            Take(dictionary, trailer);
        }
        else if (dictionary.HasName("Type", "/ObjStm"u8))
        {
            containers.Add(number);
        }

        int data = PdfObjects.DataStart(file, at);
        return data == PdfSyntax.None
            ? at + 2
            : Math.Max(data, data + PdfObjects.StreamData(file, at, dictionary.Number("Length")).Length);
    }

    private static void AddContained(DocumentSource source, Dictionary<int, PdfPlace> places, List<int> containers)
    {
        var objects = new PdfObjects(source, PdfXref.Of(places, new PdfDictionary()));
        foreach (int container in containers)
        {
            if (objects.Container(container, out int first) is not { } held)
            {
                continue;
            }

            int at = PdfSyntax.SkipSpace(held, 0);
            for (int i = 0; at < first && PdfSyntax.TryReadNumber(held, ref at, out long number); i++)
            {
                at = PdfSyntax.SkipSpace(held, at);
                if (!PdfSyntax.TryReadNumber(held, ref at, out _) || number > PdfXref.MaxNumber)
                {
                    break;
                }

                // One that stands in the file itself is an update more often than not.
                places.TryAdd((int)number, new PdfPlace(0, 0, container, i));
                at = PdfSyntax.SkipSpace(held, at);
            }
        }
    }
}
