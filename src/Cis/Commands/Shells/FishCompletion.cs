using System.CommandLine;
using System.Globalization;
using System.Text;
using Cis.Commands.Tree;

namespace Cis.Commands.Shells;

/// <summary>Completion for fish: a line for each command and option, with where it applies.</summary>
internal static class FishCompletion
{
    // The words before the cursor that are not options, without the program's name.
    private const string Head = """
        # fish completion for cis: cis completion fish > ~/.config/fish/completions/cis.fish
        function __cis_is_at
            set -l words (commandline -opc)[2..-1]
            set -l path
            for word in $words
                string match -q -- '-*' $word; or set -a path $word
            end
            set -l wanted $argv
            test (count $wanted) -eq 0; and test (count $path) -eq 0; and return 0
            test (count $wanted) -gt 0; and test (count $path) -ge (count $wanted); and test "$path[1..$(count $wanted)]" = "$wanted"
        end

        complete -c cis -f

        """;

    /// <summary>The script.</summary>
    internal static string Build(IReadOnlyList<CommandNode> tree)
    {
        var script = new StringBuilder(Head);
        foreach (CommandNode node in tree)
        {
            foreach (Command command in node.Commands)
            {
                script.Append(
                    CultureInfo.InvariantCulture,
                    $"{Line(node)} -a {command.Name} -d '{Escaped(command.Description ?? "")}'\n"
                );
            }

            foreach (Option option in node.Options)
            {
                script.Append(CultureInfo.InvariantCulture, $"{Line(node)}{Spec(option)}\n");
            }

            if (node.TakesFiles)
            {
                script.Append(CultureInfo.InvariantCulture, $"{Line(node)} -F\n");
            }
        }

        return script.ToString();
    }

    private static string Line(CommandNode node) => $"complete -c cis -n '{$"__cis_is_at {node.Path}".TrimEnd()}'";

    private static string Spec(Option option)
    {
        var spec = new StringBuilder();
        foreach (string name in CommandTree.NamesOf(option))
        {
            spec.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
        }

        if (CommandTree.TakesValue(option))
        {
            IReadOnlyList<string> values = CommandTree.ValuesOf(option);
            spec.Append(values.Count > 0 ? $" -x -a '{string.Join(' ', values)}'" : " -r -F");
        }

        return spec.Append($" -d '{Escaped(ZshCompletion.FirstSentence(option.Description ?? ""))}'").ToString();
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
