using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cis.Commands.Help;

/// <summary>A command's help with something more below it, such as examples.</summary>
internal sealed class HelpPage(string below) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command and its parts such a help, each its own: one that is inherited would be listed twice.</summary>
    internal static void AddTo(Command command, string below)
    {
        var help = new HelpOption { Recursive = false };
        help.Action = new HelpPage(below);
        command.Options.Add(help);
        foreach (Command part in command.Subcommands)
        {
            AddTo(part, below);
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.Write(HelpText.Build(parseResult.CommandResult.Command, WidthOf(output)));
        output.WriteLine();
        output.WriteLine(below);
        return (int)ExitCode.Ok;
    }

    // What is not for a terminal is wrapped by whoever shows it.
    private static int WidthOf(TextWriter output) =>
        output is StringWriter || Console.IsOutputRedirected || Console.WindowWidth <= 0
            ? int.MaxValue
            : Console.WindowWidth;
}
