using System.CommandLine;
using Cis.Configuration;
using Cis.Documents;
using Cis.Input;
using Cis.Output;
using Cis.Reading;
using Cis.Terminal;
using Cis.Worker;

namespace Cis.Commands;

/// <summary><c>cis ocr</c>: reads files and writes their text.</summary>
internal sealed class OcrCommand
{
    internal const string Examples = """
        Examples:
          cis ocr scan.pdf                        text to standard output
          cis ocr scan.pdf -o scan.txt            text to a file, which appears once it is complete
          cis ocr inbox/ -o texts/                each file below inbox into texts/, in the same folders
          cis ocr --format ndjson *.pdf           one JSON object a line, with boxes and confidences
          cis ocr --pages 1-5,8 --lang en a.pdf   some pages, English only
          curl -s URL | cis ocr -                 standard input

        Every setting can also be given as a variable (CIS_DPI) or in a file (--config): see cis config show.
        Exit codes: see cis help exit-codes.
        """;

    // Engines end within milliseconds of being told to. One that hangs in a library must not keep the user waiting.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Files, folders (with all that is below them), or - for standard input.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "FILE|DIR",
        Description = "Where to write: a file for everything, or a folder (it exists, or ends in /) for a file each.",
    };

    private readonly Option<string?> _pages = new("--pages")
    {
        HelpName = "PAGES",
        Description = "The pages to read, such as 1-5,8,12-",
    };

    private readonly Option<bool> _timing = new("--timing")
    {
        Description = "Print to standard error where the time went.",
    };

    private readonly CommandHost _host;
    private readonly SettingFlags _settings;

    private OcrCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_paths);
        command.Options.Add(_output);
        command.Options.Add(_pages);
        command.Options.Add(_timing);
        command.Options.Add(LanguageListOption.Create());
        _settings = new SettingFlags(command, Configuration.Settings.OfReading);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command("ocr", "Read PDFs and images, and write their text.");
        _ = new OcrCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        long start = TimeProvider.System.GetTimestamp();
        OcrRequest request = Understand(parsed);
        // First of all: from the moment there is something to clean up, a signal must not end the process by itself.
        using var signals = new StopSignals();
        using IEngineFactory engines = _host.OpenEngines(request.Settings);
        using OutputTarget target = OutputTarget.Open(request.Output, request.Format);
        using var pool = new EnginePool(request.Settings.Pool(), engines.Create);
        ExitCode code = await ReadAsync(request, pool, target, signals);
        if (parsed.GetValue(_timing))
        {
            PrintTiming(pool, engines, TimeProvider.System.GetElapsedTime(start));
        }

        if (!await pool.StopAsync(StopPatience))
        {
            // A thread still inside a library must not meet that library's clean-up at a regular exit.
            target.Dispose();
            ProcessExit.Now(code);
        }

        return (int)code;
    }

    private OcrRequest Understand(ParseResult parsed)
    {
        var request = new OcrRequest(
            InputFinder.Find(CheckPaths(parsed.GetRequiredValue(_paths))),
            parsed.GetValue(_output),
            ParsePages(parsed.GetValue(_pages)),
            _settings.Resolve(parsed, _host)
        );
        if (request.Format == OutputFormat.Alto && request.Files.Count > 1 && !OutputTarget.IsFolder(request.Output))
        {
            throw new UsageException("an ALTO file holds one document: name a folder for several, as in -o texts/");
        }

        return request;
    }

    private async Task<ExitCode> ReadAsync(
        OcrRequest request,
        EnginePool pool,
        OutputTarget target,
        StopSignals signals
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        try
        {
            using var progress = new ProgressMeter(_host.Error, pool.Statistics, request.Files.Count);
            DocumentLimits limits = request.Settings.Reading().Limits;
            var run = new OcrRun(pool, file => OpenSource(file, limits), request.Pages, target, _host.Error);
            return await run.ReadAsync(request.Files, stop.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
        catch (Exception e)
        {
            return CommandFailure.Report(e, _host.Error);
        }
        finally
        {
            // Whatever is still being read is read for nobody.
            await stop.CancelAsync();
        }
    }

    private DocumentSource OpenSource(InputFile file, DocumentLimits limits)
    {
        if (file.Path != InputFile.StandardInput)
        {
            return DocumentSource.FromFile(file.Path, limits);
        }

        using Stream input = _host.Input();
        return DocumentSource.FromStream(input, "standard input", limits);
    }

    private void PrintTiming(EnginePool pool, IEngineFactory engines, TimeSpan elapsed) =>
        pool.Statistics.ReadStages(stages =>
            _host.Error.WriteLine(TimingReport.Build(stages, engines.ModelLoadTime, elapsed))
        );

    // The parser takes what it knows no option for as a path.
    private static string[] CheckPaths(string[] paths) =>
        Array.Find(paths, path => path.StartsWith('-') && path != InputFile.StandardInput) is { } option
            ? throw new UsageException($"there is no option {option}; a file of that name is written ./{option}")
            : paths;

    private static PageSelection ParsePages(string? text)
    {
        if (text is null)
        {
            return PageSelection.All;
        }

        return PageSelection.TryParse(text, out PageSelection? pages, out string? error)
            ? pages
            : throw new UsageException($"--pages: {error}");
    }

    private sealed record OcrRequest(
        IReadOnlyList<InputFile> Files,
        string? Output,
        PageSelection Pages,
        SettingValues Settings
    )
    {
        internal OutputFormat Format => Settings.Get(Configuration.Settings.Format);
    }
}
