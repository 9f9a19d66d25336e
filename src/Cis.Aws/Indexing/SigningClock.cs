namespace Cis.Aws.Indexing;

/// <summary>
/// The time that signatures are dated with: this machine's, until a refusal shows that the service's is another one. The SDK
/// does the same for S3 and SQS, so that a clock that is wrong stops neither of the three.
/// </summary>
internal sealed class SigningClock(TimeProvider time)
{
    // A signature is good for five minutes, before and after.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private long _offset;

    /// <summary>The current time by the service's clock.</summary>
    internal DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    /// <summary>A request was refused.</summary>
    /// <param name="theirs">The time of the refusal, if it names one.</param>
    /// <returns>Whether that may be why: the same request with a new signature may succeed.</returns>
    internal bool Learn(DateTimeOffset? theirs)
    {
        if (theirs is not { } now || (now - Now).Duration() < Tolerance)
        {
            return false;
        }

        Interlocked.Exchange(ref _offset, (now - time.GetUtcNow()).Ticks);
        return true;
    }
}
