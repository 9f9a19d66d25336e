using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Reads the lines of a page, one after another, and may learn from them.</summary>
internal interface ILineReader
{
    /// <summary>Forgets what the last page taught.</summary>
    void BeginPage();

    /// <summary>Reads a line.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="control">Stops the reading.</param>
    /// <param name="isColumn">The line is a column of vertical writing.</param>
    /// <returns>The line, or null where nothing was read.</returns>
    TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false);
}
