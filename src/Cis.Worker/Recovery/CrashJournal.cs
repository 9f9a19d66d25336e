using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Recovery;

/// <summary>
/// Which messages are in hand, and of which files are being read at this moment, in a file that outlives this process:
/// native libraries parse hostile files here, and one day one of them ends it. Thread-safe.
/// </summary>
/// <remarks>
/// Every change is one line, written at once. It need not survive the machine: then the messages come back by
/// themselves.
/// </remarks>
internal sealed class CrashJournal : IDisposable
{
    private const string FileName = "journal";

    // Rewritten then with what is still in hand.
    private const long CompactAtBytes = 4 << 20;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, JournalLine> _inHand = [];
    private readonly ILogger _logger;
    private readonly string _path;
    private FileStream _file;
    private long _last;
    private long _compactAt = CompactAtBytes;
    private bool _hasFailed;

    internal CrashJournal(string folder, ILogger logger)
    {
        _logger = logger;
        _path = Path.Combine(folder, FileName);
        _file = Create(_path);
    }

    /// <summary>A message has come into our hands.</summary>
    /// <returns>The number of its entry.</returns>
    internal long Received(QueueMessage message)
    {
        lock (_gate)
        {
            var line = new JournalLine(++_last, JournalState.InHand, message);
            _inHand.Add(line.Number, line);
            WriteLocked(line);
            return line.Number;
        }
    }

    /// <summary>An engine begins with a message's file.</summary>
    internal void Reading(long number) => Change(number, readers: +1);

    /// <summary>An engine is done with a message's file; others may be at further files of it.</summary>
    internal void Read(long number) => Change(number, readers: -1);

    /// <summary>A message is out of our hands.</summary>
    internal void Settled(long number)
    {
        lock (_gate)
        {
            _inHand.Remove(number);
            WriteLocked(new JournalLine(number, JournalState.Settled, Message: null));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>What a process that died had in hand.</summary>
    /// <param name="folder">Its folder.</param>
    internal static IReadOnlyList<JournalLine> ReadOrphan(string folder)
    {
        var inHand = new SortedDictionary<long, JournalLine>();
        try
        {
            foreach (string text in File.ReadLines(Path.Combine(folder, FileName)))
            {
                if (Parse(text) is { } line)
                {
                    Apply(line, inHand);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No journal, or one that cannot be read to its end: what came before holds.
        }

        return [.. inHand.Values];
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

    private static void Apply(JournalLine line, SortedDictionary<long, JournalLine> inHand)
    {
        if (line.State == JournalState.Settled)
        {
            inHand.Remove(line.Number);
        }
        else if (line.Message is not null)
        {
            inHand[line.Number] = line;
        }
        else if (inHand.TryGetValue(line.Number, out JournalLine? known))
        {
            inHand[line.Number] = known with { State = line.State };
        }
    }

    private static FileStream Create(string path) =>
        new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    private void Change(long number, int readers)
    {
        lock (_gate)
        {
            if (!_inHand.TryGetValue(number, out JournalLine? line))
            {
                return;
            }

            int all = line.Readers + readers;
            JournalState state = all > 0 ? JournalState.Reading : JournalState.InHand;
            _inHand[number] = line with { State = state, Readers = all };
            if (state != line.State)
            {
                WriteLocked(new JournalLine(number, state, Message: null));
            }
        }
    }

    private void WriteLocked(JournalLine line)
    {
        try
        {
            WriteTo(_file, line);
            if (_file.Length > _compactAt)
            {
                CompactLocked();
            }
        }
        catch (IOException e) when (!_hasFailed)
        {
            // Once: a full scratch folder would say it for every message.
            _hasFailed = true;
            LogMessages.JournalFailed(_logger, e.Message);
        }
        catch (IOException)
        {
            // Said before.
        }
    }

    private void CompactLocked()
    {
        string next = _path + ".next";
        FileStream file = Create(next);
        foreach (JournalLine line in _inHand.Values)
        {
            WriteTo(file, line);
        }

        File.Move(next, _path, overwrite: true);
        _file.Dispose();
        _file = file;
        _compactAt = Math.Max(CompactAtBytes, 2 * file.Length);
    }

    private static void WriteTo(FileStream file, JournalLine line)
    {
        string text = JsonSerializer.Serialize(line, JournalJson.Default.JournalLine);
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }
}

/// <summary>Where a message stands.</summary>
internal enum JournalState
{
    /// <summary>Received and not settled.</summary>
    InHand,

    /// <summary>An engine is at its file.</summary>
    Reading,

    /// <summary>Deleted or given back.</summary>
    Settled,
}

/// <summary>A line of the journal.</summary>
/// <param name="Number">The entry that it belongs to.</param>
/// <param name="State">Where the message stands from now on.</param>
/// <param name="Message">The message, in the first line of an entry.</param>
internal sealed record JournalLine(long Number, JournalState State, QueueMessage? Message)
{
    /// <summary>How many of the message's files are being read; nobody's business after a crash.</summary>
    [JsonIgnore]
    internal int Readers { get; init; }
}

/// <summary>Writes and reads the journal without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
