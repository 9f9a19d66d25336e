using System.CommandLine;
using System.Globalization;
using System.Text;
using Cis.Commands.Tree;

namespace Cis.Commands.Shells;

/// <summary>Completion for zsh: a function for each command, of <c>_arguments</c> and <c>_describe</c>.</summary>
internal static class ZshCompletion
{
    /// <summary>The script.</summary>
    internal static string Build(IReadOnlyList<CommandNode> tree)
    {
        var script = new StringBuilder(
            "#compdef cis\n# zsh completion for cis: cis completion zsh > a folder of $fpath, as _cis\n\n"
        );
        foreach (CommandNode node in tree)
        {
            AppendFunction(script, node);
        }

        return script
            .Append("if [[ $funcstack[1] == _cis ]]; then\n    _cis \"$@\"\nelse\n    compdef _cis cis\nfi\n")
            .ToString();
    }

    private static void AppendFunction(StringBuilder script, CommandNode node)
    {
        script.Append(CultureInfo.InvariantCulture, $"{NameOf(node.Path)}() {{\n");
        bool hasCommands = node.Commands.Any();
        script.Append(hasCommands ? "    local state line\n    _arguments -C" : "    _arguments");
        foreach (Option option in node.Options)
        {
            script.Append(CultureInfo.InvariantCulture, $" \\\n        {Spec(option)}");
        }

        if (hasCommands)
        {
            script.Append(" \\\n        '1:command:->command' '*::argument:->argument'\n");
            AppendCommands(script, node);
        }
        else
        {
            script.Append(node.TakesFiles ? " \\\n        '*:file:_files'\n" : "\n");
        }

        script.Append("}\n\n");
    }

    private static void AppendCommands(StringBuilder script, CommandNode node)
    {
        script.Append("    case $state in\n        command)\n            local -a commands\n            commands=(\n");
        foreach (Command command in node.Commands)
        {
            script.Append(
                CultureInfo.InvariantCulture,
                $"                '{command.Name}:{Escaped(command.Description ?? "")}'\n"
            );
        }

        script.Append(
            "            )\n            _describe command commands ;;\n        argument)\n            case $line[1] in\n"
        );
        foreach (Command command in node.Commands)
        {
            string path = node.Path.Length == 0 ? command.Name : $"{node.Path} {command.Name}";
            script.Append(CultureInfo.InvariantCulture, $"                {command.Name}) {NameOf(path)} ;;\n");
        }

        script.Append("            esac ;;\n    esac\n");
    }

    private static string Spec(Option option)
    {
        string[] names = [.. CommandTree.NamesOf(option)];
        string description = Escaped(FirstSentence(option.Description ?? ""));
        string value =
            !CommandTree.TakesValue(option) ? ""
            : CommandTree.ValuesOf(option) is { Count: > 0 } values ? $":value:({string.Join(' ', values)})"
            : ":value:_files";
        return names.Length == 1
            ? $"'*{names[0]}[{description}]{value}'"
            : $"'*'{{{string.Join(',', names)}}}'[{description}]{value}'";
    }

    private static string NameOf(string path) =>
        path.Length == 0 ? "_cis" : "_cis_" + path.Replace(' ', '_').Replace('-', '_');

    /// <summary>The beginning of a description, as menus show it.</summary>
    internal static string FirstSentence(string text) =>
        text.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? text[..end] : text.TrimEnd('.');

    private static string Escaped(string text) =>
        text.Replace("'", "'\\''", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace(":", "\\:", StringComparison.Ordinal);
}
