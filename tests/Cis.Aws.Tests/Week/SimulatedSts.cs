using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace Cis.Aws.Tests.Week;

/// <summary>What STS does to whoever assumes a role.</summary>
internal enum StsFault
{
    None,
    Down,
    Slow,
    Error,
    Throttled,
    Denied,
    ExpiredToken,
    NoTokenFile,
    Page,
    NoCredentials,
    EmptyKeys,
    ExpiredKeys,
}

/// <summary>STS, in memory: the keys of a role for an hour, by the true time.</summary>
internal sealed class SimulatedSts(SteppedTime time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    // The SDK gives a call up after ten, and tries again.
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);
    private string _newest = "";

    internal StsFault Fault { get; set; }

    internal int Requests { get; private set; }

    /// <summary>Whether the newest keys that it gave are still good.</summary>
    internal bool HasGoodKeys => IsGood(_newest);

    internal bool IsGood(string id) => _ends.TryGetValue(id, out DateTimeOffset end) && time.True < end;

    /// <summary>All sessions are revoked.</summary>
    internal void Revoke() => _ends.Clear();

    internal async Task<Credentials?> AssumeAsync()
    {
        Requests++;
        switch (Fault)
        {
            case StsFault.Down:
                throw new HttpRequestException("connection refused");
            case StsFault.Slow:
                await Task.Delay(SlowFor, time);
                return Give(Life);
            case StsFault.Error:
                throw Refusal(500, "InternalFailure");
            case StsFault.Throttled:
                throw Refusal(400, "Throttling");
            case StsFault.Denied:
                throw Refusal(403, "AccessDenied");
            case StsFault.ExpiredToken:
                throw Refusal(400, "ExpiredTokenException");
            case StsFault.NoTokenFile:
                throw new FileNotFoundException("/var/run/secrets/token");
            case StsFault.Page:
                throw new System.Xml.XmlException("<html>please log in</html>");
            case StsFault.NoCredentials:
                return null;
            case StsFault.EmptyKeys:
                return new Credentials("", "", "", time.True.UtcDateTime);
            case StsFault.ExpiredKeys:
                return Give(-Life);
            default:
                return Give(Life);
        }
    }

    private Credentials Give(TimeSpan life)
    {
        _newest = $"ASIA{_ends.Count + Requests}";
        _ends[_newest] = time.True + life;
        return new Credentials(_newest, "SECRET", "TOKEN", _ends[_newest].UtcDateTime);
    }

    private static AmazonSecurityTokenServiceException Refusal(int status, string code) =>
        new("as asked", ErrorType.Unknown, code, "request", (HttpStatusCode)status);
}
