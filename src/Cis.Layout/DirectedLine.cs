using Cis.Pages;

namespace Cis.Layout;

/// <summary>A line of a page and the way it runs, before the page is put in order.</summary>
/// <param name="Line">Its text, confidence, box and words, all in page pixels.</param>
/// <param name="Vertical">It runs down the page, as vertical Japanese does.</param>
public readonly record struct DirectedLine(TextLine Line, bool Vertical);
