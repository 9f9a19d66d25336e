using System.Globalization;

namespace Cis.Aws.Tests.Week;

/// <summary>The keys of a role, by the true time: new ones each hour, five minutes before the last expire.</summary>
internal sealed class Keyring(SteppedTime time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private int _revocations;

    /// <summary>The id of the newest key.</summary>
    internal string Newest => Id(NumberAt(time.True));

    /// <summary>The id of one that has expired.</summary>
    internal string Expired => Id(NumberAt(time.True) - 2);

    /// <summary>The session is revoked: the role has other keys from now on.</summary>
    internal void Revoke() => _revocations++;

    internal bool IsGood(string id) =>
        id.Split('-') is ["ASIA", var number, var revocations]
        && int.Parse(revocations, CultureInfo.InvariantCulture) == _revocations
        && time.True < ExpiryOf(int.Parse(number, CultureInfo.InvariantCulture));

    /// <summary>As the metadata service writes it.</summary>
    internal static string Describe(string id) =>
        $$"""
            {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"{{id}}","SecretAccessKey":"SECRET","Token":"TOKEN",
            "Expiration":"{{ExpiryOf(
                int.Parse(id.Split('-')[1], CultureInfo.InvariantCulture)
            ):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}
            """;

    private static DateTimeOffset ExpiryOf(int number) => DateTimeOffset.UnixEpoch + (Life * number);

    // A key is good to the end of its hour, and a new one is there before.
    private static int NumberAt(DateTimeOffset now) => (int)((now + Ahead - DateTimeOffset.UnixEpoch) / Life) + 1;

    private string Id(int number) => $"ASIA-{number}-{_revocations}";
}
