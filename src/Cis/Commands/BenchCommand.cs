using System.CommandLine;
using System.Text.Json;
using Cis.Bench;
using Cis.Commands.Help;
using Cis.Configuration;
using Cis.Doctor;
using Cis.Documents;
using Cis.Files;
using Cis.Input;
using Cis.Output;
using Cis.Pages;

namespace Cis.Commands;

/// <summary><c>cis bench</c>: how fast cis is here, on these files, beside other programs and beside itself before.</summary>
internal sealed class BenchCommand
{
    private const string Examples = """
        Examples:
          cis bench                                      a page of its own, with 1 engine and more, up to a core each
          cis bench scans/ --engines 1,3 --rounds 5      on files of yours
          cis bench a.pdf --command 'tesseract {file} -' another program on the same files, in turn
          cis bench scans/ --json > new.json             to keep
          cis bench scans/ --compare old.json            and to compare: ratios, and whether they are more than noise
          cis bench scans/ --markdown --svg chart.svg    for a report

        Subjects are measured in turn, round after round. Start nothing else meanwhile.
        """;

    // So that the built-in page keeps several engines at work for some seconds.
    private const int CopiesOfSample = 24;

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Files and folders; without any, a page that the program carries.",
    };

    private readonly Option<string?> _engines = new("--engines")
    {
        HelpName = "N,...",
        Description = "How many engines cis has, each a subject of its own. [default: 1 to the number of cores]",
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        HelpName = "N",
        Description = "How often everything is read.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<string[]> _commands = new("--command")
    {
        HelpName = "TEXT",
        Description =
            "Another program, run by /bin/sh for each file in the place of {file}; may be given several times.",
    };

    private readonly Option<string?> _compare = new("--compare")
    {
        HelpName = "FILE",
        Description = "An earlier run's --json.",
    };

    private readonly Option<string?> _svg = new("--svg") { HelpName = "FILE", Description = "Also write a chart." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the result as JSON." };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print the tables in Markdown." };
    private readonly CommandHost _host;
    private readonly SettingFlags _flags;

    private BenchCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_paths);
        foreach (Option option in new Option[] { _engines, _rounds, _commands, _compare, _svg, _json, _markdown })
        {
            command.Options.Add(option);
        }

        _flags = new SettingFlags(command, [.. Settings.OfReading.Where(setting => setting != Settings.Engines)]);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("bench", "Measure how fast files are read here.");
        _ = new BenchCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        SettingValues settings = _flags.Resolve(parsed, _host);
        BenchResult? old = parsed.GetValue(_compare) is { } earlier ? Read(earlier) : null;
        BenchPlan plan = PlanOf(parsed);
        using var signals = new StopSignals();
        try
        {
            // Opened first: where it cannot be written, nobody waits for that.
            using AtomicFile? chart = parsed.GetValue(_svg) is { } path ? new AtomicFile(path) : null;
            BenchResult result = await MeasureAsync(plan, settings, signals.Token);
            Print(result, old, parsed);
            if (chart is not null)
            {
                chart.Stream.Write(System.Text.Encoding.UTF8.GetBytes(BenchChart.Build(result)));
                chart.Commit();
            }

            return (int)(result.Subjects.Any(HasFailed) ? ExitCode.SomeFailed : ExitCode.Ok);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return (int)signals.ExitCode;
        }
    }

    private async Task<BenchResult> MeasureAsync(BenchPlan plan, SettingValues settings, CancellationToken stop)
    {
        using IEngineFactory engines = _host.OpenEngines(settings);
        engines.Say = _host.Error.Complain;
        var run = new BenchRun(plan, settings.Pool(), step => _host.Error.WriteLine(step));
        IReadOnlyList<double> start = await BenchRun.StartAsync(stop);
        DocumentLimits limits = settings.Reading().Limits;
        IReadOnlyList<BenchSubject> subjects = await run.ReadAsync(engines, file => Open(file, limits), stop);
        var machine = MachineFacts.Read(engines.Kernels);
        return new BenchResult(
            engines.Build.Id,
            new BenchMachine(machine.Cpu, VersionCommand.NameOf(machine.Kernels), machine.Cores, machine.MemoryBytes),
            plan.Files.Count,
            start,
            subjects
        );
    }

    private static DocumentSource Open(string file, DocumentLimits limits) =>
        file.Length == 0 ? SampleCheck.OpenSample(limits) : DocumentSource.FromFile(file, limits);

    private BenchPlan PlanOf(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        string[] commands = parsed.GetValue(_commands) ?? [];
        if (Array.Find(paths, path => path.StartsWith("--", StringComparison.Ordinal)) is { } option)
        {
            throw new UsageException(Misspelling.OfOption(parsed.CommandResult.Command, option));
        }

        if (Array.Find(commands, command => !command.Contains(OtherProgram.Place, StringComparison.Ordinal)) is { } bad)
        {
            throw new UsageException($"--command \"{bad}\" has no {OtherProgram.Place}: that is where each file goes");
        }

        if (commands.Length > 0 && paths.Length == 0)
        {
            throw new UsageException("--command needs files: name some, because the built-in page is not a file");
        }

        int rounds = parsed.GetValue(_rounds);
        return rounds < 1
            ? throw new UsageException($"--rounds takes a whole number of at least 1, not {rounds}")
            : new BenchPlan(FilesOf(paths), EnginesOf(parsed.GetValue(_engines)), commands, rounds);
    }

    private static IReadOnlyList<string> FilesOf(string[] paths)
    {
        if (paths.Length == 0)
        {
            return [.. Enumerable.Repeat("", CopiesOfSample)];
        }

        IReadOnlyList<InputFile> files = InputFinder.Find(paths).Files;
        if (files.FirstOrDefault(file => WhyNot(file) is not null) is { } file)
        {
            throw new UsageException($"{file.Name}: {WhyNot(file)}");
        }

        return [.. files.Select(one => one.Path)];
    }

    private static string? WhyNot(InputFile file) =>
        file.Unusable?.Message
        ?? (
            file.Path == InputFile.StandardInput ? "standard input can be read but once"
            : file.Facts is not { Kind: FileKind.Regular } ? "there is no such file"
            : null
        );

    private static int[] EnginesOf(string? text)
    {
        if (text is null)
        {
            return [.. Enumerable.Range(1, Environment.ProcessorCount)];
        }

        int[] counts = [.. text.Split(',').Select(part => int.TryParse(part, out int count) ? count : 0)];
        return counts.All(count => count is > 0 and <= 1024)
            ? counts
            : throw new UsageException(
                $"--engines takes whole numbers from 1 to 1024 with commas between them, such as 1,2,4, not \"{text}\""
            );
    }

    private void Print(BenchResult result, BenchResult? old, ParseResult parsed)
    {
        bool asMarkdown = parsed.GetValue(_markdown);
        if (parsed.GetValue(_json))
        {
            BenchResult told = old is null ? result : result with { Comparison = BenchComparison.Compare(old, result) };
            _host.Out.WriteLine(JsonSerializer.Serialize(told, BenchJson.Default.BenchResult));
        }
        else
        {
            _host.Out.Write(BenchTable.Build(result, asMarkdown));
            _host.Out.Write(old is null ? "" : BenchComparison.Build(old, result, asMarkdown));
        }
    }

    private static BenchResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), BenchJson.Default.BenchResult)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is { } line ? $", see line {line + 1}" : "";
            throw new UsageException($"--compare {path} is not a result of cis bench --json{place}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--compare {path} cannot be read: {FileFault.Describe(e, path)}");
        }
    }

    private static bool HasFailed(BenchSubject subject) => subject.Rounds.Any(round => round.Failed > 0);
}
