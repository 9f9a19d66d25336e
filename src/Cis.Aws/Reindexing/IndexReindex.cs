using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Reindexing;

/// <summary>
/// Replaces the index behind the alias by one with the fields that documents need, while workers go on writing. A run that
/// was ended is gone on with by the next one.
/// </summary>
/// <param name="client">Speaks to OpenSearch.</param>
/// <param name="say">Hears what was done, a line for each step.</param>
/// <param name="progress">Hears how far the copying is.</param>
public sealed class IndexReindex(OpenSearchClient client, Action<string> say, Action<CopyProgress> progress)
{
    // Writes that were under way when the old index was closed may be seen only by a second copy.
    private const int MaxCopies = 3;

    private readonly string _alias = client.Options.Index;
    private readonly ReindexPlanner _planner = new(client);
    private readonly ReindexSteps _steps = new(client);

    /// <summary>Does it.</summary>
    /// <exception cref="ReindexException">It cannot be done, or not all documents are in the new index.</exception>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    public async Task RunAsync(ReindexOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ReindexPlan plan = await _planner.MakeAsync(options.From, cancellationToken);
        if (options.From is null && !plan.IsBegun && plan.Differences.Count == 0 && !options.Force)
        {
            say($"nothing to do: {plan.Source} is as needed (--force copies it all the same)");
            return;
        }

        Describe(plan, options);
        if (!options.DryRun)
        {
            await (
                options.From is null
                    ? ReplaceAsync(plan, options, cancellationToken)
                    : CopyAsync(plan, options, cancellationToken)
            );
        }
    }

    private void Describe(ReindexPlan plan, ReindexOptions options)
    {
        foreach (string difference in plan.Differences)
        {
            say(difference);
        }

        if (plan.UnknownFields.Count > 0)
        {
            string names = string.Join(", ", plan.UnknownFields);
            string sentence = $"{plan.Source} has fields that the new index has no place for: {names}";
            say(
                options.DropsFields || options.DryRun
                    ? $"{sentence}; with --drop-fields the copies are without them"
                    : throw new ReindexException($"{sentence}; --drop-fields copies without them") { IsRefusal = true }
            );
        }

        string begun = plan.IsBegun ? ", as an earlier run has begun to" : "";
        string verb = options.DryRun ? "would copy" : "copying";
        say($"{verb} {plan.Documents} documents of {plan.Source} to {plan.Target}{begun}");
    }

    private async Task ReplaceAsync(ReindexPlan plan, ReindexOptions options, CancellationToken cancellationToken)
    {
        if (!plan.IsBegun)
        {
            await BeginAsync(plan, cancellationToken);
        }

        await _steps.BlockWritesAsync(plan.Source, cancellationToken);
        await CopyAsync(plan, options, cancellationToken);
        if ((await _planner.LookAsync(cancellationToken)).Source == plan.Source)
        {
            await _steps.SwitchAsync(plan.Source, plan.Target, cancellationToken);
        }

        say($"{_alias} now stands for {plan.Target} alone; restart workers that left out fields (event 320)");
        say(
            $"{plan.Source} is still there, closed for writes; once it is not wanted: DELETE {client.Base}{plan.Source}"
        );
    }

    private async Task BeginAsync(ReindexPlan plan, CancellationToken cancellationToken)
    {
        if (await new IndexSetup(client).PutTemplateAsync(cancellationToken) is { } put)
        {
            say(put);
        }

        await _steps.MakeAsync(plan.Target, cancellationToken);
        await _steps.SwitchWritesAsync(plan.Source, plan.Target, cancellationToken);
        say($"made the index {plan.Target}: documents are written to it from now on, and no more to {plan.Source}");
    }

    private async Task CopyAsync(ReindexPlan plan, ReindexOptions options, CancellationToken cancellationToken)
    {
        var copy = new DocumentCopy(client, plan.Source, plan.Target);
        var count = new DocumentCount(client);
        for (int copies = 1; ; copies++)
        {
            CopyCounts counts = await copy.RunAsync(options.DropsFields, progress, cancellationToken);
            long documents = await count.OfAsync(plan.Source, cancellationToken);
            long there = await count.OfAsync(plan.Target, cancellationToken);
            if (counts.Done == counts.Total && counts.Total == documents && there >= documents)
            {
                say(
                    $"copied {counts.Created + counts.Updated} documents; {counts.VersionConflicts} were there already"
                );
                return;
            }

            if (copies == MaxCopies)
            {
                throw new ReindexException(
                    $"{plan.Source} has {documents} documents, of which {counts.Done} were copied, and {plan.Target} has "
                        + $"{there}: nothing was switched. Does something else write to {plan.Source} or delete from either?"
                );
            }
        }
    }
}
