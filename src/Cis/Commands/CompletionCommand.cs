using System.CommandLine;
using Cis.Commands.Help;
using Cis.Commands.Shells;
using Cis.Commands.Tree;
using Cis.Payload;

namespace Cis.Commands;

/// <summary><c>cis completion</c>: scripts for shells, and the manual's page, out of the parser's own definitions.</summary>
internal static class CompletionCommand
{
    private const string Examples = """
        Examples:
          source <(cis completion bash)                                      for this shell
          cis completion bash > /usr/share/bash-completion/completions/cis   for all
          cis completion man > cis.1 && man ./cis.1
        """;

    /// <summary>The command.</summary>
    /// <param name="host">For the output.</param>
    /// <param name="root">Gives the whole tree, once it is built.</param>
    internal static Command Create(CommandHost host, Func<Command> root)
    {
        var command = new Command("completion", "Print a completion script for a shell, or the manual's page.")
        {
            Verb(host, "bash", "For bash.", () => BashCompletion.Build(Tree(root))),
            Verb(host, "zsh", "For zsh.", () => ZshCompletion.Build(Tree(root))),
            Verb(host, "fish", "For fish.", () => FishCompletion.Build(Tree(root))),
            Verb(host, "man", "The page cis(1).", () => Manual(root)),
        };
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private static Command Verb(CommandHost host, string name, string description, Func<string> build)
    {
        var command = new Command(name, description);
        command.SetAction(_ => host.Out.Write(build()));
        return command;
    }

    private static IReadOnlyList<CommandNode> Tree(Func<Command> root) => [.. CommandTree.Walk(root())];

    private static string Manual(Func<Command> root)
    {
        using var payload = PayloadStore.Open();
        var build = BuildFacts.Read(payload);
        return ManPage.Build(Tree(root), build.Version, build.Date);
    }
}
