using System.CommandLine;
using Cis.Commands.Help;
using Cis.Commands.Tree;
using Cis.Configuration;
using Cis.Documents;
using Cis.Input;
using Cis.Output;
using Cis.Reading;
using Cis.Terminal;

namespace Cis.Commands;

/// <summary><c>cis ocr</c>: reads files and writes their text.</summary>
internal sealed class OcrCommand
{
    internal const string Examples = """
        Examples:
          cis ocr scan.pdf                        text to standard output
          cis ocr scan.pdf -o scan.txt            text to a file, which appears once it is complete
          cis ocr inbox/ -o texts/                each document below inbox into texts/, in the same folders
          cis ocr inbox/ -o texts/ --skip-existing      only those that have no text in texts/ yet
          cis ocr --format pdf scan.pdf -o found.pdf    the same pages, with an invisible layer of text
          cis ocr --format ndjson *.pdf           one JSON object a line, with boxes and confidences
          cis ocr --pages 1-5,8 --lang en a.pdf   some pages, English only
          find . -newer stamp -print0 | cis ocr --files-from - -o texts/
          curl -s URL | cis ocr -                 standard input
          cis ocr -- -x.pdf                       a file whose name begins with a dash

        An output never takes the place of an input, nor of another PDF or image unless --force says so; an earlier
        text is replaced, once the new one is complete.
        Every setting can also be given as a variable (CIS_DPI) or in a file (--config): see cis config show.
        Exit codes: see cis help exit-codes.
        """;

