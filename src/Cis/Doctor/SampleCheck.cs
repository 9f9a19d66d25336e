using System.Diagnostics;
using Cis.Documents;
using Cis.Reading;

namespace Cis.Doctor;

/// <summary>Reads a page that the program carries: the libraries load, the models run, and the text is right.</summary>
/// <param name="open">Opens the engines.</param>
/// <param name="limits">As for any document.</param>
internal sealed class SampleCheck(Func<IEngineFactory> open, DocumentLimits limits)
{
    private const string Name = "sample";
    private const string Resource = "doctor-sample.png";

    // A minute is what a page may take by default; here it is one of eight lines.
    private static readonly TimeSpan PageLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(500);

    // Half a second on a c5.xlarge, and three seconds without cis's kernels on a machine that others use too.
    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(10);

    // What stands on the page, as every family reads it.
    private static readonly string[] Words = ["lighthouse", "harbour", "keeper", "1874"];

    /// <summary>Reads it.</summary>
    internal async Task<Finding> LookAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        DocumentText document = await ReadAsync(cancellationToken);
        return Judge(document, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Whether the page was read, and in time.</summary>
    /// <param name="document">What was read.</param>
    /// <param name="time">How long it took, with the start of the engine.</param>
    internal static Finding Judge(DocumentText document, TimeSpan time)
    {
        string text = string.Concat(document.Pages.Select(page => page.Text?.Text));
        string[] missing = [.. Words.Where(word => !text.Contains(word, StringComparison.OrdinalIgnoreCase))];
        string found = $"a page of six lines was read in {time.TotalSeconds:0.00} s, with the start of an engine";
        return missing.Length > 0
                ? new(
                    Name,
                    CheckStatus.Fail,
                    document.Reason ?? $"a page was read wrong: {string.Join(", ", missing)} missing",
                    "try --kernels off; if that reads it right, please report the CPU's name"
                )
            : time > SlowTime
                ? new(
                    Name,
                    CheckStatus.Warn,
                    $"{found}: that is slow",
                    "see what else takes the CPU, or whether it is throttled (t instances without credits, a cgroup's quota)"
                )
            : new(Name, CheckStatus.Pass, found);
    }

    private async Task<DocumentText> ReadAsync(CancellationToken cancellationToken)
    {
        using IEngineFactory engines = open();
        using var pool = new EnginePool(new EnginePoolOptions(1, PageLimit, PageLimit), engines.Create);
        DocumentText text = await pool.ReadAsync(new DocumentRequest(Source), cancellationToken);
        await pool.StopAsync(StopTime);
        return text;
    }

    private DocumentSource Source() => OpenSample(limits);

    /// <summary>The page that the program carries.</summary>
    internal static DocumentSource OpenSample(DocumentLimits limits)
    {
        using Stream sample = typeof(SampleCheck).Assembly.GetManifestResourceStream(Resource)!;
        return DocumentSource.FromStream(sample, Resource, limits);
    }
}
