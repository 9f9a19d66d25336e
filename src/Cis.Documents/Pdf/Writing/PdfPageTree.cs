using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>A page as its tree has it.</summary>
/// <param name="Number">Its object's number; 0 where it is written inside its parent and cannot be replaced.</param>
/// <param name="Dictionary">Its own entries.</param>
/// <param name="Inherited">Those of its parents' that it does not have itself.</param>
/// <param name="ResourcesOwner">The number of the object that its resources are written in or referred to from.</param>
internal sealed record PdfPage(int Number, PdfDictionary Dictionary, PdfDictionary Inherited, int ResourcesOwner)
{
    internal ReadOnlyMemory<byte> Entry(string name) => Dictionary.Has(name) ? Dictionary[name] : Inherited[name];
}

/// <summary>Lists the pages of a document in their order, with what they inherit (ISO 32000-1, 7.7.3).</summary>
internal static class PdfPageTree
{
    // PDFium's bound on the depth of the tree.
    private const int MaxDepth = 1024;

    private static readonly string[] Inheritable = ["Resources", "MediaBox", "CropBox", "Rotate"];

    /// <summary>The pages, up to a number of them.</summary>
    internal static List<PdfPage> Read(PdfObjects objects, int most)
    {
        var pages = new List<PdfPage>();
        PdfDictionary? catalog = objects.Dictionary(objects.Xref.Trailer["Root"]);
        var open = new Stack<(ReadOnlyMemory<byte> Node, PdfDictionary Inherited, int Owner, int Depth)>();
        var passed = new HashSet<int>();
        open.Push((catalog?["Pages"] ?? default, new PdfDictionary(), 0, 0));
        while (
            pages.Count < most
            && open.TryPop(out (ReadOnlyMemory<byte> Node, PdfDictionary Inherited, int Owner, int Depth) next)
        )
        {
            PdfSyntax.TryReadReference(next.Node.Span, out int number);
            if (next.Depth > MaxDepth || objects.Dictionary(next.Node) is not { } node)
            {
                continue;
            }

            int owner = node.Has("Resources") ? number : next.Owner;
            if (!node.Has("Kids"))
            {
                pages.Add(new PdfPage(number, node, next.Inherited, owner));
            }
            else if (number == 0 || passed.Add(number))
            {
                PushKids(objects, open, node, (Inherit(node, next.Inherited), owner, next.Depth + 1));
            }
        }

        return pages;
    }

    private static void PushKids(
        PdfObjects objects,
        Stack<(ReadOnlyMemory<byte> Node, PdfDictionary Inherited, int Owner, int Depth)> open,
        PdfDictionary node,
        (PdfDictionary Inherited, int Owner, int Depth) below
    )
    {
        List<ReadOnlyMemory<byte>> kids = Elements(objects.Resolve(node["Kids"]));
        for (int i = kids.Count - 1; i >= 0; i--)
        {
            open.Push((kids[i], below.Inherited, below.Owner, below.Depth));
        }
    }

    private static PdfDictionary Inherit(PdfDictionary node, PdfDictionary above)
    {
        if (!Array.Exists(Inheritable, node.Has))
        {
            return above;
        }

        PdfDictionary all = above.Copy();
        foreach (string name in Inheritable)
        {
            if (node.Has(name))
            {
                all[name] = node[name];
            }
        }

        return all;
    }

    /// <summary>An array's elements; none of what is no array.</summary>
    internal static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        ReadOnlySpan<byte> text = array.Span;
        if (!text.StartsWith("["u8))
        {
            return elements;
        }

        for (int at = PdfSyntax.SkipSpace(text, 1); at < text.Length && text[at] != ']'; )
        {
            int end = PdfSyntax.SkipValue(text, at);
            if (end == PdfSyntax.None)
            {
                break;
            }

            elements.Add(array[at..end]);
            at = PdfSyntax.SkipSpace(text, end);
        }

        return elements;
    }

    /// <summary>The page's visible rectangle as PDFium has it: the crop box within the media box, or US Letter.</summary>
    internal static FsRect BoxOf(PdfObjects objects, PdfPage page)
    {
        FsRect media = Rectangle(objects, page.Entry("MediaBox")) ?? new FsRect { Right = 612, Top = 792 };
        if (Rectangle(objects, page.Entry("CropBox")) is not { } crop)
        {
            return media;
        }

        var both = new FsRect
        {
            Left = Math.Max(media.Left, crop.Left),
            Bottom = Math.Max(media.Bottom, crop.Bottom),
            Right = Math.Min(media.Right, crop.Right),
            Top = Math.Min(media.Top, crop.Top),
        };
        return both.Left > both.Right || both.Bottom > both.Top ? default : both;
    }

    /// <summary>Clockwise quarter turns of /Rotate, 0 to 3.</summary>
    internal static int QuarterTurnsOf(PdfObjects objects, PdfPage page) =>
        (((int)(NumberOf(objects.Resolve(page.Entry("Rotate"))) / 90) % 4) + 4) & 3;

    private static FsRect? Rectangle(PdfObjects objects, ReadOnlyMemory<byte> value)
    {
        List<ReadOnlyMemory<byte>> sides = Elements(objects.Resolve(value));
        if (sides.Count < 4)
        {
            return null;
        }

        float[] v = [.. sides.Take(4).Select(side => (float)NumberOf(objects.Resolve(side)))];
        var box = new FsRect
        {
            Left = Math.Min(v[0], v[2]),
            Bottom = Math.Min(v[1], v[3]),
            Right = Math.Max(v[0], v[2]),
            Top = Math.Max(v[1], v[3]),
        };
        return box.Left < box.Right && box.Bottom < box.Top ? box : null;
    }

    private static double NumberOf(ReadOnlyMemory<byte> value) =>
        double.TryParse(
            Encoding.Latin1.GetString(value.Span),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double n
        )
        && Math.Abs(n) < 1e9
            ? n
            : 0;
}
