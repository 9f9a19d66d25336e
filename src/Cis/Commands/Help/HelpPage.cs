using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cis.Terminal;

namespace Cis.Commands.Help;

/// <summary>A command's help with something more below it, such as examples.</summary>
internal sealed class HelpPage(string below) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>What stands below the help; empty for nothing.</summary>
    internal string Below => below;

    /// <summary>The help of a command; null if it is the parser's own.</summary>
    internal static HelpPage? Of(Command command) =>
        command.Options.OfType<HelpOption>().FirstOrDefault()?.Action as HelpPage;

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

    /// <summary>Gives such a help to the root, and to all commands that have none of their own.</summary>
    internal static RootCommand AddTo(RootCommand root)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpPage("");
        }

        return root;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.Write(HelpText.Build(parseResult.CommandResult.Command, WidthOf(output)));
        if (below.Length > 0)
        {
            output.WriteLine();
            output.WriteLine(below);
        }

        return (int)ExitCode.Ok;
    }

    // What is not for a terminal is wrapped by whoever shows it.
    private static int WidthOf(TextWriter output) =>
        output is StringWriter ? int.MaxValue : TerminalWidth.Of(TerminalWidth.Output) ?? int.MaxValue;
}
