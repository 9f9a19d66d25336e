using System.CommandLine;
using System.Globalization;
using System.Text;
using Cis.Commands.Tree;

namespace Cis.Commands.Shells;

/// <summary>Completion for bash: a function over COMP_WORDS, without bash-completion's helpers.</summary>
internal static class BashCompletion
{
    private const string Head = """
        # bash completion for cis: source <(cis completion bash), or put it into /usr/share/bash-completion/completions/cis
        _cis() {
            local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path="" part i words="" values="" files=""
            for ((i = 1; i < COMP_CWORD; i++)); do
                part=${COMP_WORDS[i]}
                case "$path $part" in

        """;

    private const string AfterPaths = """
                esac
            done
            case "$path $before" in

        """;

    private const string AfterValues = """
            esac
            if [[ -n $values ]]; then
                COMPREPLY=($(compgen -W "$values" -- "$word"))
                return
            fi
            case "$path" in

        """;

    private const string Tail = """
            esac
            COMPREPLY=($(compgen -W "$words" -- "$word"))
            if [[ -n $files && $word != -* ]]; then
                COMPREPLY+=($(compgen -f -- "$word"))
            fi
        }
        complete -o filenames -o bashdefault -F _cis cis

        """;

    /// <summary>The script.</summary>
    internal static string Build(IReadOnlyList<CommandNode> tree)
    {
        var script = new StringBuilder(Head);
        foreach (CommandNode node in tree.Where(node => node.Path.Length > 0))
        {
            script.Append(
                CultureInfo.InvariantCulture,
                $"            \"{ParentOf(node)} {node.Command.Name}\") path=\"{Spaced(node)}\" ;;\n"
            );
        }

        script.Append(AfterPaths);
        foreach (CommandNode node in tree)
        {
            AppendValues(script, node);
        }

        script.Append(AfterValues);
        foreach (CommandNode node in tree)
        {
            AppendWords(script, node);
        }

        return script.Append(Tail).ToString();
    }

    private static void AppendValues(StringBuilder script, CommandNode node)
    {
        foreach (Option option in node.Options.Where(CommandTree.TakesValue))
        {
            foreach (string name in CommandTree.NamesOf(option))
            {
                string values = string.Join(' ', CommandTree.ValuesOf(option));
                string then = values.Length > 0 ? $"values=\"{values}\"" : "files=1";
                script.Append(CultureInfo.InvariantCulture, $"        \"{Spaced(node)} {name}\") {then} ;;\n");
            }
        }
    }

    private static void AppendWords(StringBuilder script, CommandNode node)
    {
        IEnumerable<string> words = node
            .Commands.Select(command => command.Name)
            .Concat(node.Options.SelectMany(CommandTree.NamesOf));
        string files = node.TakesFiles ? " files=1" : "";
        script.Append(
            CultureInfo.InvariantCulture,
            $"        \"{Spaced(node)}\") words=\"{string.Join(' ', words)}\"{files} ;;\n"
        );
    }

    // As the script keeps it: with a space before each part.
    private static string Spaced(CommandNode node) => node.Path.Length == 0 ? "" : " " + node.Path;

    private static string ParentOf(CommandNode node) =>
        node.Path.LastIndexOf(' ') is >= 0 and var end ? " " + node.Path[..end] : "";
}
