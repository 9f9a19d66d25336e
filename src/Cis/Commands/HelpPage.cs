using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cis.Commands;

/// <summary>A command's help with something more below it, such as examples.</summary>
internal sealed class HelpPage(HelpAction standard, string below) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a command such a help.</summary>
    internal static void AddTo(Command command, string below)
    {
        var help = new HelpOption();
        help.Action = new HelpPage((HelpAction)help.Action!, below);
        command.Options.Add(help);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = standard.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(below);
        return code;
    }
}
