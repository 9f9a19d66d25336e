using System.Text;
using Cis.Commands;
using Cis.Configuration;
using Cis.Terminal;

namespace Cis.Fuzz.Targets;

/// <summary>
/// A configuration file, variables and flags, in this order: three pieces with a line of dashes between them. They are
/// taken, or refused in words; what is taken can be shown.
/// </summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private const string Line = "\n---\n";

    private readonly string _path = Path.GetTempFileName();

    internal override int LeastEdges => 620;

    internal override int MostInput => 2 << 10;

    internal override IReadOnlyList<string> Words =>
        [
            Line,
            "\n",
            "=",
            "{",
            "}",
            ":",
            ",",
            "on",
            "off",
            "null",
            "[]",
            "\"\\ud800\"",
            "MiB",
            "GB",
            "1e5",
            "Infinity",
            .. Settings.All.Select(setting => $"\"{setting.Name}\": "),
            .. Settings.All.Select(setting => $"\n{setting.Variable}="),
            .. Settings.All.Select(setting => $"\n{setting.Flag}\n"),
            .. Settings.All.Select(setting => setting.DefaultText).Where(text => text.Length > 0).Distinct(),
        ];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOf("\n---\n"u8);
        File.WriteAllBytes(_path, end < 0 ? input : input[..end]);
        string[] pieces = (end < 0 ? "" : Encoding.UTF8.GetString(input[(end + Line.Length)..])).Split(Line, 2);
        Dictionary<string, string> variables = VariablesIn(pieces[0]);
        string[] flags = pieces.Length < 2 ? [] : pieces[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);

        bool isTaken = Resolve(variables);
        // A flag --config would name another file than this run's.
        bool hasOwnFile = flags.Any(flag => flag.StartsWith("--c", StringComparison.Ordinal));
        if (!hasOwnFile)
        {
            bool isShown = Show(variables, flags);
            Demand(isTaken || flags.Length > 0 || !isShown, "what is refused is shown");
        }
    }

    protected override void Close() => File.Delete(_path);

    private static Dictionary<string, string> VariablesIn(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            string[] pair = line.Split('=', 2);
            variables[pair[0]] = pair.Length == 2 ? pair[1] : "";
        }

        _ = variables.Remove(Variables.ConfigFile);
        return variables;
    }

    private bool Resolve(Dictionary<string, string> variables)
    {
        try
        {
            var values = SettingValues.Resolve(
                _path,
                new Variables(variables.GetValueOrDefault, variables.Keys),
                _ => null
            );
            _ = SettingTable.Show(values);
            Demand(values.Reading().Limits.MaxBytes > 0, "a limit of no bytes");
            _ = values.Ocr();
            _ = values.Pool();
            _ = values.Worker("bucket", "1.0");
            _ = values.Downloads();
            UseOfCloud(values, variables);
            return true;
        }
        catch (SettingException e)
        {
            Demand(e.Message.Length > 0, "a refusal without words");
            return false;
        }
    }

    private static void UseOfCloud(SettingValues values, Dictionary<string, string> variables)
    {
        try
        {
            _ = values.Aws(variables.GetValueOrDefault);
            _ = values.OpenSearch();
        }
        catch (SettingException)
        {
            // Not every command needs them.
        }
    }

    /// <summary>The command that shows settings, with flags as a shell would give them.</summary>
    /// <returns>Whether it did.</returns>
    private bool Show(Dictionary<string, string> variables, string[] flags)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost(
            output,
            new ErrorOutput(error, TerminalKind.None),
            () => Stream.Null,
            variables.GetValueOrDefault,
            _ => throw new BrokenPromiseException("to show settings, engines are made"),
            (_, name) => throw new BrokenPromiseException($"to show settings, {name} is loaded"),
            ColorsOutput: false
        )
        {
            VariableNames = variables.Keys,
        };
        var code = (ExitCode)CommandLine.Run(["config", "show", "--config", _path, .. flags], host);
        Demand(code is ExitCode.Ok or ExitCode.Usage, $"exit code {code}: {error}");
        Demand(code == ExitCode.Ok || error.ToString().Length > 0, "a refusal without words");
        return code == ExitCode.Ok;
    }
}
