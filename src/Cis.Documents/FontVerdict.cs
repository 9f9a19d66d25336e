using Cis.Pages;

namespace Cis.Documents;

/// <summary>What came of comparing a doubtful font's text with its pixels.</summary>
/// <param name="Font">As in <see cref="PageRegion.Font"/>.</param>
/// <param name="Lies">Whether the text was other than the pixels.</param>
/// <param name="Characters">Those that this is true of; null for all.</param>
public readonly record struct FontVerdict(string Font, bool Lies, string? Characters = null);
