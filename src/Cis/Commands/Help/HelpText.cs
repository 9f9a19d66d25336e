using System.CommandLine;
using System.Text;
using Cis.Commands.Tree;

namespace Cis.Commands.Help;

/// <summary>A command's help: what it does and how it is called, then its options under headings.</summary>
internal static class HelpText
{
    // Names wider than this have their description on the next line.
    private const int WidestName = 34;

    /// <summary>The text.</summary>
    /// <param name="command">The command.</param>
    /// <param name="width">Of a line, in characters.</param>
    internal static string Build(Command command, int width)
    {
        var text = new StringBuilder();
        text.Append("Description:\n");
        AppendWrapped(text, command.Description ?? "", indent: 2, width);
        text.Append("\nUsage:\n  ").Append(UsageOf(command)).Append('\n');
        var node = new CommandNode("", command);
        AppendRows(text, "Arguments", [.. command.Arguments.Select(RowOf)], width);
        foreach (IGrouping<OptionSection, Option> group in OptionSections.Grouped(node.Options))
        {
            AppendRows(text, OptionSections.TitleOf(group.Key), [.. group.Select(RowOf)], width);
        }

        AppendRows(text, "Commands", [.. node.Commands.Select(RowOf)], width);
        return text.ToString();
    }

    /// <summary>The names of an option, the short one first.</summary>
    internal static IEnumerable<string> NamesOf(Option option) =>
        CommandTree.NamesOf(option).OrderBy(name => name.Length > 2);

    /// <summary>What stands for an option's value; null if it takes none.</summary>
    internal static string? ValueOf(Option option) =>
        CommandTree.TakesValue(option) ? (option.HelpName ?? "VALUE").Trim('<', '>') : null;

    /// <summary>What an option does, and its default.</summary>
    internal static string DescriptionOf(Option option) =>
        option.HasDefaultValue && CommandTree.TakesValue(option) && option.GetDefaultValue() is { } standard
            ? $"{option.Description} [default: {standard}]"
            : option.Description ?? "";

    private static string UsageOf(Command command)
    {
        var words = new List<string>();
        for (Command? one = command; one is not null and not RootCommand; one = ParentOf(one))
        {
            words.Insert(0, one.Name);
        }

        words.Insert(0, "cis");
        words.AddRange(command.Arguments.Select(ShapeOf));
        words.Add(command.Subcommands.Count > 0 ? "COMMAND" : "");
        words.Add("[options]");
        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private static Command? ParentOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault();

    private static string ShapeOf(Argument argument)
    {
        string name = argument.Arity.MaximumNumberOfValues > 1 ? $"<{argument.Name}>..." : $"<{argument.Name}>";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static (string Name, string Text) RowOf(Command command) =>
        (
            string.Concat(command.Arguments.Select(argument => $" <{argument.Name}>").Prepend(command.Name)),
            command.Description ?? ""
        );

    private static (string Name, string Text) RowOf(Argument argument) =>
        ($"<{argument.Name}>", argument.Description ?? "");

    private static (string Name, string Text) RowOf(Option option)
    {
        string value = ValueOf(option) is { } shape ? $" <{shape}>" : "";
        return (string.Join(", ", NamesOf(option)) + value, DescriptionOf(option));
    }

    private static void AppendRows(StringBuilder text, string title, (string Name, string Text)[] rows, int width)
    {
        if (rows.Length == 0)
        {
            return;
        }

        text.Append('\n').Append(title).Append(":\n");
        int column = rows.Max(row => row.Name.Length <= WidestName ? row.Name.Length : 0) + 4;
        foreach ((string name, string description) in rows)
        {
            text.Append("  ").Append(name);
            text.Append(
                name.Length + 4 > column ? "\n" + new string(' ', column) : new string(' ', column - name.Length - 2)
            );
            AppendWrapped(text, description, column, width, isBegun: true);
        }
    }

    private static void AppendWrapped(StringBuilder text, string words, int indent, int width, bool isBegun = false)
    {
        string margin = new(' ', indent);
        int used = indent;
        text.Append(isBegun ? "" : margin);
        foreach (string word in words.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
        {
            if (used > indent && used + 1 + word.Length >= width)
            {
                text.Append('\n').Append(margin);
                used = indent;
            }

            text.Append(used > indent ? " " : "").Append(word);
            used += word.Length + (used > indent ? 1 : 0);
        }

        text.Append('\n');
    }
}
