using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cis.Commands;

/// <summary>A command's help with something more below it, such as examples.</summary>
internal sealed class HelpPage(HelpAction standard, string below) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command and its parts such a help, each its own: one that is inherited would be listed twice.</summary>
    internal static void AddTo(Command command, string below)
    {
        var help = new HelpOption { Recursive = false };
        help.Action = new HelpPage((HelpAction)help.Action!, below);
        command.Options.Add(help);
        foreach (Command part in command.Subcommands)
        {
            AddTo(part, below);
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = standard.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(below);
        return code;
    }
}
