using System.Diagnostics;
using System.Net;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>What the configured index name refers to.</summary>
internal enum TargetKind
{
    /// <summary>Unknown, for lack of permission.</summary>
    Unknown,

    /// <summary>An alias over indices, as <c>cis index init</c> makes it.</summary>
    Alias,

    /// <summary>An index, as the old worker had it.</summary>
    Index,

    /// <summary>Nothing.</summary>
    Missing,
}

/// <summary>
/// Where documents are sent. OpenSearch makes an index of any name that it is sent a document for, with fields of its own
/// guessing: so what is not there is not written to.
/// </summary>
internal sealed class IndexTarget(OpenSearchClient client)
{
    private const string Json = "application/json";

    // An alias is required with each request. An index cannot be: it is looked after now and then.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly string _name = Uri.EscapeDataString(client.Options.Index);
    private volatile Look? _last;

    /// <summary>The path of <c>_bulk</c>.</summary>
    /// <exception cref="TransientException">There is no such alias or index, or no answer.</exception>
    internal async Task<string> BulkPathAsync(CancellationToken cancellationToken)
    {
        Look? last = _last;
        if (last is null || (last.Kind == TargetKind.Index && client.Time.GetElapsedTime(last.At) > LookAgain))
        {
            last = new Look(await LookAsync(cancellationToken), client.Time.GetTimestamp());
            _last = last.Kind == TargetKind.Missing ? null : last;
        }

        return last.Kind switch
        {
            TargetKind.Missing => throw Missing(),
            TargetKind.Alias => $"{_name}/_bulk?require_alias=true",
            TargetKind.Index or TargetKind.Unknown => $"{_name}/_bulk",
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Forgets what was found, so that the name is examined again before anything is sent.</summary>
    internal void Forget() => _last = null;

    /// <summary>Finds out what the name refers to now.</summary>
    /// <exception cref="TransientException">There was no answer.</exception>
    internal async Task<TargetKind> LookAsync(CancellationToken cancellationToken) =>
        await IsThereAsync(HttpMethod.Get, $"_alias/{_name}", cancellationToken) switch
        {
            true => TargetKind.Alias,
            null => TargetKind.Unknown,
            false => await IsThereAsync(HttpMethod.Head, _name, cancellationToken) switch
            {
                true => TargetKind.Index,
                null => TargetKind.Unknown,
                false => TargetKind.Missing,
            },
        };

    /// <summary>The fault, with what to do, if nothing has that name.</summary>
    internal TransientException Missing() =>
        new(
            Dependency.Index,
            $"OpenSearch at {client.Base.Authority} has no alias and no index {client.Options.Index} (opensearch-index), and "
                + "none is made by accident: run cis index init, or set the right name"
        )
        {
            IsWorthRetrying = false,
            IsWrongSetting = true,
        };

    // Null where the question itself is refused: who may write need not be allowed to look.
    private async Task<bool?> IsThereAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        OpenSearchAnswer answer = await client.SendAsync(method, path, default, Json, cancellationToken);
        return answer.IsSuccess ? true
            : answer.Status == HttpStatusCode.NotFound ? false
            : answer.Status == HttpStatusCode.TooManyRequests || (int)answer.Status >= 500
                ? throw client.Fault(answer, $"looking for {client.Options.Index}")
            : null;
    }

    private sealed record Look(TargetKind Kind, long At);
}
