using System.Text;
using System.Text.Json;
using Cis.Terminal;

namespace Cis.Doctor;

/// <summary>Findings for a person, a line each with its advice below, and for programs.</summary>
internal static class FindingsText
{
    private const int NameWidth = 13;

    /// <summary>One finding; colours tell its health where they are shown.</summary>
    internal static string Line(Finding finding, bool inColour)
    {
        string word = WordOf(finding.Health);
        string head = inColour ? $"\e[{ColourOf(finding.Health)}m{word}\e[0m" : word;
        string line = $"{head}  {finding.Check.PadRight(NameWidth)}{TerminalText.OneLine(finding.Found)}\n";
        return finding.Advice is null
            ? line
            : $"{line}{new string(' ', 6 + NameWidth)}-> {TerminalText.OneLine(finding.Advice)}\n";
    }

    /// <summary>All of them as JSON.</summary>
    internal static string Json(IReadOnlyList<Finding> findings, Health worst)
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
        json.WriteString("status", WordOf(finding.Health));
        json.WriteString("found", finding.Found);
        if (finding.Advice is not null)
        {
            json.WriteString("advice", finding.Advice);
        }

        json.WriteEndObject();
    }

    private static string WordOf(Health health) =>
        health switch
        {
            Health.Pass => "pass",
            Health.Warn => "warn",
            _ => "fail",
        };

    private static string ColourOf(Health health) =>
        health switch
        {
            Health.Pass => "32",
            Health.Warn => "33",
            _ => "31",
        };
}
