using Cis.Pages;

namespace Cis.Reading;

/// <summary>Reads lines of the current page from its pixels, where their boxes are known.</summary>
internal interface IBoxReader
{
    /// <summary>Reads boxes.</summary>
    /// <param name="boxes">Their corners in reading direction, in page pixels.</param>
    /// <returns>A line for each, or null where no text is to be seen.</returns>
    IReadOnlyList<TextLine?> Read(IReadOnlyList<Quad> boxes);
}
