using System.Text.Json;
using Cis.Layout;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>The lines of a page as <c>cis ocr</c> wrote them, turned upright for the reading order.</summary>
internal static class FoundLines
{
    // A vertical line of two characters is taller than a horizontal one of any length.
    private const float VerticalShape = 1.6f;

    /// <summary>Reads them.</summary>
    public static List<DirectedLine> Of(JsonElement page, JsonElement lines)
    {
        int turns = page.GetProperty("rotation").GetInt32() / 90;
        var size = new PagePoint(page.GetProperty("width").GetInt32(), page.GetProperty("height").GetInt32());
        bool layer = page.GetProperty("source").GetString() == "text-layer";
        TextSource source = layer ? TextSource.TextLayer : TextSource.Ocr;
        TextLine[] upright = [.. lines.EnumerateArray().Select(line => LineOf(line, turns, size, source))];
        bool isVertical = upright.Sum(l => IsTall(l.Box) ? l.Text.Length : -l.Text.Length) > 0;
        return [.. upright.Select(line => new DirectedLine(line, isVertical))];
    }

    private static bool IsTall(Quad box) => box.Bottom - box.Top > VerticalShape * (box.Right - box.Left);

    private static TextLine LineOf(JsonElement line, int turns, PagePoint size, TextSource source)
    {
        TextWord[] words = [.. line.GetProperty("words").EnumerateArray().Select(word => WordOf(word, turns, size))];
        return new TextLine(TextOf(line), ConfidenceOf(line), BoxOf(line, turns, size), words, source);
    }

    private static TextWord WordOf(JsonElement word, int turns, PagePoint size) =>
        new(TextOf(word), ConfidenceOf(word), BoxOf(word, turns, size));

    private static string TextOf(JsonElement element) => element.GetProperty("text").GetString()!;

    private static float ConfidenceOf(JsonElement element) => element.GetProperty("confidence").GetSingle();

    private static Quad BoxOf(JsonElement element, int turns, PagePoint size)
    {
        PagePoint[] corners =
        [
            .. element
                .GetProperty("box")
                .EnumerateArray()
                .Select(corner => Turn(new PagePoint(corner[0].GetSingle(), corner[1].GetSingle()), turns, size)),
        ];
        return new Quad(corners[0], corners[1], corners[2], corners[3]);
    }

    /// <summary>Clockwise by quarters.</summary>
    internal static PagePoint Turn(PagePoint point, int turns, PagePoint size) =>
        turns switch
        {
            1 => new PagePoint(size.Y - point.Y, point.X),
            2 => new PagePoint(size.X - point.X, size.Y - point.Y),
            3 => new PagePoint(point.Y, size.X - point.X),
            _ => point,
        };
}
