namespace Cis.Documents.Images;

/// <summary>
/// Puts a transparent picture on a ground: white, unless what stands on its transparent parts is light, as white letters
/// are that were drawn for a dark page. Colors at the edges of what is transparent tell.
/// </summary>
internal sealed class TransparentGround
{
    private const byte White = 255;
    private const byte Gray = 128;
    private const byte Black = 0;

    // Of 255: half-transparent pixels are letters' soft edges and shadows.
    private const byte Visible = 128;

    // Of 255: what is lighter cannot be read on white, what is darker not on black.
    private const int Light = 170;
    private const int Dark = 85;

    // Of a photo's cut-out edge some pixels are light, others dark: white does for it.
    private const int ClearMajority = 4;
    private const int FewestPixels = 16;

    private long _light;
    private long _dark;

    /// <summary>The ground.</summary>
    public byte Ground { get; private set; } = White;

    /// <summary>
    /// Changes to the ground on which the picture seen so far can be read. Returns whether it changed, so that the
    /// picture must be composed again.
    /// </summary>
    public bool ChangeToBetter()
    {
        byte better =
            _light < FewestPixels || _light * ClearMajority < _dark ? White
            : _dark * ClearMajority < _light ? Black
            : Gray;
        bool isOther = better != Ground;
        Ground = better;
        return isOther;
    }

    /// <summary>Puts a row on the ground.</summary>
    /// <param name="row">Pixels of gray and alpha, or of red, green, blue and alpha.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="result">Pixels without alpha.</param>
    public void Flatten(ReadOnlySpan<byte> row, int channels, Span<byte> result)
    {
        int bytes = channels + 1;
        for (int x = 0; x < result.Length / channels; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * bytes, bytes);
            byte alpha = pixel[channels];
            for (int c = 0; c < channels; c++)
            {
                result[x * channels + c] = (byte)((pixel[c] * alpha + Ground * (White - alpha) + White / 2) / White);
            }

            if (alpha >= Visible && IsAtEdge(row, x, bytes))
            {
                Count(pixel, channels);
            }
        }
    }

    private static bool IsAtEdge(ReadOnlySpan<byte> row, int x, int bytes)
    {
        int alpha = x * bytes + bytes - 1;
        return (alpha >= bytes && row[alpha - bytes] < Visible)
            || (alpha + bytes < row.Length && row[alpha + bytes] < Visible);
    }

    private void Count(ReadOnlySpan<byte> pixel, int channels)
    {
        int luminance = channels == 1 ? pixel[0] : (pixel[0] + 2 * pixel[1] + pixel[2]) / 4;
        _light += luminance > Light ? 1 : 0;
        _dark += luminance < Dark ? 1 : 0;
    }
}
