using System.CommandLine;
using Cis.Aws.Indexing;
using Cis.Aws.Reindexing;
using Cis.Configuration;
using Cis.Terminal;

namespace Cis.Commands;

/// <summary><c>cis index reindex</c>: a new index behind the alias, with all documents of the old one.</summary>
internal sealed class ReindexCommand
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be done, do nothing." };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also where the fields are as needed: when the analyzer has changed, say.",
    };

    private readonly Option<bool> _dropFields = new("--drop-fields")
    {
        Description = "Copy documents without the fields that the new index has no place for.",
    };

    private readonly Option<string?> _from = new("--from")
    {
        HelpName = "INDEX",
        Description = "Copy this index, such as the old worker's, into the one behind the alias, which stays.",
    };

    private readonly CommandHost _host;
    private readonly SettingFlags _flags;

    private ReindexCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Options.Add(_dryRun);
        command.Options.Add(_force);
        command.Options.Add(_dropFields);
        command.Options.Add(_from);
        LoudnessOptions.AddTo(command);
        _flags = new SettingFlags(command, WorkerSettings.OfOpenSearch);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("reindex", "Replace the index by one with the fields that documents need.");
        _ = new ReindexCommand(command, host);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        LoudnessOptions.Heed(parsed, _host);
        SettingValues settings = _flags.Resolve(parsed, _host);
        using var signals = new StopSignals();
        using OpenSearchClient client = settings.OpenSearchClient(_host.Error.Explain);
        var meter = new CopyMeter(_host.Error, TimeProvider.System);
        try
        {
            await new IndexReindex(client, Say, meter.Show).RunAsync(OptionsOf(parsed), signals.Token);
            return (int)ExitCode.Ok;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            meter.End();
            _host.Error.WriteLine("OpenSearch goes on with what it is copying: run the command again to finish.");
            return (int)signals.ExitCode;
        }
        finally
        {
            meter.End();
        }
    }

    // Names of fields are whatever somebody's document had.
    private void Say(string line) => _host.Out.WriteLine(TerminalText.OneLine(line));

    private ReindexOptions OptionsOf(ParseResult parsed) =>
        new()
        {
            DryRun = parsed.GetValue(_dryRun),
            Force = parsed.GetValue(_force),
            DropsFields = parsed.GetValue(_dropFields),
            From = parsed.GetValue(_from),
        };
}
