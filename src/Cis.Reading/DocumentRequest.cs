using Cis.Documents;

namespace Cis.Reading;

/// <summary>A document to read.</summary>
/// <param name="OpenSource">
/// Gets the bytes; called once, on an engine's thread, when its turn has come. The pool disposes the source once the
/// last page is read. A <see cref="Pages.ReadException"/> out of it is the document's outcome.
/// </param>
public sealed record DocumentRequest(Func<DocumentSource> OpenSource)
{
    /// <summary>The pages wanted.</summary>
    public PageSelection Pages { get; init; } = PageSelection.All;

    /// <summary>Hears how the reading goes on.</summary>
    public IReadingProgress? Progress { get; init; }
}
