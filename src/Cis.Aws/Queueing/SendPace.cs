namespace Cis.Aws.Queueing;

/// <summary>Keeps to a number of messages a second, counted from the first.</summary>
internal sealed class SendPace(int? perSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _sent;

    /// <summary>Waits until as many more may be sent.</summary>
    internal async Task TakeAsync(int count, CancellationToken cancellationToken)
    {
        if (perSecond is { } rate)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)_sent / rate) - time.GetElapsedTime(_start);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, time, cancellationToken);
            }
        }

        _sent += count;
    }
}
