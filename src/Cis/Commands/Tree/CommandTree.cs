using System.CommandLine;

namespace Cis.Commands.Tree;

/// <summary>A command as shells and manuals need it.</summary>
/// <param name="Path">From the root on, such as <c>dlq peek</c>; empty for the root.</param>
/// <param name="Command">The command.</param>
internal sealed record CommandNode(string Path, Command Command)
{
    /// <summary>Its own options in their order, hidden ones left out.</summary>
    internal IEnumerable<Option> Options => Command.Options.Where(option => !option.Hidden);

    /// <summary>Its commands in their order.</summary>
    internal IEnumerable<Command> Commands => Command.Subcommands.Where(command => !command.Hidden);

    /// <summary>Whether files may be named to it.</summary>
    internal bool TakesFiles => Command.Arguments.Any(argument => argument.Name is "PATH" or "DIR" or "FILE");
}

/// <summary>Walks through the commands that the parser knows: help, completion and the manual say the same.</summary>
internal static class CommandTree
{
    /// <summary>The command and all below it, parents first.</summary>
    internal static IEnumerable<CommandNode> Walk(Command root)
    {
        var nodes = new List<CommandNode>();
        Add(nodes, "", root);
        return nodes;
    }

    /// <summary>All names of an option: <c>--output</c>, <c>-o</c>; not <c>-?</c>, which shells take for a pattern.</summary>
    internal static IEnumerable<string> NamesOf(Option option) =>
        option
            .Aliases.Prepend(option.Name)
            .Where(name => name.StartsWith('-') && name != "-?")
            .Distinct(StringComparer.Ordinal);

    /// <summary>Whether an option is followed by a value.</summary>
    internal static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && !IsSwitch(option);

    /// <summary>The words that an option takes; none where it takes anything.</summary>
    internal static IReadOnlyList<string> ValuesOf(Option option) =>
        option.HelpName is { } name && name.StartsWith('<') && name.Contains('|') ? name.Trim('<', '>').Split('|')
        : option.HelpName?.Contains('|') == true ? option.HelpName.Split('|')
        : [];

    private static bool IsSwitch(Option option) => option.ValueType == typeof(bool);

    private static void Add(List<CommandNode> nodes, string path, Command command)
    {
        var node = new CommandNode(path, command);
        nodes.Add(node);
        foreach (Command child in node.Commands)
        {
            Add(nodes, path.Length == 0 ? child.Name : $"{path} {child.Name}", child);
        }
    }
}