    // Engines end within milliseconds of being told to. One that hangs in a library must not keep the user waiting.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Files, folders (the documents below them), or - for standard input.",
    };

    private readonly Option<string?> _output = new Option<string?>("--output", "-o")
    {
        HelpName = "FILE|DIR",
        Description =
            "Where to write: one file for everything, or a folder (it exists, or ends in /) for one file each.",
    }.In(OptionSection.Output);

    private readonly Option<string?> _pages = new Option<string?>("--pages")
    {
        HelpName = "PAGES",
        Description = "The pages to read, such as 1-5,8,12-",
    }.In(OptionSection.Reading);

    private readonly Option<string?> _filesFrom = new Option<string?>("--files-from")
    {
        HelpName = "FILE|-",
        Description = "Read more paths from a file or standard input: one per line, or separated by NULs.",
    }.In(OptionSection.Input);

    private readonly Option<bool> _skipExisting = new Option<bool>("--skip-existing")
    {
        Description = "Skip files that already have an output.",
    }.In(OptionSection.Output);

    private readonly Option<bool> _force = new Option<bool>("--force")
    {
        Description = "Let an output replace a PDF or image, but never an input.",
    }.In(OptionSection.Output);

    private readonly Option<bool> _timing = new Option<bool>("--timing")
    {
        Description = "Print to standard error where the time went.",
    }.In(OptionSection.Log);

    private readonly CommandHost _host;
    private readonly SettingFlags _settings;

    private OcrCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Arguments.Add(_paths);
        command.Options.Add(_output);
        command.Options.Add(_filesFrom);
        command.Options.Add(_skipExisting);
        command.Options.Add(_force);
        command.Options.Add(_pages);
        LoudnessOptions.AddTo(command);
        command.Options.Add(_timing);
        command.Options.Add(LanguageListOption.Create().In(OptionSection.Reading));
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
        LoudnessOptions.Heed(parsed, _host);
        OcrRequest request = Understand(parsed);
        // First of all: from the moment there is something to clean up, a signal must not end the process by itself.
        using var signals = new StopSignals();
        using IEngineFactory engines = _host.OpenEngines(request.Settings);
        engines.Say = _host.Error.Complain;
        using var copies = new SearchableCopies(request.Settings.Reading(), engines.LoadGuard);
        using OutputTarget target =
            request.Format == OutputFormat.Pdf
                ? new PdfTarget(request.Output, copies, engines.CreateReader, _host.Error.Complain, signals.Token)
                : OutputTarget.Open(request.Output, request.Format);
        using var pool = new EnginePool(request.Settings.Pool(), engines.Create);
        ExitCode code = await ReadAsync(request, pool, target, copies, signals);
        if (parsed.GetValue(_timing))
        {
            PrintTiming(pool, engines, TimeProvider.System.GetElapsedTime(start));
        }

        if (!await pool.StopAsync(StopTimeout))
        {
            // A thread still inside a library must not meet that library's clean-up at a regular exit.
            target.Dispose();
            ProcessExit.Now(code);
        }

        return (int)code;
    }

    private OcrRequest Understand(ParseResult parsed)
    {
        SettingValues settings = _settings.Resolve(parsed, _host);
        string? output = parsed.GetValue(_output);
        var request = new OcrRequest(
            FindInputs(parsed, output, settings.Get(Configuration.Settings.Format)),
            output,
            ParsePages(parsed.GetValue(_pages)),
            settings,
            _host.Error.IsQuiet
        );
        CheckOutput(request);

        return request;
    }

    private InputList FindInputs(ParseResult parsed, string? output, OutputFormat format)
    {
        string[] paths = CheckPaths(parsed);
        string? list = parsed.GetValue(_filesFrom);
        IEnumerable<string> listed = list is null ? [] : InputListFile.Read(list, _host.Input);
        var rules = new OutputRules(parsed.GetValue(_force), parsed.GetValue(_skipExisting));
        if (rules.SkipExisting && OutputTarget.IsStandardOutput(output))
        {
            throw new UsageException(
                "--skip-existing needs to know where the outputs are: name a file or folder with -o"
            );
        }

        InputList found = InputFinder.Find(paths.Concat(listed), OutputTarget.IsFolder(output) ? output : null);
        return new OutputCheck(output, format, rules).Check(found) with { IsBatch = found.IsBatch || list is not null };
    }

    private void CheckOutput(OcrRequest request)
    {
        bool holdsOne = request.Format is OutputFormat.Alto or OutputFormat.Pdf;
        if (holdsOne && request.Files.Count > 1 && !OutputTarget.IsFolder(request.Output))
        {
            string name = request.Format == OutputFormat.Pdf ? "a searchable PDF" : "an ALTO file";
            throw new UsageException($"{name} holds one document: name a folder for several, as in -o texts/");
        }

        if (
            request.Format == OutputFormat.Pdf
            && OutputTarget.IsStandardOutput(request.Output)
            && _host.IsOutputTerminal
        )
        {
            throw new UsageException("a PDF is not for a terminal: name a file with -o, or send it into one with >");
        }
    }

    private async Task<ExitCode> ReadAsync(
        OcrRequest request,
        EnginePool pool,
        OutputTarget target,
        SearchableCopies copies,
        StopSignals signals
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        try
        {
            DocumentLimits limits = request.Settings.Reading().Limits;
            DocumentSource Open(InputFile file) =>
                request.Format == OutputFormat.Pdf
                    ? copies.Keep(file, OpenSource(file, limits))
                    : OpenSource(file, limits);
            var run = new OcrRun(pool, Open, request.Pages, target, _host.Error, request.IsQuiet);
            ExitCode code;
            using (StartProgress(request, pool))
            {
                code = await run.ReadAsync(request.Files, stop.Token);
            }

            if (request.Inputs.IsBatch && !request.IsQuiet)
            {
                _host.Error.WriteLine(run.Summary(request.Inputs.Skipped));
            }

            return code;
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

    private ProgressMeter? StartProgress(OcrRequest request, EnginePool pool) =>
        request.IsQuiet ? null : new ProgressMeter(_host.Error, pool.Statistics, request.Files.Count);

    private DocumentSource OpenSource(InputFile file, DocumentLimits limits)
    {
        if (file.Path != InputFile.StandardInput)
        {
            return InputOpening.Open(file, limits);
        }

        using Stream input = _host.Input();
        return DocumentSource.FromStream(input, "standard input", limits);
    }

    private void PrintTiming(EnginePool pool, IEngineFactory engines, TimeSpan elapsed) =>
        pool.Statistics.ReadStages(stages =>
            _host.Error.WriteLine(TimingReport.Build(stages, engines.ModelLoadTime, elapsed))
        );

    // The parser takes what it knows no option for as a path; behind -- everything is one.
    private string[] CheckPaths(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        string[] before = Operands.BeforeDashes(parsed, paths);
        if (Array.Find(before, path => path.StartsWith('-') && path != InputFile.StandardInput) is { } option)
        {
            throw new UsageException(
                $"{Misspelling.OfOption(parsed.CommandResult.Command, option)} (a file of that name is written ./{option})"
            );
        }

        string? list = parsed.GetValue(_filesFrom);
        return paths.Length == 0 && list is null ? throw new UsageException("name a file or folder: see cis ocr --help")
            : list == InputFile.StandardInput && paths.Contains(InputFile.StandardInput)
                ? throw new UsageException("standard input is either a document (-) or a list (--files-from -)")
            : paths;
    }

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
        InputList Inputs,
        string? Output,
        PageSelection Pages,
        SettingValues Settings,
        bool IsQuiet
    )
    {
        internal IReadOnlyList<InputFile> Files => Inputs.Files;

        internal OutputFormat Format => Settings.Get(Configuration.Settings.Format);
    }
}
