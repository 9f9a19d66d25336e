using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;

namespace Cis.Worker.Indexing;

/// <summary>The id of a document in the index, and its version, which decides between two with the same id.</summary>
public static class DocumentKey
{
    // OpenSearch refuses longer ids.
    private const int MaxIdBytes = 512;

    // Of "00" + seconds + fraction, in hexadecimal digits.
    private const int SequencerSecondsEnd = 10;
    private const int SequencerFractionEnd = 13;

    /// <summary>The id: that of the file, or a digest of it if that is too long.</summary>
    public static string IdOf(string fileId)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(fileId);
        return bytes.Length <= MaxIdBytes ? fileId : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>
    /// The version: the moment of the object's last change, in milliseconds since 1970. The store knows that moment to
    /// the second only; within it S3's sequencer tells events apart, and whoever has none comes last: it read the newest.
    /// </summary>
    internal static long VersionOf(FileNotification notification, ObjectFacts? facts, DateTimeOffset sentAt)
    {
        DateTimeOffset moment = notification.LastModifiedAt ?? facts?.LastModified ?? sentAt;
        long milliseconds = Math.Max(0, moment.ToUnixTimeMilliseconds());
        return milliseconds % 1000 != 0
            ? milliseconds
            : milliseconds + Rank(notification.Sequencer, milliseconds / 1000);
    }

    // S3's documentation promises only an order among the events of a key. Today's sequencers begin with the second, in
    // which an upload's end can be later than its start, which is the moment of change: 0 to 498 in that second, 499 to
    // 997 after it. Should they change, only events of one and the same second come in any order.
    private static long Rank(string? sequencer, long second)
    {
        const int last = 999;
        if (
            sequencer is not { Length: >= SequencerFractionEnd }
            || !TryParseHex(sequencer[..SequencerSecondsEnd], out long sequencerSecond)
            || !TryParseHex(sequencer[SequencerSecondsEnd..SequencerFractionEnd], out long fraction)
        )
        {
            return last;
        }

        return fraction * 498 / 0xFFF + (sequencerSecond > second ? 499 : 0);
    }

    private static bool TryParseHex(string digits, out long value) =>
        long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
