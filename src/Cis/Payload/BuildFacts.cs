using System.Text;

namespace Cis.Payload;

/// <summary>
/// Which build this is. It lies in the payload and not in the executable, so that a commit that changes no code needs no
/// new compilation: see <c>identify</c> in build.sh.
/// </summary>
/// <param name="Version">Semantic version: <c>0.2.0</c>, or <c>0.2.0-dev.226</c> between releases.</param>
/// <param name="Commit">Abbreviated, with <c>-dirty</c> where files differed from it; empty where it was built without git.</param>
/// <param name="Date">Of the commit, <c>2026-11-26</c>: building again gives the same bytes. Empty without git.</param>
internal readonly record struct BuildFacts(string Version, string Commit, string Date)
{
    private const string EntryName = "build";

    /// <summary>In one word, as in <c>worker_version</c>: <c>0.2.0-dev.226+4d7f72c</c>.</summary>
    public string Id => Commit.Length > 0 ? $"{Version}+{Commit}" : Version;

    /// <summary>For a person: <c>0.2.0-dev.226 (commit 4d7f72c, 2026-11-26)</c>.</summary>
    public override string ToString() =>
        Commit.Length > 0 ? $"{Version} (commit {Commit}, {Date})" : $"{Version} (commit unknown: built without git)";

    /// <summary>Reads them; a payload without them is a loose one of a test.</summary>
    public static BuildFacts Read(PayloadStore payload)
    {
        if (!payload.TryFind(EntryName, out PayloadEntry entry))
        {
            return new BuildFacts("0.0.0-unpacked", "", "");
        }

        using PayloadView view = payload.Map(entry);
        return Parse(Encoding.UTF8.GetString(view.Span));
    }

    /// <summary>Lines of <c>name=value</c>.</summary>
    internal static BuildFacts Parse(string text)
    {
        BuildFacts facts = default(BuildFacts) with { Version = "", Commit = "", Date = "" };
        foreach (string line in text.Split('\n'))
        {
            int end = line.IndexOf('=', StringComparison.Ordinal);
            facts = (end < 0 ? "" : line[..end]) switch
            {
                "version" => facts with { Version = line[(end + 1)..] },
                "commit" => facts with { Commit = line[(end + 1)..] },
                "date" => facts with { Date = line[(end + 1)..] },
                _ => facts,
            };
        }

        return facts;
    }
}
