using System.Text;
using Cis.Aws.Enqueueing;
using Cis.Commands;
using Cis.Output;

namespace Cis.Workers;

/// <summary>How far a back-fill came: all before this place is in the queue. Kept in a file, if there is one.</summary>
internal sealed class EnqueuePlace
{
    private readonly string? _file;
    private readonly IReadOnlyList<EnqueueSource> _sources;
    private readonly string? _after;

    private EnqueuePlace(string? file, IReadOnlyList<EnqueueSource> sources, int source, string? after)
    {
        _file = file;
        _sources = sources;
        Source = source;
        _after = after;
    }

    /// <summary>The index of the source to go on with.</summary>
    internal int Source { get; }

    /// <summary>Reads the file, where there is one already.</summary>
    /// <exception cref="UsageException">It is of other sources, or cannot be read.</exception>
    internal static EnqueuePlace Open(string? file, IReadOnlyList<EnqueueSource> sources)
    {
        if (file is null || !File.Exists(file))
        {
            return new EnqueuePlace(file, sources, 0, after: null);
        }

        // Two lines: the source and the position in it. A key may have a line end in it: it is the rest of the file.
        string[] lines = Read(file).Split('\n', 2);
        int source = sources.ToList().FindIndex(one => one.Name == lines[0]);
        return source >= 0 && lines.Length == 2
            ? new EnqueuePlace(file, sources, source, lines[1])
            : throw new UsageException(
                $"{file} is of a run over other sources ({lines[0]}); name another file, or delete it"
            );
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--resume {file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Where to go on in a source; null from its beginning.</summary>
    internal string? AfterIn(int source) => source == Source ? _after : null;

    /// <summary>Notes that all up to a position is in the queue.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    internal void Save(int source, string position)
    {
        if (_file is null)
        {
            return;
        }

        using var file = new AtomicFile(_file);
        try
        {
            file.Stream.Write(Encoding.UTF8.GetBytes($"{_sources[source].Name}\n{position}"));
            file.Stream.Flush();
            file.Commit();
        }
        catch (IOException e)
        {
            throw new OutputException($"--resume {_file} cannot be written: {e.Message}", e);
        }
    }
}
