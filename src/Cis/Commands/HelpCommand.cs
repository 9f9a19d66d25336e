using System.CommandLine;

namespace Cis.Commands;

/// <summary><c>cis help</c>: pages that belong to no command.</summary>
internal static class HelpCommand
{
    internal static Command Create(CommandHost host)
    {
        var exitCodes = new Command("exit-codes", "What the exit codes mean.");
        exitCodes.SetAction(_ => host.Out.Write(ExitCodes.PlainText()));
        return new Command("help", "Show a page of the manual.") { exitCodes };
    }
}
