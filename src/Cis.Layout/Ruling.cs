using Cis.Pages;

namespace Cis.Layout;

/// <summary>A straight line drawn on the page, as around the cells of a table.</summary>
/// <param name="From">One end, in the frame of the text lines.</param>
/// <param name="To">The other.</param>
public readonly record struct Ruling(PagePoint From, PagePoint To);
