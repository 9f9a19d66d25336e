using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Cis.Commands.Shells;

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
        foreach (Argument argument in node.Command.Arguments)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $".TP\n.I {Escaped(argument.Name)}\n{Text(argument.Description)}\n"
            );
        }

        foreach (Option option in node.Options)
        {
            string names = string.Join(", ", CommandTree.NamesOf(option));
            string value = CommandTree.TakesValue(option) ? $" \\fI{Escaped(option.HelpName ?? "VALUE")}\\fR" : "";
            page.Append(
                CultureInfo.InvariantCulture,
                $".TP\n\\fB{Escaped(names)}\\fR{value}\n{Text(option.Description)}\n"
            );
        }
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

    // A line that begins with a full stop or an apostrophe would be a request.
    private static string Text(string? text)
    {
        string escaped = Escaped((text ?? "").ReplaceLineEndings(" ").Trim());
        return escaped.Length > 0 && escaped[0] is '.' or '\'' ? "\\&" + escaped
            : escaped.Length == 0 ? "\\&"
            : escaped;
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
}
