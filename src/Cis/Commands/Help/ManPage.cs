using System.CommandLine;
using System.Globalization;
using System.Text;
using Cis.Commands.Tree;

namespace Cis.Commands.Help;

/// <summary>The manual's page cis(1), in the language of man(7).</summary>
internal static class ManPage
{
    /// <summary>The page.</summary>
    /// <param name="tree">All commands.</param>
    /// <param name="version">Of the program, for the foot.</param>
    /// <param name="date">Of the version, likewise.</param>
    internal static string Build(IReadOnlyList<CommandNode> tree, string version, string date)
    {
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $".TH CIS 1 \"{date}\" \"cis {Escaped(version)}\" \"User Commands\"\n"
        );
        page.Append(".SH NAME\ncis \\- read the text out of PDFs and images, and put it into an index\n");
        page.Append(".SH SYNOPSIS\n");
        string between = "";
        foreach (CommandNode node in tree.Where(node => node.Path.Length > 0 && !node.Commands.Any()))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"{between}.B cis {Escaped(node.Path)}\n{Arguments(node)}[options]\n"
            );
            between = ".br\n";
        }

        page.Append(".SH COMMANDS\n");
        foreach (CommandNode node in tree.Where(node => node.Path.Length > 0))
        {
            AppendCommand(page, node);
        }

        return AppendExitCodes(page).ToString();
    }

    private static string Arguments(CommandNode node)
    {
        var text = new StringBuilder();
        foreach (Argument argument in node.Command.Arguments)
        {
            string more = argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "";
            text.Append(CultureInfo.InvariantCulture, $".RI {Escaped(argument.Name)}{more}\n");
        }

        return text.ToString();
    }

    private static void AppendCommand(StringBuilder page, CommandNode node)
    {
        page.Append(CultureInfo.InvariantCulture, $".SS cis {Escaped(node.Path)}\n{Text(node.Command.Description)}\n");
        AppendRows(
            page,
            "Arguments",
            node.Command.Arguments.Select(one => ($"\\fI{Escaped(one.Name)}\\fR", one.Description ?? ""))
        );
        foreach (IGrouping<OptionSection, Option> group in OptionSections.Grouped(node.Options))
        {
            AppendRows(page, OptionSections.TitleOf(group.Key), group.Select(RowOf));
        }

        AppendExamples(page, node);
    }

    // A heading is a paragraph of its own: below a .SS, man(7) has no level.
    private static void AppendRows(StringBuilder page, string title, IEnumerable<(string Name, string Text)> rows)
    {
        string heading = $".PP\n.B {title}\n";
        foreach ((string name, string text) in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"{heading}.TP\n{name}\n{Text(text)}\n");
            heading = "";
        }
    }

    private static (string Name, string Text) RowOf(Option option)
    {
        string names = string.Join(", ", HelpText.NamesOf(option).Select(name => $"\\fB{Escaped(name)}\\fR"));
        string value = HelpText.ValueOf(option) is { } shape ? $" \\fI{Escaped(shape)}\\fR" : "";
        return (names + value, HelpText.DescriptionOf(option));
    }

    // What is below the help of a command stands below its parts' too; here once.
    private static void AppendExamples(StringBuilder page, CommandNode node)
    {
        HelpPage? help = node.Path.Contains(' ') ? null : HelpPage.Of(node.Command);
        if (help is not { Below.Length: > 0 })
        {
            return;
        }

        page.Append(".PP\n.EX\n");
        foreach (string line in help.Below.Split('\n'))
        {
            page.Append(Literal(line)).Append('\n');
        }

        page.Append(".EE\n");
    }

    private static StringBuilder AppendExitCodes(StringBuilder page)
    {
        page.Append(".SH EXIT STATUS\n");
        foreach ((ExitCode code, string meaning) in ExitCodes.Table)
        {
            page.Append(CultureInfo.InvariantCulture, $".TP\n.B {(int)code}\n{Text(meaning)}\n");
        }

        return page;
    }

    private static string Text(string? text) => Literal((text ?? "").ReplaceLineEndings(" ").Trim());

    // A line that begins with a full stop or an apostrophe would be a request; an empty one would be space.
    private static string Literal(string line)
    {
        string escaped = Escaped(line);
        return escaped.Length == 0 || escaped[0] is '.' or '\'' ? "\\&" + escaped : escaped;
    }

    // What is not ASCII by its code point: groff reads Latin-1, and mandoc UTF-8.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => escaped.Append("\\e"),
                '-' => escaped.Append("\\-"),
                > 0x7F => escaped.Append(CultureInfo.InvariantCulture, $"\\[u{rune.Value:X4}]"),
                _ => escaped.Append((char)rune.Value),
            };
        }

        return escaped.ToString();
    }
}
