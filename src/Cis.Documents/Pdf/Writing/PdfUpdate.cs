using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// Objects that are appended to a file behind its last byte, with a cross-reference of them (ISO 32000-1, 7.5.6). What the
/// file was stays in it, byte for byte; a new file is an update of nothing.
/// </summary>
/// <param name="xref">Of the file.</param>
/// <param name="length">Its length.</param>
/// <param name="origin">Where in it its header stands, which offsets are counted from.</param>
internal sealed class PdfUpdate(PdfXref xref, long length, int origin)
{
    private readonly List<(int Number, int Generation, byte[] Body)> _objects = [];
    private readonly SortedDictionary<int, PdfPlace> _places = [];
    private readonly PdfDictionary _trailer = new();
    private long _at = length;
    private int _next = xref.NextNumber;

    /// <summary>A number for an object that comes later.</summary>
    internal int Reserve() => _next++;

    /// <summary>Adds an object and gives its number.</summary>
    internal int Add(byte[] body)
    {
        int number = Reserve();
        Put(number, body);
        return number;
    }

    /// <summary>Gives a number its object, in place of that which had it.</summary>
    internal void Put(int number, byte[] body)
    {
        int generation =
            xref.Places.TryGetValue(number, out PdfPlace place) && place.Container == 0 ? place.Generation : 0;
        _objects.Add((number, generation, body));
    }

    /// <summary>Sets an entry of the trailer.</summary>
    internal void SetTrailer(string name, string value) => _trailer.Set(name, value);

    /// <summary>Writes the objects that were added so far and lets go of them.</summary>
    /// <param name="output">Stands behind the file's last byte, or what was written before.</param>
    internal void WriteObjects(Stream output)
    {
        foreach ((int number, int generation, byte[] body) in _objects)
        {
            _places[number] = new PdfPlace(_at, generation);
            Put(output, Encoding.Latin1.GetBytes($"{number} {generation} obj\n"));
            Put(output, body);
            Put(output, "\nendobj\n"u8);
        }

        _objects.Clear();
    }

    /// <summary>Writes what is left, and the cross-reference.</summary>
    internal void Finish(Stream output)
    {
        WriteObjects(output);
        long start = _at;
        Put(output, xref.IsStream ? Stream() : Table());
        Put(output, Encoding.Latin1.GetBytes($"startxref\n{start - origin}\n%%EOF\n"));
    }

    private void Put(Stream output, ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _at += bytes.Length;
    }

    private PdfDictionary Trailer(int size)
    {
        var trailer = new PdfDictionary();
        foreach (string name in (ReadOnlySpan<string>)["Root", "Info", "ID"])
        {
            if (_trailer.Has(name) || xref.Trailer.Has(name))
            {
                trailer[name] = _trailer.Has(name) ? _trailer[name] : xref.Trailer[name];
            }
        }

        trailer.Set("Size", $"{size}");
        if (xref.Start >= 0)
        {
            trailer.Set("Prev", $"{xref.Start}");
        }

        return trailer;
    }

    /// <summary>A file without a sound cross-reference gets one of all that it holds.</summary>
    private void AddOld()
    {
        if (xref.Start >= 0)
        {
            return;
        }

        foreach ((int number, PdfPlace place) in xref.Places)
        {
            _places.TryAdd(number, place);
        }

        _places[0] = new PdfPlace(0, ushort.MaxValue);
    }

    private byte[] Table()
    {
        AddOld();
        var table = new StringBuilder("xref\n");
        foreach ((int first, PdfPlace[] run) in RunsOf(_places))
        {
            table.Append(CultureInfo.InvariantCulture, $"{first} {run.Length}\n");
            foreach (PdfPlace place in run)
            {
                bool isFree = place.Offset == 0;
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{(isFree ? 0 : place.Offset - origin):0000000000} {place.Generation:00000} {(isFree ? 'f' : 'n')} \n"
                );
            }
        }

        byte[] trailer = Trailer(_next).ToBytes();
        return [.. Encoding.Latin1.GetBytes(table.Append("trailer\n").ToString()), .. trailer, .. "\n"u8];
    }

    private byte[] Stream()
    {
        int number = Reserve();
        _places[number] = new PdfPlace(_at, 0);
        AddOld();
        var index = new StringBuilder("[");
        using var rows = new MemoryStream();
        Span<byte> row = stackalloc byte[1 + 8 + 4];
        foreach ((int first, PdfPlace[] run) in RunsOf(_places))
        {
            index.Append(CultureInfo.InvariantCulture, $"{first} {run.Length} ");
            foreach (PdfPlace place in run)
            {
                bool isHeld = place.Container != 0;
                row[0] = (byte)(
                    isHeld ? 2
                    : place.Offset == 0 ? 0
                    : 1
                );
                long second =
                    isHeld ? place.Container
                    : place.Offset == 0 ? 0
                    : place.Offset - origin;
                BinaryPrimitives.WriteInt64BigEndian(row[1..], second);
                BinaryPrimitives.WriteInt32BigEndian(row[9..], isHeld ? place.Index : place.Generation);
                rows.Write(row);
            }
        }

        PdfDictionary dictionary = Trailer(_next);
        dictionary.Set("Type", "/XRef");
        dictionary.Set("W", "[1 8 4]");
        dictionary.Set("Index", index.Append(']').ToString());
        byte[] body = PdfStreams.Body(dictionary, rows.ToArray());
        return [.. Encoding.Latin1.GetBytes($"{number} 0 obj\n"), .. body, .. "\nendobj\n"u8];
    }

    private static IEnumerable<(int First, PdfPlace[] Run)> RunsOf(SortedDictionary<int, PdfPlace> places)
    {
        var run = new List<PdfPlace>();
        int next = 0;
        foreach ((int number, PdfPlace place) in places)
        {
            if (run.Count > 0 && number != next)
            {
                yield return (next - run.Count, run.ToArray());
                run.Clear();
            }

            run.Add(place);
            next = number + 1;
        }

        if (run.Count > 0)
        {
            yield return (next - run.Count, run.ToArray());
        }
    }
}
