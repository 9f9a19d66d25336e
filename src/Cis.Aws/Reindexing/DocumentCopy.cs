using System.Text.Json;
using System.Text.Json.Nodes;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Reindexing;

/// <summary>
/// Copies the documents of one index into another, within OpenSearch. With their versions: what is in the other one already,
/// as new or newer, stays; so a copy may be made twice, and while documents are written.
/// </summary>
internal sealed class DocumentCopy(OpenSearchClient client, string source, string target)
{
    // Documents may have megabytes of text: OpenSearch's own 1000 in a batch could fill its heap.
    private const int BatchDocuments = 100;
    private const int ShownFailures = 3;

    // Between two looks at how far it is.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IndexCalls _calls = new(client);

    /// <summary>Copies, or waits for the copying that an earlier run began.</summary>
    /// <returns>What was copied.</returns>
    /// <exception cref="ReindexException">Some documents do not fit, or the copying was ended.</exception>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<CopyCounts> RunAsync(
        bool dropsFields,
        Action<CopyProgress> progress,
        CancellationToken cancellationToken
    )
    {
        string task = await FindAsync(cancellationToken) ?? await StartAsync(dropsFields, cancellationToken);
        while (true)
        {
            CopyTask state =
                await _calls.GetAsync($"_tasks/{task}", ReindexJson.Default.CopyTask, cancellationToken)
                ?? throw new ReindexException(
                    $"OpenSearch knows no more of the copying ({task}): run the command again"
                );
            if (state.Completed)
            {
                return Checked(state);
            }

            progress(new(state.Task?.Status?.Done ?? 0, state.Task?.Status?.Total ?? 0));
            await Task.Delay(Interval, client.Time, cancellationToken);
        }
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        TaskList? list = await _calls.GetAsync(
            "_tasks?actions=*reindex&detailed=true",
            ReindexJson.Default.TaskList,
            cancellationToken
        );
        RunningCopy? running = list
            ?.Nodes?.Values.SelectMany(node => node?.Tasks?.Values ?? [])
            .FirstOrDefault(task => IsOurs(task?.Description));
        return running is null ? null : $"{running.Node}:{running.Id}";
    }

    private bool IsOurs(string? description) =>
        description is not null
        && description.Contains($"[{source}]", StringComparison.Ordinal)
        && description.Contains($"[{target}]", StringComparison.Ordinal);

    private async Task<string> StartAsync(bool dropsFields, CancellationToken cancellationToken)
    {
        var from = new JsonObject { ["index"] = source, ["size"] = BatchDocuments };
        if (dropsFields)
        {
            from["_source"] = new JsonArray([.. IndexFields.Known().Select(name => JsonValue.Create(name))]);
        }

        var body = new JsonObject
        {
            ["conflicts"] = "proceed",
            ["source"] = from,
            ["dest"] = new JsonObject { ["index"] = target, ["version_type"] = "external" },
        };
        StartedCopy started = await _calls.DoAsync(
            HttpMethod.Post,
            "_reindex?wait_for_completion=false&refresh=true",
            body,
            ReindexJson.Default.StartedCopy,
            cancellationToken
        );
        return started.Task ?? throw new ReindexException("OpenSearch began to copy and did not say as which task");
    }

    private CopyCounts Checked(CopyTask state) =>
        state.Response is not { } counts
            ? throw new ReindexException($"copying {source} to {target} failed: {Excerpt(state.Error)}")
        : counts.Canceled is { } reason ? throw new ReindexException($"copying {source} was canceled: {reason}")
        : counts.Failures is { Count: > 0 } failures
            ? throw new ReindexException(
                $"{failures.Count} documents of {source} do not fit into {target}, and nothing was switched: "
                    + string.Join("; ", failures.Take(ShownFailures).Select(failure => Excerpt(failure)))
            )
        : counts;

    private static string Excerpt(JsonElement? element)
    {
        const int most = 300;
        string text = element is { ValueKind: not JsonValueKind.Undefined } some
            ? some.GetRawText()
            : "no reason given";
        return text.Length <= most ? text : text[..most] + "…";
    }
}
