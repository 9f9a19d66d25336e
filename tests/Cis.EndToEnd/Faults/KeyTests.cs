using System.Net;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Faults;

/// <summary>With the real servers, where this machine has them.</summary>
public sealed class RealKeyTests(RealStack stack) : KeyTests(stack);

/// <summary>With servers that every machine can run.</summary>
public sealed class EmulatedKeyTests(EmulatedStack stack) : KeyTests(stack);

/// <summary>Objects as people name them, and objects that change while they are read.</summary>
public abstract class KeyTests(CloudStack stack)
{
    private static readonly string[] Keys =
    [
        "keys/with a space.pdf",
        "keys/a+b.pdf",
        "keys/100%.pdf",
        "keys/%41 is no A.pdf",
        "keys/a?b#c&d=e.pdf",
        "keys/it's \"quoted\".pdf",
        "keys/図書館/ご案内.pdf",
        "keys/😀 smile.pdf",
        "keys/cafe\u0301.pdf", // NFD
        "keys/caf\u00e9.pdf", // NFC: another object
        "one/same.pdf",
        "two/same.pdf",
        LongestKey(),
    ];

    private static readonly string[] InParts = ["--part-threshold", "1MiB", "--part-bytes", "512KiB"];

    [Fact]
    public async Task Any_key_is_read_whether_the_old_form_or_an_S3_event_names_it()
    {
        await using FaultRun run = await BeginAsync("keys as people have them, in both forms");
        FaultFile[] files = [.. Keys.Select((key, i) => MixedFiles.Letter(key, 800 + i))];
        await MixedBucket.PutAsync(stack.S3, run.Bucket, files);
        await run.SendAsync(files.Select((file, i) => Notice.Own(file, $"own-{i}")));
        await run.SendAsync(files.Select(file => Notice.Event(run.Bucket, file)));

        await run.FinishAsync();

        run.Remark = $"{Keys.Length} keys";
        await run.AccountAsync();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public async Task An_object_overwritten_while_it_is_read_is_begun_again_once_and_then_later(int times, int later)
    {
        await using FaultRun run = await BeginAsync($"an object overwritten while it is read, {times} times");
        FaultFile[] versions = [.. Enumerable.Range(850, times + 1).Select(VersionOf)];
        await MixedBucket.PutAsync(stack.S3, run.Bucket, [versions[0]]);
        using var writer = new Overwriter(stack, run.Bucket, versions);
        await using var gate = new StoreGate(stack.StoreLine.Url, writer.BeforeAsync);
        run.Environment["AWS_ENDPOINT_URL_S3"] = gate.Url.AbsoluteUri;
        await run.SendAsync(Notice.Event(run.Bucket, versions[^1]));

        WorkerProcess worker = run.Start(InParts);

        await run.FinishAsync(worker);
        Assert.Equal(later, worker.Count(WorkerProcess.CallFailed));
        await run.AccountAsync();
    }

    // All of one length: an object that grows is another matter.
    private static FaultFile VersionOf(int number) =>
        MixedFiles.Letter(
            "changing.pdf",
            number,
            padding: (3 << 20) - MixedFiles.Letter("changing.pdf", number).Content!.Length
        );

    private async Task<FaultRun> BeginAsync(string scenario)
    {
        await stack.RequireAsync();
        return await FaultRun.CreateAsync(stack, scenario, await MixedBucket.CreateEmptyAsync(stack.S3));
    }

    // As long as S3 has them, in folders whose names are as long as file systems have them: 255 bytes.
    private static string LongestKey()
    {
        string folder = new('長', 85);
        return $"{folder}/{folder}/{folder}/{new string('k', 252)}/key";
    }

    /// <summary>Writes the next version of an object before the first part of it is given out.</summary>
    private sealed class Overwriter(CloudStack stack, string bucket, FaultFile[] versions) : IDisposable
    {
        private readonly SemaphoreSlim _one = new(1);
        private int _written;
        private bool _isFresh;

        public void Dispose() => _one.Dispose();

        internal async Task BeforeAsync(HttpListenerRequest request)
        {
            await _one.WaitAsync();
            try
            {
                bool isPart = request.Headers["Range"] is not null;
                if (isPart && _isFresh && _written + 1 < versions.Length)
                {
                    await MixedBucket.PutAsync(stack.S3, bucket, [versions[++_written]]);
                }

                // A request for the whole object begins it.
                _isFresh = !isPart;
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
