namespace Cis.Ocr.Detection;

/// <summary>The bounds of a connected region of ink, in pixels of the page.</summary>
internal readonly record struct InkMark(int Left, int Top, int Width, int Height)
{
    /// <summary>Its longer side: of a letter without stroke upwards about the x-height, whichever way it lies.</summary>
    public int Size => Math.Max(Width, Height);

    /// <summary>The middle across.</summary>
    public float CenterX => Left + Width / 2f;

    /// <summary>The middle down.</summary>
    public float CenterY => Top + Height / 2f;
}
