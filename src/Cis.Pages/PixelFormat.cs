namespace Cis.Pages;

/// <summary>How one pixel of a <see cref="PageImage"/> is stored. The value is the number of bytes per pixel.</summary>
public enum PixelFormat
{
    /// <summary>One byte of luminance, 0 is black.</summary>
    Gray8 = 1,

    /// <summary>Three bytes: blue, green, red; the order in which PaddleOCR's models were trained.</summary>
    Bgr24 = 3,
}
