using Cis.Worker.Handling;

namespace Cis.Worker.Monitoring;

/// <summary>
/// The age of the oldest message in flight. SQS tells the age of the oldest message in a queue to CloudWatch only, but a queue
/// hands out old messages first: if messages wait for long, those in flight are as old as any.
/// </summary>
/// <param name="inFlight">The messages in flight.</param>
/// <param name="time">The clock that is compared with the queue's.</param>
internal sealed class OldestMessage(MessagesInFlight inFlight, TimeProvider time)
{
    /// <summary>The time since it was sent; zero if no message is in flight, or if this clock is behind the queue's.</summary>
    internal TimeSpan Age
    {
        get
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset sentAt = now;
            foreach (MessageInFlight open in inFlight.Where(_ => true))
            {
                sentAt = open.Message.SentAt < sentAt ? open.Message.SentAt : sentAt;
            }

            return now - sentAt;
        }
    }
}
