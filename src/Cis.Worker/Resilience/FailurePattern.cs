using Cis.Worker.Ports;

namespace Cis.Worker.Resilience;

/// <summary>What, other than the file itself, a failure may be the fault of.</summary>
/// <param name="Dependency">Who else.</param>
/// <param name="Cause">What failed, in the same words each time: an error code.</param>
/// <param name="Part">Which part of it: a bucket of the store; null where it is one.</param>
internal sealed record Suspicion(Dependency Dependency, string Cause, string? Part = null)
{
    /// <summary>
    /// Whether messages name the part, and no setting: then others may name one that fares better, and are to be looked for.
    /// </summary>
    internal bool IsNamedByMessage { get; init; }
}

/// <summary>
/// Different files that failed alike, one after the other, with no success between: so many of them are not the fault
/// of each. One that fails again after others were well is known to be at fault itself. Not thread-safe.
/// </summary>
/// <param name="limit">So many.</param>
internal sealed class FailurePattern(int limit)
{
    // What services and notifications call things comes from outside.
    private const int MaxKinds = 100;
    private const int MaxFiles = 10_000;

    // By kind, each file with when its try began.
    private readonly Dictionary<(string? Part, string Cause), Dictionary<string, long>> _files = [];
    private readonly HashSet<(string? Part, string File)> _known = [];

    // However they failed and in whichever part: all that did since anything at all succeeded.
    private readonly Dictionary<(string? Part, string File), long> _all = [];
    private readonly HashSet<(string? Part, string File)> _passed = [];

    /// <summary>Whether nothing has failed since the last success.</summary>
    internal bool IsClear => _files.Count == 0 && _all.Count == 0;

    /// <summary>Whether enough files have failed alike in one part.</summary>
    internal bool IsReached(string? part)
    {
        foreach (((string? Part, string) kind, Dictionary<string, long> alike) in _files)
        {
            if (kind.Part == part && alike.Count >= limit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether more files have failed than may be lost, in ways and parts of any kind, with nothing well between. One more than
    /// of those that fail alike: that is the weaker evidence.
    /// </summary>
    internal bool IsReachedByAll => _all.Count > limit;

    /// <summary>Whether a file counts: it failed in this way, and nothing that started later has succeeded since.</summary>
    internal bool Holds(string file, Suspicion suspicion) =>
        _files.TryGetValue((suspicion.Part, suspicion.Cause), out Dictionary<string, long>? alike)
        && alike.ContainsKey(file);

    /// <summary>A file has failed.</summary>
    /// <param name="file">Which: the same one does not count twice.</param>
    /// <param name="suspicion">Whose fault it could be.</param>
    /// <param name="began">When its try began, see <see cref="CircuitBreaker.Now"/>.</param>
    internal void Add(string file, Suspicion suspicion, long began)
    {
        if (_known.Contains((suspicion.Part, file)))
        {
            return;
        }

        if (_all.Count < MaxFiles && !_passed.Contains((suspicion.Part, file)))
        {
            _all[(suspicion.Part, file)] = began;
        }

        (string?, string) kind = (suspicion.Part, suspicion.Cause);
        if (!_files.TryGetValue(kind, out Dictionary<string, long>? alike))
        {
            if (_files.Count >= MaxKinds)
            {
                return;
            }

            _files[kind] = alike = new Dictionary<string, long>(StringComparer.Ordinal);
        }

        if (alike.Count < MaxFiles)
        {
            alike[file] = began;
        }
    }

    /// <summary>Something succeeded: what had failed before it started was the files' own fault.</summary>
    /// <param name="part">With which part.</param>
    /// <param name="began">When it began. What began to fail later may have a new reason.</param>
    internal void Clear(string? part, long began)
    {
        Pass([.. _all.Where(file => file.Value < began).Select(file => file.Key)]);
        foreach (
            (string? Part, string Cause) kind in _files
                .Keys.Where(kind => kind.Part == part || kind.Part is null)
                .ToList()
        )
        {
            Dictionary<string, long> alike = _files[kind];
            Remember([.. alike.Where(file => file.Value < began).Select(file => (kind.Part, file.Key))], _known);
            foreach (string file in alike.Keys.Where(file => _known.Contains((kind.Part, file))).ToList())
            {
                alike.Remove(file);
            }

            if (alike.Count == 0)
            {
                _files.Remove(kind);
            }
        }
    }

    /// <summary>All failures that were held against the whole are none of it any more.</summary>
    internal void ClearWhole()
    {
        foreach ((string? Part, string Cause) kind in _files.Keys.Where(kind => kind.Part is null).ToList())
        {
            _files.Remove(kind);
        }

        Pass([.. _all.Keys.Where(file => file.Part is null)]);
    }

    private void Pass((string? Part, string File)[] files)
    {
        Remember(files, _passed);
        foreach ((string?, string) file in files)
        {
            _all.Remove(file);
        }
    }

    private static void Remember((string? Part, string File)[] files, HashSet<(string? Part, string File)> among)
    {
        if (among.Count + files.Length > MaxFiles)
        {
            among.Clear();
        }

        among.UnionWith(files);
    }
}
