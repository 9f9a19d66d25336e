using System.Collections.Concurrent;
using Cis.Documents;
using Cis.Input;

namespace Cis.Output;

/// <summary>
/// The documents that are being read to become searchable PDFs: their bytes are needed once more when their text is known,
/// and those of standard input come only once. Thread-safe.
/// </summary>
internal sealed class SearchableCopies(ReadingOptions options, Func<nint> loadGuard) : IDisposable
{
    private readonly ConcurrentDictionary<string, SearchableCopy> _copies = new(StringComparer.Ordinal);

    /// <summary>Prepares a copy of a document that is about to be read, and returns the document.</summary>
    /// <exception cref="Pages.ReadException">No copy can be made; the document is disposed of.</exception>
    internal DocumentSource Keep(InputFile file, DocumentSource source)
    {
        try
        {
            _copies[file.RelativePath] = SearchableCopy.Prepare(source, options, loadGuard());
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The copy of a document, for the caller to dispose of; null where none was prepared.</summary>
    internal SearchableCopy? Take(InputFile file) =>
        _copies.TryRemove(file.RelativePath, out SearchableCopy? copy) ? copy : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SearchableCopy copy in _copies.Values)
        {
            copy.Dispose();
        }

        _copies.Clear();
    }
}
