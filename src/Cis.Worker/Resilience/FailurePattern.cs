using Cis.Worker.Ports;

namespace Cis.Worker.Resilience;

/// <summary>What a failure could be the fault of, other than the file itself.</summary>
/// <param name="Dependency">Who else.</param>
/// <param name="Cause">What failed, in the same words each time: an error code.</param>
/// <param name="Part">Which part of it: a bucket of the store; null where it is one.</param>
internal sealed record Suspicion(Dependency Dependency, string Cause, string? Part = null);

/// <summary>
/// Different files that failed alike, one after the other, with no success between: so many of them are not the fault
/// of each. One that fails again after others were well is known to be at fault itself. Not thread-safe.
/// </summary>
/// <param name="limit">So many.</param>
internal sealed class FailurePattern(int limit)
{
    // What services and notices call things comes from outside.
    private const int MostKinds = 100;
    private const int MostFiles = 10_000;

    private readonly Dictionary<(string? Part, string Cause), HashSet<string>> _files = [];
    private readonly HashSet<(string? Part, string File)> _known = [];

    /// <summary>Whether nothing has failed since the last success.</summary>
    internal bool IsClear => _files.Count == 0;

    /// <summary>A file has failed.</summary>
    /// <param name="file">Which: the same one does not count twice.</param>
    /// <param name="suspicion">Whose fault it could be.</param>
    /// <returns>Whether it is a pattern.</returns>
    internal bool Add(string file, Suspicion suspicion)
    {
        if (_known.Contains((suspicion.Part, file)))
        {
            return false;
        }

        (string?, string) kind = (suspicion.Part, suspicion.Cause);
        if (!_files.TryGetValue(kind, out HashSet<string>? alike))
        {
            if (_files.Count >= MostKinds)
            {
                return false;
            }

            _files[kind] = alike = new HashSet<string>(StringComparer.Ordinal);
        }

        if (alike.Count < MostFiles)
        {
            alike.Add(file);
        }

        return alike.Count >= limit;
    }

    /// <summary>Something went well.</summary>
    /// <param name="part">With which part.</param>
    internal void Clear(string? part)
    {
        foreach ((string? Part, string Cause) kind in _files.Keys.Where(kind => kind.Part == part).ToList())
        {
            Remember(part, _files[kind]);
            _files.Remove(kind);
        }
    }

    private void Remember(string? part, HashSet<string> files)
    {
        if (_known.Count + files.Count > MostFiles)
        {
            _known.Clear();
        }

        _known.UnionWith(files.Select(file => (part, file)));
    }
}
