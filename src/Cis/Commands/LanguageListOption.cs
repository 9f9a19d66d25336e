using System.CommandLine;
using System.CommandLine.Invocation;
using Cis.Configuration;
using Cis.Languages;
using Cis.Ocr.Models;
using Cis.Payload;

namespace Cis.Commands;

/// <summary><c>--list-langs</c>: which languages the packed models read, and which letters each of them loses.</summary>
internal static class LanguageListOption
{
    private const int CodeColumn = 9;
    private const int NameColumn = 28;

    internal static Option<bool> Create() =>
        new("--list-langs")
        {
            Description =
                "List the languages that the packed models read, with the letters they lose, and those they do not.",
            Action = new ListAction(),
        };

    private static void Write(TextWriter output, FamilyLanguages family)
    {
        LanguageVerdict[] verdicts = [.. family.Verdicts];
        output.WriteLine(
            $"{family.Family} reads, told from the letters of each language ({LanguageCatalog.Source}):\n"
        );
        foreach (LanguageVerdict verdict in verdicts.Where(verdict => family.Reads(verdict.Language)))
        {
            WriteLine(output, verdict.Language, Losses(family, verdict));
        }

        output.WriteLine("\nIt does not read:\n");
        foreach (LanguageVerdict verdict in verdicts.Where(verdict => !family.Reads(verdict.Language)))
        {
            WriteLine(output, verdict.Language, $"lacks {LanguageCheck.Shown(verdict.Missing)}");
        }
    }

    private static string Losses(FamilyLanguages family, LanguageVerdict verdict)
    {
        string seldom = family.SeldomGiven(verdict.Language);
        string[] losses =
        [
            verdict.Missing.Count > 0 ? $"lacks {LanguageCheck.Shown(verdict.Missing)}" : "",
            seldom.Length > 0 ? $"often loses {seldom}" : "",
        ];
        return string.Join("; ", losses.Where(loss => loss.Length > 0));
    }

    private static void WriteLine(TextWriter output, Language language, string remark) =>
        output.WriteLine($"  {language.Code, -CodeColumn} {language.Name, -NameColumn} {remark}".TrimEnd());

    /// <summary>Like help, it needs nothing of what else the command asks for.</summary>
    private sealed class ListAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            using var payload = PayloadStore.Open();
            using var files = new PackedModelFiles(payload);
            Write(parseResult.InvocationConfiguration.Output, FamilyLanguages.Of(files));
            return (int)ExitCode.Ok;
        }
    }
}
