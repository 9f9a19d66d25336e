using System.CommandLine;
using Cis.Aws;
using Cis.Aws.Enqueueing;
using Cis.Backends;
using Cis.Commands.Help;
using Cis.Configuration;
using Cis.Pages;
using Cis.Terminal;

namespace Cis.Commands;

/// <summary><c>cis enqueue</c>: sends notifications of objects that are already there, for back-fills.</summary>
internal sealed class EnqueueCommand
{
    private const string Examples = """
        Examples:
          cis enqueue s3://bucket/2024/                        a notification for each object under the prefix
          cis enqueue keys.txt --dry-run                       shows what it would send; a line is s3://bucket/key or a key
          cis enqueue s3://bucket --rate 50 --resume state     50 a second; run again after a stop, it goes on where it was
          cis enqueue s3://bucket/ --id key                    documents are known by their keys

        A document's id is bucket/key, as for S3's own notifications. Where the index knows the files under other ids (the
        fileId of the old form), give --id, or each file gets a second document; --dry-run then shows the ids.
        """;

    private readonly Argument<string[]> _sources = new("SOURCES")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "s3://bucket/prefix, or a file that lists objects, one per line.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the objects, but send nothing." };

    private readonly Option<int?> _rate = new("--rate")
    {
        HelpName = "N",
        Description = "The maximum number of notifications per second.",
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        HelpName = "FILE",
        Description = "Keep the progress in a file, and continue from there.",
    };

    private readonly Option<string?> _id = new("--id")
    {
        HelpName = "key|TEMPLATE",
        Description = "The documents' ids: text with {bucket}, {key}, {name} or {stem}. Default: {bucket}/{key}.",
    };

    private readonly CommandHost _host;
    private readonly SettingFlags _flags;
    private long _refused;

    private EnqueueCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_sources);
        command.Options.Add(_dryRun);
        command.Options.Add(_rate);
        command.Options.Add(_resume);
        command.Options.Add(_id);
        LoudnessOptions.AddTo(command);
        _flags = new SettingFlags(command, WorkerSettings.OfQueue);
        command.SetAction(async (parsed, _) => (int)await RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("enqueue", "Fill the queue with notifications of objects that are already there.");
        _ = new EnqueueCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        LoudnessOptions.Heed(parsed, _host);
        SettingValues settings = _flags.Resolve(parsed, _host);
        if (parsed.GetValue(_rate) is < 1)
        {
            throw new UsageException("--rate takes a whole number of at least 1");
        }

        using var signals = new StopSignals();
        using AwsClients clients = settings.AwsClients(_host.Environment, _host.Error.Explain);
        try
        {
            string[] named = parsed.GetRequiredValue(_sources);
            if (Array.Find(named, text => text.StartsWith("--", StringComparison.Ordinal)) is { } option)
            {
                throw new UsageException(Misspelling.OfOption(parsed.CommandResult.Command, option));
            }

            IReadOnlyList<EnqueueSource> sources = named
                .Select(text => EnqueueSource.Parse(text, clients, settings.Get(WorkerSettings.Bucket)))
                .ToArray();
            DocumentIds ids = parsed.GetValue(_id) is { } template
                ? DocumentIds.Parse(template)
                : DocumentIds.OfNotifications;
            var place = EnqueuePlace.Open(parsed.GetValue(_resume), sources, ids);
            return parsed.GetValue(_dryRun)
                ? await PrintAsync(sources, place, ids, signals.Token)
                : await SendAsync(sources, place, Filler(parsed, settings, clients, ids), signals.Token);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            // A list that names no objects, or cannot be read.
            throw new UsageException(
                e is FormatException ? e.Message : $"the list of objects: {FileFault.Describe(e)}"
            );
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
    }

    private QueueFiller Filler(ParseResult parsed, SettingValues settings, AwsClients clients, DocumentIds ids) =>
        new(clients, settings.Require(WorkerSettings.QueueUrl), parsed.GetValue(_rate), ids, TimeProvider.System)
        {
            Refused = (reference, reason) =>
            {
                Interlocked.Increment(ref _refused);
                _host.Error.Complain($"s3://{reference.Bucket}/{reference.Key}: the queue refuses it: {reason}");
            },
        };

    private async Task<ExitCode> PrintAsync(
        IReadOnlyList<EnqueueSource> sources,
        EnqueuePlace place,
        DocumentIds ids,
        CancellationToken cancellationToken
    )
    {
        long count = 0;
        for (int i = place.Source; i < sources.Count; i++)
        {
            await foreach (EnqueueEntry entry in sources[i].ReadAsync(place.AfterIn(i), cancellationToken))
            {
                // Where no id is asked for the lines are a list that this command reads.
                string id = ids == DocumentIds.OfNotifications ? "" : $"  id {ids.Format(entry.Reference)}";
                string line = $"s3://{entry.Reference.Bucket}/{entry.Reference.Key}{id}";
                _host.Out.WriteLine(TerminalText.OneLine(line));
                count++;
            }
        }

        _host.Error.Remark($"{count} notifications would be sent. The documents' ids: {ids} (--id).");
        return ExitCode.Ok;
    }

    private async Task<ExitCode> SendAsync(
        IReadOnlyList<EnqueueSource> sources,
        EnqueuePlace place,
        QueueFiller filler,
        CancellationToken cancellationToken
    )
    {
        try
        {
            for (int i = place.Source; i < sources.Count; i++)
            {
                int source = i;
                await filler.FillAsync(
                    sources[i],
                    place.AfterIn(i),
                    position =>
                    {
                        place.Save(source, position);
                        // Without the position: a key can be longer than the terminal's line, which could not be redrawn.
                        _host.Error.ShowStatus($"{filler.Sent} notifications sent");
                    },
                    cancellationToken
                );
            }
        }
        finally
        {
            _host.Error.ShowStatus("");
            string refused = _refused > 0 ? $", {_refused} refused" : "";
            _host.Error.Remark($"{filler.Sent} notifications sent{refused}.");
        }

        return _refused > 0 ? ExitCode.SomeFailed : ExitCode.Ok;
    }
}
