using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cis.Aws.Enqueueing;
using Cis.Output;
using Cis.Pages;

namespace Cis.Backends;

/// <summary>How far a back-fill came: all before this place is in the queue. Kept in a file, if there is one.</summary>
internal sealed class EnqueuePlace
{
    private readonly string? _file;
    private readonly string _run;
    private readonly string? _after;

    private EnqueuePlace(string? file, string run, int source, string? after)
    {
        _file = file;
        _run = run;
        Source = source;
        _after = after;
    }

    /// <summary>The index of the source to go on with.</summary>
    internal int Source { get; }

    /// <summary>Reads the file, where there is one already.</summary>
    /// <exception cref="UsageException">It is of another run, or cannot be read.</exception>
    internal static EnqueuePlace Open(string? file, IReadOnlyList<EnqueueSource> sources, DocumentIds ids)
    {
        string run = NameOf(sources, ids);
        if (file is null || !File.Exists(file))
        {
            return new EnqueuePlace(file, run, 0, after: null);
        }

        // Three lines: the run, the number of the source, and the position in it. A key may have a line end in it: it is
        // the rest of the file.
        return
            Read(file).Split('\n', 3) is [var known, var number, var position]
            && known == run
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int source)
            && source < sources.Count
            ? new EnqueuePlace(file, run, source, position)
            : throw new UsageException(
                $"--resume {file} is of a run over other sources, in another order, or with another --id: "
                    + "give the same again, name another file, or delete it"
            );
    }

    // The same sources in another order are another run: what stands before the place would not be what was sent.
    private static string NameOf(IReadOnlyList<EnqueueSource> sources, DocumentIds ids)
    {
        string all = string.Join('\n', sources.Select(source => source.Name).Prepend(ids.ToString()));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--resume {file} cannot be read: {FileFault.Describe(e)}");
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
            file.Stream.Write(Encoding.UTF8.GetBytes($"{_run}\n{source}\n{position}"));
            file.Stream.Flush();
            file.Commit();
        }
        catch (IOException e)
        {
            throw new OutputException($"--resume {_file} cannot be written: {FileFault.Describe(e)}", e);
        }
    }
}
