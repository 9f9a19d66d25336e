namespace Cis.Documents.Pdf.Writing;

/// <summary>The objects of a file, read in place. Only object streams that were opened are kept.</summary>
internal sealed unsafe class PdfObjects(DocumentSource source, PdfXref xref)
{
    // References to references, which the standard does not have.
    private const int MaxHops = 16;

    // Object streams hold up to some hundred small objects each.
    private const int MaxObjectStream = 64 << 20;
    private const long MaxHeld = 128L << 20;

    private readonly Dictionary<int, byte[]?> _containers = [];
    private long _held;

    internal PdfXref Xref { get; } = xref;

    private ReadOnlySpan<byte> File => new(source.Data, (int)source.Length);

    /// <summary>The value of an object without a stream's data; empty where there is none.</summary>
    internal ReadOnlyMemory<byte> Load(int number)
    {
        if (!Xref.Places.TryGetValue(number, out PdfPlace place))
        {
            return default;
        }

        return place.Container != 0 ? LoadFromContainer(number, place)
            : place.Offset > 0 && TryFindValue(number, place, out int at) ? ValueAt(File, at)
            : default;
    }

    /// <summary>Whether an object is where the cross-reference has it.</summary>
    internal bool IsThere(int number) => !Load(number).IsEmpty;

    /// <summary>A value, or what it refers to.</summary>
    internal ReadOnlyMemory<byte> Resolve(ReadOnlyMemory<byte> value)
    {
        for (int hop = 0; hop < MaxHops && PdfSyntax.TryReadReference(value.Span, out int number); hop++)
        {
            value = Load(number);
        }

        return value;
    }

    /// <summary>A dictionary, or the one that a value refers to.</summary>
    internal PdfDictionary? Dictionary(ReadOnlyMemory<byte> value) => PdfDictionary.Parse(Resolve(value));

    /// <summary>An object's stream, decoded.</summary>
    /// <returns>Null where it is none, is larger than allowed, or of a filter that is not read here.</returns>
    internal byte[]? Stream(int number, int most, out PdfDictionary? dictionary)
    {
        dictionary = null;
        if (
            !Xref.Places.TryGetValue(number, out PdfPlace place)
            || place.Offset <= 0
            || !TryFindValue(number, place, out int at)
            || ReadDictionary(File, at) is not { } found
        )
        {
            return null;
        }

        dictionary = found.Copy();
        foreach (string name in (ReadOnlySpan<string>)["Filter", "DecodeParms", "Length"])
        {
            if (found.Has(name))
            {
                dictionary[name] = Resolve(found[name]);
            }
        }

        return PdfStreams.Decode(dictionary, StreamData(File, at, dictionary.Number("Length")), most);
    }

    /// <summary>Reads <c>12 0 obj</c> and moves past it.</summary>
    internal static bool TryReadHead(ReadOnlySpan<byte> file, ref int at, out int number, out int generation)
    {
        (number, generation) = (0, 0);
        if (!PdfSyntax.TryReadNumber(file, ref at, out long first))
        {
            return false;
        }

        at = PdfSyntax.SkipSpace(file, at);
        if (
            !PdfSyntax.TryReadNumber(file, ref at, out long second)
            || first > PdfXref.MaxNumber
            || second > ushort.MaxValue
        )
        {
            return false;
        }

        at = PdfSyntax.SkipSpace(file, at);
        if (at > file.Length || !file[at..].StartsWith("obj"u8))
        {
            return false;
        }

        (number, generation) = ((int)first, (int)second);
        at = PdfSyntax.SkipSpace(file, at + 3);
        return true;
    }

    /// <summary>The dictionary at an offset in the file; null where there is none.</summary>
    internal static PdfDictionary? ReadDictionary(ReadOnlySpan<byte> file, int at) =>
        PdfDictionary.Parse(ValueAt(file, PdfSyntax.SkipSpace(file, at)));

    /// <summary>
    /// The data of the stream whose dictionary begins at an offset; its length is trusted if it ends there.
    /// </summary>
    internal static ReadOnlySpan<byte> StreamData(ReadOnlySpan<byte> file, int at, int? length)
    {
        int start = DataStart(file, at);
        if (start == PdfSyntax.None)
        {
            return [];
        }

        if (length is { } known && known >= 0 && known <= file.Length - start)
        {
            int end = PdfSyntax.SkipSpace(file, start + known);
            if (PdfSyntax.TryReadKeyword(file, ref end, "endstream"u8))
            {
                return file.Slice(start, known);
            }
        }

        int found = file[start..].IndexOf("endstream"u8);
        return found < 0 ? file[start..] : file.Slice(start, found);
    }

    /// <summary>The offset of the data of the stream whose dictionary begins at an offset.</summary>
    internal static int DataStart(ReadOnlySpan<byte> file, int at)
    {
        at = PdfSyntax.SkipValue(file, PdfSyntax.SkipSpace(file, at));
        if (at == PdfSyntax.None)
        {
            return PdfSyntax.None;
        }

        at = PdfSyntax.SkipSpace(file, at);
        if (!file[at..].StartsWith("stream"u8))
        {
            return PdfSyntax.None;
        }

        at += "stream".Length;
        at +=
            file[at..].StartsWith("\r\n"u8) ? 2
            : at < file.Length && file[at] is (byte)'\n' or (byte)'\r' ? 1
            : 0;
        return at;
    }

    private static ReadOnlyMemory<byte> ValueAt(ReadOnlySpan<byte> text, int at)
    {
        int end = PdfSyntax.SkipValue(text, at);
        return end == PdfSyntax.None ? default : text[at..end].ToArray();
    }

    private bool TryFindValue(int number, PdfPlace place, out int at)
    {
        at = 0;
        if (place.Offset >= File.Length)
        {
            return false;
        }

        at = PdfSyntax.SkipSpace(File, (int)place.Offset);
        return TryReadHead(File, ref at, out int found, out _) && found == number;
    }

    private ReadOnlyMemory<byte> LoadFromContainer(int number, PdfPlace place)
    {
        if (Container(place.Container, out int first) is not { } objects)
        {
            return default;
        }

        int at = PdfSyntax.SkipSpace(objects, 0);
        while (at < first && PdfSyntax.TryReadNumber(objects, ref at, out long found))
        {
            at = PdfSyntax.SkipSpace(objects, at);
            if (!PdfSyntax.TryReadNumber(objects, ref at, out long offset))
            {
                break;
            }

            if (found == number)
            {
                return offset < objects.Length - first
                    ? ValueAt(objects, PdfSyntax.SkipSpace(objects, first + (int)offset))
                    : default;
            }

            at = PdfSyntax.SkipSpace(objects, at);
        }

        return default;
    }

    /// <summary>An object stream, decoded, and where its first object begins.</summary>
    internal byte[]? Container(int number, out int first)
    {
        if (!_containers.TryGetValue(number, out byte[]? objects))
        {
            if (_held > MaxHeld)
            {
                _containers.Clear();
                _held = 0;
            }

            objects = Stream(number, MaxObjectStream, out _);
            _containers[number] = objects;
            _held += objects?.Length ?? 0;
        }

        first = objects is null ? 0 : FirstOf(number, objects.Length);
        return first > 0 ? objects : null;
    }

    private int FirstOf(int number, int length)
    {
        PdfPlace place = Xref.Places[number];
        return TryFindValue(number, place, out int at) && ReadDictionary(File, at)?.Number("First") is { } first and > 0
            ? Math.Min(first, length)
            : 0;
    }
}
