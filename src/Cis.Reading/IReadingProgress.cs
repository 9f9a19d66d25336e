namespace Cis.Reading;

/// <summary>
/// Hears what engines do with a document, on their threads. Between its opening and its first page a document may wait
/// for others that are read in a moment.
/// </summary>
public interface IReadingProgress
{
    /// <summary>An engine begins with it: with its opening, or with pages.</summary>
    void Entered();

    /// <summary>It is open.</summary>
    void Opened(DocumentFacts facts);

    /// <summary>Its first page is about to be read.</summary>
    void Begun();

    /// <summary>An engine is done with it, or turns to another document in between.</summary>
    void Left();
}
