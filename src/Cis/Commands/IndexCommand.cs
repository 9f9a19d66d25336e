using System.CommandLine;
using Cis.Aws.Indexing;
using Cis.Commands.Help;
using Cis.Configuration;

namespace Cis.Commands;

/// <summary><c>cis index</c>: makes the index in OpenSearch as documents need it, and says where it is not so.</summary>
internal sealed class IndexCommand
{
    private const string Examples = """
        Examples:
          cis index init      puts the template (strict fields, Japanese where the plugin is there), makes the first index
                              under the alias, or adds the fields that an older one lacks; changes nothing that is there
          cis index check     exit code 0 if documents can be written, else 1
          cis index diff      the same, with a line for each difference
          cis index reindex   where fields are of other types: a new index behind the alias, and all documents copied to it,
                              while workers go on; the old index stays. --dry-run shows what would be done
        """;

    private readonly CommandHost _host;

    private IndexCommand(CommandHost host) => _host = host;

    internal static Command Create(CommandHost host)
    {
        var verbs = new IndexCommand(host);
        var command = new Command("index", "Make and verify the index in OpenSearch.")
        {
            verbs.Verb("init", "Make what is missing.", verbs.InitAsync),
            verbs.Verb("check", "Verify that documents can be written.", verbs.CheckAsync),
            verbs.Verb("diff", "Show where the index is otherwise than needed.", verbs.DiffAsync),
            ReindexCommand.Create(host),
        };
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private Command Verb(string name, string description, Func<IndexSetup, CancellationToken, Task<ExitCode>> run)
    {
        var command = new Command(name, description);
        LoudnessOptions.AddTo(command);
        var flags = new SettingFlags(command, WorkerSettings.OfOpenSearch);
        command.SetAction((parsed, _) => RunAsync(parsed, flags, run));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult parsed,
        SettingFlags flags,
        Func<IndexSetup, CancellationToken, Task<ExitCode>> run
    )
    {
        LoudnessOptions.Heed(parsed, _host);
        SettingValues settings = flags.Resolve(parsed, _host);
        using OpenSearchClient client = settings.OpenSearchClient(_host.Error.Explain);
        return (int)await StopSignals.RunAsync(stop => run(new IndexSetup(client), stop));
    }

    private async Task<ExitCode> InitAsync(IndexSetup setup, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> done = await setup.InitAsync(cancellationToken);
        WriteLines(done.Count > 0 ? done : ["nothing to do: all was there"]);
        return ExitCode.Ok;
    }

    private async Task<ExitCode> CheckAsync(IndexSetup setup, CancellationToken cancellationToken)
    {
        int count = (await setup.CompareAsync(cancellationToken)).Count;
        WriteLines([count == 0 ? "the index is as needed" : $"{count} differences; see cis index diff"]);
        return count == 0 ? ExitCode.Ok : ExitCode.SomeFailed;
    }

    private async Task<ExitCode> DiffAsync(IndexSetup setup, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> differences = await setup.CompareAsync(cancellationToken);
        WriteLines(differences);
        return differences.Count == 0 ? ExitCode.Ok : ExitCode.SomeFailed;
    }

    private void WriteLines(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            _host.Out.WriteLine(line);
        }
    }
}
