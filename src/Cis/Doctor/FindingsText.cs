using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cis.Terminal;

namespace Cis.Doctor;

/// <summary>Findings for a person, a line each with its advice below, and for programs.</summary>
internal static class FindingsText
{
    private const int NameWidth = 13;

    /// <summary>One finding; colors tell its status where they are shown.</summary>
    internal static string Line(Finding finding, bool inColor)
    {
        string word = WordOf(finding.Status);
        string head = inColor ? $"\e[{ColorOf(finding.Status)}m{word}\e[0m" : word;
        string line = $"{head}  {finding.Check.PadRight(NameWidth)}{TerminalText.OneLine(finding.Found)}\n";
        return finding.Advice is null
            ? line
            : $"{line}{new string(' ', 6 + NameWidth)}-> {TerminalText.OneLine(finding.Advice)}\n";
    }

    /// <summary>All of them as JSON.</summary>
    internal static string Json(IReadOnlyList<Finding> findings, CheckStatus worst)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("status", WordOf(worst));
            json.WriteStartArray("checks");
            foreach (Finding finding in findings)
            {
                Write(json, finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("check", finding.Check);
        json.WriteString("status", WordOf(finding.Status));
        json.WriteString("found", finding.Found);
        if (finding.Advice is not null)
        {
            json.WriteString("advice", finding.Advice);
        }

        json.WriteEndObject();
    }

    private static string WordOf(CheckStatus status) =>
        status switch
        {
            CheckStatus.Pass => "pass",
            CheckStatus.Warn => "warn",
            CheckStatus.Fail => "fail",
            _ => throw new UnreachableException(),
        };

    private static string ColorOf(CheckStatus status) =>
        status switch
        {
            CheckStatus.Pass => "32",
            CheckStatus.Warn => "33",
            CheckStatus.Fail => "31",
            _ => throw new UnreachableException(),
        };
}
