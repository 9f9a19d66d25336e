using System.CommandLine;
using System.CommandLine.Parsing;
using Cis.Commands.Help;

namespace Cis.Commands;

/// <summary>The tree of commands, and the way from arguments to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command line.</summary>
    internal static int Run(string[] arguments, CommandHost host)
    {
        try
        {
            // Building the commands and parsing take longer than the answer: scripts that only probe get it at once.
            return arguments is ["version"] or ["--version"]
                ? VersionCommand.Run(host, verbose: false)
                : Parse(arguments, host);
        }
        catch (Exception e)
        {
            return (int)CommandFailure.Report(e, host.Error);
        }
    }

    private static int Parse(string[] arguments, CommandHost host)
    {
        arguments = arguments is ["help", not "exit-codes", ..] ? [.. arguments[1..], "--help"] : arguments;
        // Without response files: an argument @a.pdf is a file of that name.
        var configuration = new ParserConfiguration
        {
            ResponseFileTokenReplacer = null,
            // What a search leaves out is written like a bundle of options: -vat.
            EnablePosixBundling = arguments is not ["search", ..],
        };
        ParseResult parsed = Root(host).Parse(arguments is [] or ["help"] ? ["--help"] : arguments, configuration);
        // Help that is asked for is shown whatever else is wrong, but not in place of that of a command that does not exist.
        bool isHelp = parsed.Action?.ClearsParseErrors == true;
        if (isHelp ? Misspelling.IsCommand(parsed) : parsed.Errors.Count > 0)
        {
            return Refuse(parsed, host);
        }

        return parsed.Invoke(
            new InvocationConfiguration
            {
                Output = host.Out,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }
        );
    }

    private static RootCommand Root(CommandHost host) =>
        HelpPage.AddTo(
            new RootCommand("Reads the text out of PDFs and images.")
            {
                OcrCommand.Create(host),
                WorkerCommand.Create(host),
                SearchCommand.Create(host),
                EnqueueCommand.Create(host),
                DlqCommand.Create(host),
                IndexCommand.Create(host),
                ConfigCommand.Create(host),
                HelpCommand.Create(host),
                DoctorCommand.Create(host),
                BenchCommand.Create(host),
                ServiceCommand.Create(host),
                VersionCommand.Create(host),
                LicensesCommand.Create(),
                BakeCommand.Create(),
                CompletionCommand.Create(host, () => Root(host)),
            }
        );

    private static int Refuse(ParseResult parsed, CommandHost host)
    {
        if (Misspelling.Of(parsed) is { } sentence)
        {
            host.Error.Complain(sentence);
        }
        else
        {
            foreach (string message in ParseFault.Of(parsed))
            {
                host.Error.Complain(message);
            }
        }

        host.Error.WriteLine($"See {PathOf(parsed.CommandResult)} --help.");
        return (int)ExitCode.Usage;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "cis";
}
