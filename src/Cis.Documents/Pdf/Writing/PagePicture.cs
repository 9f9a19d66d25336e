using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>A part of a page's picture, from left to right across it: an image object without its length.</summary>
/// <param name="Dictionary">What it says of its data.</param>
/// <param name="Data">Coded.</param>
/// <param name="Rows">Its height in pixels.</param>
internal sealed record PicturePart(PdfDictionary Dictionary, byte[] Data, int Rows);

/// <summary>What is to be seen on a page made of an image.</summary>
/// <param name="Parts">From top to bottom.</param>
/// <param name="Width">In pixels, as stored.</param>
/// <param name="Height">Likewise.</param>
/// <param name="Resolution">Dots per inch across and down, as stored.</param>
/// <param name="Orientation">How it is turned to stand upright, as EXIF has it: 1 to 8.</param>
internal sealed record PagePicture(
    IReadOnlyList<PicturePart> Parts,
    int Width,
    int Height,
    Resolution Resolution,
    int Orientation
)
{
    // The largest page that readers show, 200 inches (ISO 32000-1, annex C).
    private const double MaxSide = 14_400;

    private bool IsTurned => Orientation >= 5;

    /// <summary>The page's size in points.</summary>
    internal (double Width, double Height) Size
    {
        get
        {
            double width = Width * 72.0 / Resolution.Across;
            double height = Height * 72.0 / Resolution.Down;
            double fit = Math.Min(1, MaxSide / Math.Max(width, height));
            return IsTurned ? (height * fit, width * fit) : (width * fit, height * fit);
        }
    }

    /// <summary>The operators that draw the parts, as the XObjects /Im0, /Im1 and so on.</summary>
    internal byte[] Draw()
    {
        (double w, double h) = Size;
        // The image, a unit square, onto the upright page.
        double[] m = Orientation switch
        {
            2 => [-w, 0, 0, h, w, 0],
            3 => [-w, 0, 0, -h, w, h],
            4 => [w, 0, 0, -h, 0, h],
            5 => [0, -h, -w, 0, w, h],
            6 => [0, -h, w, 0, 0, h],
            7 => [0, h, w, 0, 0, 0],
            8 => [0, h, -w, 0, w, 0],
            _ => [w, 0, 0, h, 0, 0],
        };
        var content = new StringBuilder("q\n");
        content.Append(CultureInfo.InvariantCulture, $"{m[0]:0.####} {m[1]:0.####} {m[2]:0.####} {m[3]:0.####} ");
        content.Append(CultureInfo.InvariantCulture, $"{m[4]:0.####} {m[5]:0.####} cm\n");
        int below = Height;
        for (int i = 0; i < Parts.Count; i++)
        {
            below -= Parts[i].Rows;
            double share = (double)Parts[i].Rows / Height;
            double from = (double)below / Height;
            content.Append(
                CultureInfo.InvariantCulture,
                $"q 1 0 0 {share:0.########} 0 {from:0.########} cm /Im{i} Do Q\n"
            );
        }

        return Encoding.Latin1.GetBytes(content.Append("Q\n").ToString());
    }

    /// <summary>An image object's dictionary.</summary>
    internal static PdfDictionary Dictionary(int width, int height, string colorSpace, int bits)
    {
        var dictionary = new PdfDictionary();
        dictionary.Set("Type", "/XObject");
        dictionary.Set("Subtype", "/Image");
        dictionary.Set("Width", $"{width}");
        dictionary.Set("Height", $"{height}");
        dictionary.Set("ColorSpace", colorSpace);
        dictionary.Set("BitsPerComponent", $"{bits}");
        return dictionary;
    }
}

/// <summary>Dots per inch, across and down: those of a fax differ.</summary>
internal readonly record struct Resolution(double Across, double Down)
{
    // Outside of these a file does not mean it: a page of one dot an inch, or of a hair's breadth.
    private const double Least = 10;
    private const double Most = 10_000;

    private const double CentimetersPerInch = 2.54;

    private bool IsMeant => Across is >= Least and <= Most && Down is >= Least and <= Most;

    /// <summary>This, where a file means what it says, else another.</summary>
    internal Resolution Or(double dpi) => IsMeant ? this : new Resolution(dpi, dpi);

    internal static Resolution PerCentimeter(double across, double down) =>
        new(across * CentimetersPerInch, down * CentimetersPerInch);

    /// <summary>A directory's of TIFF or EXIF: nothing where its unit is none.</summary>
    internal static Resolution Of(Images.TiffDirectory directory)
    {
        (double across, double down) = (directory.Fraction(282), directory.Fraction(283));
        return directory.Number(296) switch
        {
            0 or 2 => new Resolution(across, down),
            3 => PerCentimeter(across, down),
            _ => default,
        };
    }
}
