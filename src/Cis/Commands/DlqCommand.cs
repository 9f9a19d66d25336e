using System.CommandLine;
using System.Text;
using System.Text.Json;
using Cis.Aws;
using Cis.Aws.Queueing;
using Cis.Commands.Help;
using Cis.Configuration;
using Cis.Local;
using Cis.Local.Queueing;
using Cis.Output;
using Cis.Pages;
using Cis.Worker;
using Cis.Worker.Ports;

namespace Cis.Commands;

/// <summary><c>cis dlq</c>: the messages whose files could not be read.</summary>
internal sealed class DlqCommand
{
    private const string Examples = """
        Examples:
          cis dlq status --check                        counts; exit code 1 if the dead-letter queue is not empty
          cis dlq peek --outcome encrypted              shows messages and why they failed; takes none away
          cis dlq redrive --outcome timed-out --rate 5  puts them into the queue again, 5 a second
          cis dlq redrive --dry-run                     shows which
          cis dlq purge --outcome corrupt --yes         deletes them for good
          cis dlq peek --local inbox/                   the same for a folder that cis worker --local reads
        """;

    private const int StandardLimit = 10;

    private readonly CommandHost _host;

    private DlqCommand(CommandHost host) => _host = host;

    private delegate Task<ExitCode> Act(IDeadLetters letters, CancellationToken cancellationToken);

