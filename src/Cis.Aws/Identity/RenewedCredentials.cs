using Amazon.Runtime;

namespace Cis.Aws.Identity;

/// <summary>
/// Keys that are asked for again before they end, by how long ago they were got: the SDK goes by the time of day, which may
/// be wrong. Where they cannot be had, those that are there go on being used.
/// </summary>
internal abstract class RenewedCredentials(TimeProvider time) : AWSCredentials, IDisposable
{
    // After a question in vain.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IssuedKeys? _keys;
    private volatile string? _refused; // the id of a key that a service calls expired
    private TimeSpan _pause;
    private long _askedAt;
    private volatile CredentialsException? _fault;

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (_keys is { } kept && !IsDue(kept))
        {
            return Usable(kept);
        }

        // Who gives them may be slow: only who has none to use waits for that.
        IssuedKeys? old = _keys is { } there && there.Value.AccessKey != _refused && !HasEnded(there) ? there : null;
        if (!await _gate.WaitAsync(old is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero))
        {
            return old!.Value;
        }

        try
        {
            if (IsDue(_keys))
            {
                await RenewAsync();
            }

            return Usable(_keys);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A service calls them expired, whatever their issuer says: others are asked for with the next call.</summary>
    internal virtual void Refuse() => _refused = _keys?.Value.AccessKey;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what it holds.</summary>
    protected virtual void Dispose(bool isDisposing) => _gate.Dispose();

    /// <summary>Asks for keys, once.</summary>
    /// <returns>Those that are good now; an exception of whatever kind where there are none.</returns>
    protected abstract Task<IssuedKeys> AskAsync();

    /// <summary>Whether an answer is older than what is there already, and not to be taken.</summary>
    protected virtual bool IsOlder(IssuedKeys kept, IssuedKeys found) => false;

    private ImmutableCredentials Usable(IssuedKeys? keys) =>
        _fault is { } fault && (keys is null || HasEnded(keys)) ? throw fault : keys!.Value;

    private bool HasEnded(IssuedKeys keys) => Time.GetElapsedTime(keys.At) >= keys.EndsAfter;

    private bool IsDue(IssuedKeys? keys) =>
        (keys is null || keys.Value.AccessKey == _refused || IsOld(keys)) && Time.GetElapsedTime(_askedAt) >= _pause;

    // Timestamps stand still while a machine sleeps, and the time of day may be set back: whichever says so.
    private bool IsOld(IssuedKeys keys) =>
        Time.GetElapsedTime(keys.At) >= keys.GoodFor
        || (Time.GetUtcNow() - keys.AtTimeOfDay).Duration() >= keys.GoodFor;

    private async Task RenewAsync()
    {
        string? refused = _refused;
        _refused = null; // whoever is refused once more says so
        try
        {
            IssuedKeys found = await AskAsync();
            bool isOlder = _keys is { } kept && IsOlder(kept, found);
            _keys = isOlder ? _keys : found;
            _fault = null;
            Asked(isInVain: isOlder || found.Value.AccessKey == refused);
        }
        catch (Exception e)
        {
            // Whatever it is: what the SDK, a process or a file of tokens fails with is of many types.
            _fault = CredentialsException.Of(e);
            Asked(isInVain: true);
        }
    }

    private void Asked(bool isInVain)
    {
        TimeSpan longer = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _pause = isInVain && _pause > TimeSpan.Zero ? longer : FirstPause;
        _askedAt = Time.GetTimestamp();
    }
}

/// <summary>Keys as they were got.</summary>
/// <param name="Value">The keys.</param>
/// <param name="At">The timestamp then.</param>
/// <param name="AtTimeOfDay">The time of day then, right or wrong.</param>
/// <param name="GoodFor">Others are asked for after so long.</param>
internal sealed record IssuedKeys(ImmutableCredentials Value, long At, DateTimeOffset AtTimeOfDay, TimeSpan GoodFor)
{
    /// <summary>After so long they have ended for certain.</summary>
    internal TimeSpan EndsAfter { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whose they are.</summary>
    internal string Role { get; init; } = "";

    /// <summary>When they end, as their issuer says.</summary>
    internal DateTimeOffset Expiration { get; init; }
}
