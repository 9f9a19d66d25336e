using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Recovery;

/// <summary>
/// Which messages are in flight, and of which files are being read at this moment, in a file that outlives this process:
/// native libraries parse hostile files here, and one day one of them ends it. Not thread-safe: its caller knows the
/// messages, and writes under their lock.
/// </summary>
/// <remarks>
/// Every change is one line, written at once. It need not survive the machine: then the messages come back by
/// themselves.
/// </remarks>
internal sealed class CrashJournal : IDisposable
{
    private const string FileName = "journal";

    // Rewritten then with what is still in flight.
    private const long RewriteAtBytes = 4 << 20;

    private readonly ILogger _logger;
    private readonly string _path;
    private FileStream _file;
    private long _rewriteAt = RewriteAtBytes;
    private bool _hasFailed;

    internal CrashJournal(string folder, ILogger logger)
    {
        _logger = logger;
        _path = Path.Combine(folder, FileName);
        _file = Create(_path);
    }

    /// <summary>Whether most of it is about messages that are settled.</summary>
    internal bool IsLong { get; private set; }

    /// <summary>Records the new state of a message.</summary>
    internal void Write(JournalLine line)
    {
        try
        {
            WriteTo(_file, line);
            IsLong = _file.Length > _rewriteAt;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Failed(e);
        }
    }

    /// <summary>Rewrites the journal with only the messages that are still in flight.</summary>
    internal void Rewrite(IEnumerable<JournalLine> open)
    {
        try
        {
            string next = _path + ".next";
            FileStream file = Create(next);
            foreach (JournalLine line in open)
            {
                WriteTo(file, line);
            }

            File.Move(next, _path, overwrite: true);
            _file.Dispose();
            _file = file;
            _rewriteAt = Math.Max(RewriteAtBytes, 2 * file.Length);
            IsLong = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>What a dead process had in flight.</summary>
    /// <param name="folder">Its folder.</param>
    internal static IReadOnlyList<JournalLine> ReadOrphan(string folder)
    {
        var inFlight = new SortedDictionary<long, JournalLine>();
        try
        {
            foreach (string text in File.ReadLines(Path.Combine(folder, FileName)))
            {
                if (Parse(text) is { } line)
                {
                    Apply(line, inFlight);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No journal, or one that cannot be read to its end: what came before holds.
        }

        return [.. inFlight.Values];
    }

    // A line that the end of the process cut off is the last one; what a full disk cut off has others behind it.
    private static JournalLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, JournalJson.Default.JournalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Apply(JournalLine line, SortedDictionary<long, JournalLine> inFlight)
    {
        if (line.State == JournalState.Settled)
        {
            inFlight.Remove(line.Number);
        }
        else if (line.Message is not null)
        {
            inFlight[line.Number] = line;
        }
        else if (inFlight.TryGetValue(line.Number, out JournalLine? known))
        {
            inFlight[line.Number] = known with { State = line.State };
        }
    }

    private static FileStream Create(string path) =>
        new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    // Once: a full scratch folder would say it for every message.
    private void Failed(Exception e)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            LogMessages.JournalFailed(_logger, e.Message);
        }
    }

    private static void WriteTo(FileStream file, JournalLine line)
    {
        string text = JsonSerializer.Serialize(line, JournalJson.Default.JournalLine);
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }
}

/// <summary>The state of a message.</summary>
internal enum JournalState
{
    /// <summary>Received and not settled.</summary>
    InFlight,

    /// <summary>An engine is reading its file.</summary>
    Reading,

    /// <summary>Deleted or returned to the queue.</summary>
    Settled,
}

/// <summary>One line of the journal.</summary>
/// <param name="Number">The entry that it belongs to.</param>
/// <param name="State">Where the message stands from now on.</param>
/// <param name="Message">The message, in the first line of an entry.</param>
internal sealed record JournalLine(long Number, JournalState State, QueueMessage? Message);

/// <summary>Writes and reads the journal without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
