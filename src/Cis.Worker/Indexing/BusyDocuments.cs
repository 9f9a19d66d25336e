using Cis.Worker.Ports;

namespace Cis.Worker.Indexing;

/// <summary>
/// The documents that the index was too busy for. One that it is still too busy for after it has taken others says nothing
/// against the index as a whole. Thread-safe.
/// </summary>
internal sealed class BusyDocuments
{
    // A few hundred are in flight; ids are short. Beyond this each failure counts, as if none were known.
    private const int MaxDocuments = 10_000;

    private readonly Lock _gate = new();

    // By id: the number of the answers with a success when it was first refused.
    private readonly Dictionary<string, long> _busy = new(StringComparer.Ordinal);
    private long _successes;

    /// <summary>Records an answer.</summary>
    /// <param name="documents">What was sent.</param>
    /// <param name="results">A result for each.</param>
    /// <returns>Whether a document of it was found busy for the first time, or once more with none taken since.</returns>
    internal bool Learn(IReadOnlyList<IndexDocument> documents, IReadOnlyList<IndexResult> results)
    {
        lock (_gate)
        {
            bool isNews = false;
            bool isSuccess = false;
            for (int i = 0; i < Math.Min(documents.Count, results.Count); i++)
            {
                isNews |= LearnLocked(documents[i].Id, results[i].Status);
                isSuccess |= results[i].Status is IndexStatus.Indexed or IndexStatus.Superseded;
            }

            _successes += isSuccess ? 1 : 0;
            return isNews;
        }
    }

    /// <summary>Whether others have been taken since the index was first too busy for a document.</summary>
    internal bool IsAlone(string id)
    {
        lock (_gate)
        {
            return _busy.TryGetValue(id, out long since) && since < _successes;
        }
    }

    private bool LearnLocked(string id, IndexStatus status)
    {
        if (status is not (IndexStatus.Busy or IndexStatus.Unavailable))
        {
            _busy.Remove(id);
            return false;
        }

        if (_busy.TryGetValue(id, out long since))
        {
            return since == _successes;
        }

        if (_busy.Count < MaxDocuments)
        {
            _busy.Add(id, _successes);
        }

        return true;
    }
}
