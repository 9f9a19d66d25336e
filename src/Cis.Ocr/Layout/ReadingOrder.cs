using System.Text;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Layout;

/// <summary>Puts the lines of a page in the order in which a person reads them.</summary>
internal sealed class ReadingOrder
{
    /// <summary>Orders the lines and joins their text.</summary>
    /// <param name="lines">As detected; sorted in place.</param>
    /// <returns>The page's text.</returns>
    public static string Arrange(List<RecognizedLine> lines)
    {
        lines.Sort((a, b) => a.Line.Box.Top.CompareTo(b.Line.Box.Top));
        var text = new StringBuilder();
        foreach (RecognizedLine line in lines)
        {
            text.AppendLine(line.Line.Text);
        }

        return text.ToString();
    }
}
