using System.Security.Cryptography;
using System.Text;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>What a FIFO queue asks for beside a message: its group, and what it is known by as a duplicate.</summary>
internal static class FifoOrder
{
    /// <summary>Whether a queue is one: its name must end so.</summary>
    internal static bool IsFifo(string queueUrl) => queueUrl.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>
    /// A message that is sent on keeps its group. Its own id tells it from others: bodies may be alike, and what was sent on
    /// within the last five minutes must not be taken for it.
    /// </summary>
    internal static (string GroupId, string DeduplicationId) Of(QueueMessage message) =>
        (message.GroupId ?? message.Id, $"{message.Id}-{message.ReceiveCount}");

    /// <summary>
    /// A notification of an object: those of one object keep their order, others do not wait for each other.
    /// </summary>
    internal static (string GroupId, string DeduplicationId) Of(ObjectReference reference, string body) =>
        (HashOf($"{reference.Bucket}/{reference.Key}"), HashOf(body));

    // Both take 128 letters, digits and signs: a key has more, and others.
    private static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
