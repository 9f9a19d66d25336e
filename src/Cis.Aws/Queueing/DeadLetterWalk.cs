using System.Runtime.CompilerServices;
using Cis.Pages;
using Cis.Worker;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>
/// Goes over the messages of a queue once. SQS cannot list: messages are received, hidden while the walk lasts, and
/// returned to the queue at its end unless they were deleted.
/// </summary>
internal sealed class DeadLetterWalk(SqsQueue queue, Outcome? outcome)
{
    // Long enough for a walk over some ten thousand messages; those that come back earlier are recognized.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);

    // A long poll asks all of SQS's servers, so an empty answer means an empty queue.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _held = [];

    /// <summary>The messages of the outcome, up to ten at a time. Dispose of the enumerator, or finish it.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<QueueMessage>> GoAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        try
        {
            while (await ReceiveNewAsync(cancellationToken) is { Count: > 0 } messages)
            {
                List<QueueMessage> wanted = messages.FindAll(Matches);
                if (wanted.Count > 0)
                {
                    yield return wanted;
                }
            }
        }
        finally
        {
            await ReturnAsync();
        }
    }

    /// <summary>Says that a message was deleted, so that it is not returned.</summary>
    internal void Forget(string receipt) => _held.Remove(receipt);

    /// <summary>How cis says that a message ended.</summary>
    internal static Outcome? OutcomeOf(QueueMessage message) =>
        OutcomePolicy.Parse(message.Attributes.GetValueOrDefault(SqsAttributes.Outcome));

    private bool Matches(QueueMessage message) => outcome is null || OutcomeOf(message) == outcome;

    private async Task<List<QueueMessage>> ReceiveNewAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<QueueMessage> received = await queue.ReceiveAsync(
            IMessageQueue.BatchLimit,
            Wait,
            Hidden,
            cancellationToken
        );
        _held.AddRange(received.Select(message => message.Receipt));
        return received.Where(message => _seen.Add(message.Id)).ToList();
    }

    // Whatever ended the walk, the messages must not stay hidden for its sake.
    private async Task ReturnAsync()
    {
        foreach (string[] receipts in _held.Chunk(IMessageQueue.BatchLimit))
        {
            await queue.ChangeVisibilityAsync(
                Array.ConvertAll(receipts, receipt => new VisibilityChange(receipt, TimeSpan.Zero)),
                CancellationToken.None
            );
        }
    }
}
