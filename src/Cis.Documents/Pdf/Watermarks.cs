namespace Cis.Documents.Pdf;

/// <summary>Text that stands aslant on a page.</summary>
internal static class Watermarks
{
    // The same words again and again are a tiled watermark, which names the reader and says nothing of the page.
    private const int Tiles = 3;

    /// <summary>What is not repeated all over the page.</summary>
    internal static List<TextFragment> WithoutTiles(List<TextFragment> tilted)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] texts = new string[tilted.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = TextLayerPage.LineOf(tilted[i]).Text;
            counts[texts[i]] = counts.GetValueOrDefault(texts[i]) + 1;
        }

        var single = new List<TextFragment>();
        for (int i = 0; i < texts.Length; i++)
        {
            if (counts[texts[i]] < Tiles)
            {
                single.Add(tilted[i]);
            }
        }

        return single;
    }
}
