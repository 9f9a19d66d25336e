using Cis.Local.Files;

namespace Cis.Local.Folders;

/// <summary>A file as it was found.</summary>
internal readonly record struct SeenFile(string Key, string Path, FileStamp Stamp);

/// <summary>Tells whether a file is complete: nobody has it open for writing, and it was left alone for a while.</summary>
internal sealed class Completeness(TimeSpan settling, TimeProvider time)
{
    // A writer that opens the file again for each piece is taken for done after its first pause. Its next one shows how
    // long it pauses: from then on it is waited for longer than that, up to so many times.
    private const int MaxPauses = 5;

    // What happens to a file after a longer time is another event, and not the same writer's next piece.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A file that somebody holds open forever and never writes to is read after all.
    private static readonly TimeSpan LongestOpen = TimeSpan.FromMinutes(5);

    // By more than that a clock does not stray by itself between two looks.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private TimeSpan? _zero; // since 1970, the time of day at which the machine's running time was nothing
    private long? _steppedAt;

    /// <summary>Whether a file that is new or has changed is complete.</summary>
    /// <param name="file">As it is.</param>
    /// <param name="known">As it was taken last; null if it is new.</param>
    /// <param name="waitsForPauses">Whether there is time to wait longer for what is changed again and again.</param>
    internal bool IsComplete(SeenFile file, KnownFile? known, bool waitsForPauses)
    {
        TimeSpan age = AgeOf(file.Stamp);
        // A time to come is another machine's clock: nothing can be told from it.
        bool isLeftAlone = age >= WantedAge(file.Stamp, waitsForPauses ? known : null) || age < -settling;
        return isLeftAlone && (age >= LongestOpen || !FileControl.IsBeingWritten(file.Path));
    }

    // The kernel dates files by the time of day. Once that was set, only the time since then is certain: a file that is being
    // written is neither an hour old nor of a time to come.
    private TimeSpan AgeOf(FileStamp stamp)
    {
        DateTimeOffset now = time.GetUtcNow();
        long timestamp = time.GetTimestamp();
        TimeSpan zero = now - DateTimeOffset.UnixEpoch - time.GetElapsedTime(0, timestamp);
        if (_zero is not { } before || (zero - before).Duration() > Step)
        {
            _steppedAt = _zero is null ? null : timestamp;
            _zero = zero;
        }

        TimeSpan age = now - stamp.Changed;
        TimeSpan since = _steppedAt is { } at ? time.GetElapsedTime(at, timestamp) : TimeSpan.MaxValue;
        return since <= LongestOpen && (age > since || age < TimeSpan.Zero) ? since : age;
    }

    private TimeSpan WantedAge(FileStamp stamp, KnownFile? known)
    {
        // In another file's place is one that was completed elsewhere.
        if (known?.Stamp.IsSameFile(stamp) != true)
        {
            return settling;
        }

        TimeSpan pause = stamp.Changed - known.Stamp.Changed;
        return pause > LongestPause ? settling : Clamp(pause * 2);
    }

    private TimeSpan Clamp(TimeSpan wanted) =>
        wanted < settling ? settling
        : wanted > settling * MaxPauses ? settling * MaxPauses
        : wanted;
}