    internal static Command Create(CommandHost host)
    {
        var dlq = new DlqCommand(host);
        var command = new Command("dlq", "Manage the messages whose files could not be read.")
        {
            dlq.Status(),
            dlq.Peek(),
            dlq.Redrive(),
            dlq.Purge(),
        };
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private Command Status()
    {
        var check = new Option<bool>("--check") { Description = "Exit with 1 if the dead-letter queue is not empty." };
        var command = new Command("status", "Count the messages.") { check };
        return Complete(
            command,
            parsed =>
                async (letters, stop) =>
                {
                    QueueStatus status = await letters.CountAsync(stop);
                    _host.Out.WriteLine($"waiting    {status.Waiting}");
                    _host.Out.WriteLine($"in flight  {status.InFlight}");
                    _host.Out.WriteLine($"dead       {status.Dead}");
                    return status.Dead > 0 && parsed.GetValue(check) ? ExitCode.SomeFailed : ExitCode.Ok;
                }
        );
    }

    private Command Peek()
    {
        Option<string?> outcome = OutcomeOption();
        var limit = new Option<int>("--limit")
        {
            HelpName = "N",
            Description = "The maximum number of messages.",
            DefaultValueFactory = _ => StandardLimit,
        };
        var command = new Command("peek", "Show messages and why they failed, one JSON object per line.")
        {
            outcome,
            limit,
        };
        return Complete(
            command,
            parsed =>
            {
                int most = AtLeastOne(parsed.GetValue(limit), "--limit");
                Outcome? ended = Parse(parsed.GetValue(outcome));
                return async (letters, stop) =>
                {
                    Write(await letters.PeekAsync(ended, most, stop));
                    return ExitCode.Ok;
                };
            }
        );
    }

    private Command Redrive()
    {
        Option<string?> outcome = OutcomeOption();
        var limit = new Option<int?>("--limit") { HelpName = "N", Description = "The maximum number of messages." };
        var rate = new Option<int?>("--rate")
        {
            HelpName = "N",
            Description = "The maximum number of messages per second.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show which, but move none." };
        var command = new Command("redrive", "Move messages back to the queue.") { outcome, limit, rate, dryRun };
        return Complete(
            command,
            parsed =>
            {
                var request = new RedriveRequest
                {
                    Outcome = Parse(parsed.GetValue(outcome)),
                    Limit = AtLeastOne(parsed.GetValue(limit), "--limit"),
                    PerSecond = AtLeastOne(parsed.GetValue(rate), "--rate"),
                };
                bool show = parsed.GetValue(dryRun);
                return async (letters, stop) =>
                {
                    await (show ? ShowAsync(letters, request, stop) : MoveAsync(letters, request, stop));
                    return ExitCode.Ok;
                };
            }
        );
    }

    private Command Purge()
    {
        Option<string?> outcome = OutcomeOption();
        var yes = new Option<bool>("--yes") { Description = "Confirm: they cannot be recovered." };
        var command = new Command("purge", "Delete messages for good.") { outcome, yes };
        return Complete(
            command,
            parsed =>
            {
                if (!parsed.GetValue(yes))
                {
                    throw new UsageException("cis dlq purge deletes messages for good: say --yes");
                }

                Outcome? ended = Parse(parsed.GetValue(outcome));
                return async (letters, stop) =>
                {
                    _host.Out.WriteLine($"{await letters.PurgeAsync(ended, stop)} messages deleted");
                    return ExitCode.Ok;
                };
            }
        );
    }

    private async Task ShowAsync(IDeadLetters letters, RedriveRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetterEntry> entries = await letters.PeekAsync(
            request.Outcome,
            request.Limit ?? int.MaxValue,
            cancellationToken
        );
        Write(entries);
        _host.Error.Remark($"{entries.Count} messages would be moved.");
    }

    private async Task MoveAsync(IDeadLetters letters, RedriveRequest request, CancellationToken cancellationToken)
    {
        var progress = new Progress<long>(count => _host.Error.ShowStatus($"{count} messages moved"));
        long moved = await letters.RedriveAsync(request, progress, cancellationToken);
        _host.Error.ShowStatus("");
        _host.Out.WriteLine($"{moved} messages moved");
    }

    /// <summary>Adds what all verbs have.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="understand">Checks the verb's own arguments, before any queue is opened.</param>
    private Command Complete(Command command, Func<ParseResult, Act> understand)
    {
        var folder = new Option<string?>("--local")
        {
            HelpName = "DIR",
            Description = "A folder that cis worker --local reads, in place of SQS.",
        };
        command.Options.Add(folder);
        LoudnessOptions.AddTo(command);
        var flags = new SettingFlags(command, WorkerSettings.OfQueue);
        command.SetAction(
            async (parsed, _) =>
            {
                LoudnessOptions.Heed(parsed, _host);
                return (int)await RunAsync(flags.Resolve(parsed, _host), parsed.GetValue(folder), understand(parsed));
            }
        );
        return command;
    }

    private Task<ExitCode> RunAsync(SettingValues settings, string? folder, Act act) =>
        StopSignals.RunAsync(stop =>
            folder is null ? RunOnSqsAsync(settings, act, stop) : RunOnFolderAsync(settings, folder, act, stop)
        );

    private async Task<ExitCode> RunOnFolderAsync(
        SettingValues settings,
        string folder,
        Act act,
        CancellationToken cancellationToken
    )
    {
        nint library = _host.LoadLibrary(settings, LocalFolder.LibraryName);
        using LocalDeadLetters letters = LocalFolder.OpenDeadLetters(library, folder, TimeProvider.System);
        return await act(letters, cancellationToken);
    }

    private async Task<ExitCode> RunOnSqsAsync(SettingValues settings, Act act, CancellationToken cancellationToken)
    {
        string queueUrl = settings.Require(WorkerSettings.QueueUrl);
        using AwsClients clients = settings.AwsClients(_host.Environment, _host.Error.Explain);
        SqsDeadLetters letters =
            await SqsDeadLetters.OpenAsync(
                clients,
                queueUrl,
                settings.Get(WorkerSettings.DeadLetterQueueUrl),
                TimeProvider.System,
                cancellationToken
            )
            ?? throw new UsageException(
                $"{queueUrl} has no redrive policy that can be read: name its dead-letter queue with --dead-letter-queue-url"
            );
        return await act(letters, cancellationToken);
    }

    private static Option<string?> OutcomeOption() =>
        new("--outcome")
        {
            HelpName = "OUTCOME",
            Description = "Only those with this outcome, such as encrypted, corrupt, timed-out or crashed.",
        };

    private static Outcome? Parse(string? text) =>
        text is null
            ? null
            : OutcomePolicy.Parse(text)
                ?? throw new UsageException($"--outcome takes one of {string.Join(", ", OutcomeNames)}, not {text}");

    // Those that end a message there; the others settle it, or leave it in the queue.
    private static IEnumerable<string> OutcomeNames => OutcomePolicy.Failing.Select(OutcomePolicy.NameOf);

    private static int AtLeastOne(int value, string option) =>
        value >= 1 ? value : throw new UsageException($"{option} takes a whole number of at least 1, not {value}");

    private static int? AtLeastOne(int? value, string option) => value is { } given ? AtLeastOne(given, option) : null;

    private void Write(IReadOnlyList<DeadLetterEntry> entries)
    {
        foreach (DeadLetterEntry entry in entries)
        {
            using var line = new MemoryStream();
            using (var json = new Utf8JsonWriter(line, DocumentJson.WriterOptions))
            {
                Write(json, entry);
            }

            _host.Out.WriteLine(Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length)));
        }
    }

    private static void Write(Utf8JsonWriter json, DeadLetterEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("outcome", entry.Outcome is { } outcome ? OutcomePolicy.NameOf(outcome) : null);
        json.WriteString("reason", entry.Reason);
        json.WriteNumber("receive_count", entry.ReceiveCount);
        json.WriteString("sent_at", entry.SentAt);
        json.WriteString("body", entry.Body);
        json.WriteEndObject();
    }
}
