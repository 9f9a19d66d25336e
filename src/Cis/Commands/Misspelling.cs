using System.CommandLine;
using Cis.Commands.Tree;
using Cis.Configuration;

namespace Cis.Commands;

/// <summary>Says which command or option somebody may have meant.</summary>
internal static class Misspelling
{
    /// <summary>A sentence about the first word that is neither, or a command that is missing; null where all is there.</summary>
    internal static string? Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens switch
        {
            [['-', ..] option, ..] => OfOption(command, option),
            [var word, ..] => OfCommand(command, word),
            [] when command.Action is null && CommandsOf(command) is { Length: > 0 } names =>
                $"cis {command.Name} needs a command: {string.Join(", ", names)}",
            [] => null,
        };
    }

    // The program's own commands are too many for a line.
    private static string OfCommand(Command command, string word) =>
        Meant(word, CommandsOf(command)) switch
        {
            _ when CommandsOf(command).Length == 0 => $"{PathOf(command)} takes no argument {word}",
            "" when command is not RootCommand =>
                $"there is no command {word}; {PathOf(command)} has {string.Join(", ", CommandsOf(command))}",
            var meant => $"there is no command {word}{meant}",
        };

    /// <summary>Whether the first word that is neither stands where a command should.</summary>
    internal static bool IsCommand(ParseResult parsed) =>
        parsed.UnmatchedTokens is [not ['-', ..], ..] && parsed.CommandResult.Command.Subcommands.Count > 0;

    /// <summary>A sentence about an option that a command does not have.</summary>
    internal static string OfOption(Command command, string option) =>
        IsOptionOf(command, option)
            ? $"{option} goes after the command: {PathOf(command)} {option}"
            : $"there is no option {option}{Meant(option, [.. command.Options.SelectMany(CommandTree.NamesOf)])}";

    // It was read before the command was known, so it is not the command's.
    private static bool IsOptionOf(Command command, string option) =>
        command.Options.SelectMany(CommandTree.NamesOf).Contains(option, StringComparer.Ordinal);

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "cis";

    private static string[] CommandsOf(Command command) =>
        [.. command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)];

    private static string Meant(string word, string[] known) =>
        Spelling.IsNear(word, known, out string nearest) ? $": did you mean {nearest}?" : "";
}
