using System.Net;
using System.Text;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Faults;

/// <summary>With servers that every machine can run.</summary>
public sealed class EmulatedWhoseFaultTests(EmulatedStack stack) : WhoseFaultTests(stack);

/// <summary>With the real servers, and what is wrong with an index of a real OpenSearch.</summary>
public sealed class RealWhoseFaultTests(RealStack stack) : WhoseFaultTests(stack)
{
    private static readonly Dictionary<string, (string Path, string Break, string Mend)> States = new(
        StringComparer.Ordinal
    )
    {
        ["a full disk locks the index"] = (
            "{0}-000001/_settings",
            """{"index.blocks.read_only_allow_delete":true}""",
            """{"index.blocks.read_only_allow_delete":null}"""
        ),
        ["the index has a pipeline that is not there"] = (
            "{0}-000001/_settings",
            """{"index.default_pipeline":"not-there"}""",
            """{"index.default_pipeline":null}"""
        ),
        ["the alias has no write index"] = (
            "_aliases",
            """{"actions":[{"add":{"index":"{0}-000001","alias":"{0}","is_write_index":false}}]}""",
            """{"actions":[{"add":{"index":"{0}-000001","alias":"{0}","is_write_index":true}}]}"""
        ),
        ["the index is closed"] = ("{0}-000001/_close", "", "{0}-000001/_open"),
        ["the index is not there"] = ("{0}-000001", "DELETE", "index init"),
    };

    public static TheoryData<string> StatesOfIndex => [.. States.Keys];

    [Theory]
    [MemberData(nameof(StatesOfIndex))]
    public Task An_index_that_takes_no_document_empties_no_queue(string state)
    {
        (string path, string broken, string mended) = States[state];
        return EmptiesNoQueueAsync(
            state,
            (run, _, _) =>
                broken == "DELETE" ? AskAsync(run, HttpMethod.Delete, path, "")
                : broken.Length == 0 ? AskAsync(run, HttpMethod.Post, path, "")
                : AskAsync(run, path == "_aliases" ? HttpMethod.Post : HttpMethod.Put, path, broken),
            async run =>
            {
                if (broken == "DELETE")
                {
                    run.MakeIndex();
                }
                else if (broken.Length == 0)
                {
                    await AskAsync(run, HttpMethod.Post, mended, "");
                }
                else
                {
                    await AskAsync(run, path == "_aliases" ? HttpMethod.Post : HttpMethod.Put, path, mended);
                }
            }
        );
    }

    private async Task AskAsync(FaultRun run, HttpMethod method, string path, string body)
    {
        using var http = new HttpClient { BaseAddress = Stack.Search.Url };
        using var request = new HttpRequestMessage(method, path.Replace("{0}", run.Index, StringComparison.Ordinal));
        if (body.Length > 0)
        {
            string json = body.Replace("{0}", run.Index, StringComparison.Ordinal);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>
/// Something is wrong with what the worker stands between: it stops receiving and says so, nothing of the queue reaches
/// the dead letters for it, although three receives would bring a message there, and all goes on when it is put right.
/// </summary>
public abstract class WhoseFaultTests(CloudStack stack)
{
    private const int MaxReceives = 3;
    private const int MaxLost = 10;

    // What a gate answers in the place of the store or of the index.
    private static readonly Dictionary<string, GateAnswer> Refusals = new(StringComparer.Ordinal)
    {
        ["S3 denies all"] = AnswerGate.S3(403, "AccessDenied"),
        ["S3 refuses all with a code of no list"] = AnswerGate.S3(400, "UnheardOfPolicy"),
        ["S3's keys are disabled"] = AnswerGate.S3(400, "KMS.DisabledException"),
        ["S3's keys are throttled"] = AnswerGate.S3(400, "KMS.ThrottlingException"),
        ["a web server stands where S3 should"] = AnswerGate.Page(404),
        ["OpenSearch refuses all with a code of no list"] = AnswerGate.Search(400, "unheard_of_exception"),
        ["OpenSearch denies all"] = AnswerGate.Search(403, "security_exception"),
        ["a proxy answers 400 for OpenSearch"] = AnswerGate.Page(400),
        ["a proxy answers with a page to log in for OpenSearch"] = AnswerGate.Page(200),
    };

    public static TheoryData<string> RefusalNames => [.. Refusals.Keys];

    private protected CloudStack Stack => stack;

    [Theory]
    [MemberData(nameof(RefusalNames))]
    public Task A_service_that_refuses_all_empties_no_queue(string refusal)
    {
        bool isStore = refusal.Contains("S3", StringComparison.Ordinal);
        AnswerGate? gate = null;
        return EmptiesNoQueueAsync(
            refusal,
            (_, store, search) =>
            {
                gate = isStore ? store : search;
                gate.Instead = request => IsMeant(request, isStore) ? Refusals[refusal] : null;
                return Task.CompletedTask;
            },
            _ =>
            {
                gate!.Instead = _ => null;
                return Task.CompletedTask;
            }
        );
    }

    [Fact]
    public async Task A_bucket_that_is_misspelt_empties_no_queue()
    {
        await stack.RequireAsync();
        string bucket = $"b{Guid.NewGuid():N}";
        FaultFile[] files =
        [
            .. Enumerable.Range(0, stack.Files).Select(i => MixedFiles.Letter($"misspelt/{i}.pdf", i)),
        ];
        await using FaultRun run = await FaultRun.CreateAsync(stack, "S3_BUCKET is misspelt", bucket, MaxReceives);
        await run.SendAsync(files.Select((file, i) => Notice.Own(file, $"file-{i}")));

        WorkerProcess worker = run.Start();
        await StandStillAsync(run, worker);
        await stack.S3.PutBucketAsync(bucket, TestContext.Current.CancellationToken);
        await MixedBucket.PutAsync(stack.S3, bucket, files);

        await run.FinishAsync(worker);
        await run.AccountAsync();
    }

    [Fact]
    public async Task A_hundred_messages_that_name_buckets_that_are_not_there_keep_no_file_back()
    {
        MixedBucket mixed = await stack.MixedAsync();
        await using FaultRun run = await FaultRun.CreateAsync(
            stack,
            "100 messages name a bucket that is none",
            mixed.Name
        );
        FaultFile gone = new("gone.pdf", Content: null) { Outcome = "object-missing" };
        await run.SendAsync(
            Enumerable.Range(0, 100).Select(i => Notice.Event($"not-there-{i % 7}", gone with { Key = $"{i}.pdf" }))
        );
        await run.SendAsync(mixed.Notices);

        WorkerProcess worker = run.Start();

        await run.FinishAsync(worker);
        Assert.Equal(0, worker.Count(WorkerProcess.CircuitOpened));
        await run.AccountAsync();
    }

    private protected async Task EmptiesNoQueueAsync(
        string scenario,
        Func<FaultRun, AnswerGate, AnswerGate, Task> breakIt,
        Func<FaultRun, Task> mendIt
    )
    {
        MixedBucket mixed = await stack.MixedAsync();
        await using FaultRun run = await FaultRun.CreateAsync(stack, scenario, mixed.Name, MaxReceives);
        await using var store = new AnswerGate(stack.StoreLine.Url);
        await using var search = new AnswerGate(stack.SearchLine.Url);
        run.Environment["AWS_ENDPOINT_URL_S3"] = store.Url.AbsoluteUri;
        run.Environment["OPENSEARCH_ENDPOINT"] = search.Url.AbsoluteUri;
        await breakIt(run, store, search);
        await run.SendAsync(mixed.Notices);

        WorkerProcess worker = run.Start();
        await StandStillAsync(run, worker);
        await mendIt(run);

        await run.FinishAsync(worker);
        await run.AccountAsync();
    }

    private async Task StandStillAsync(FaultRun run, WorkerProcess worker)
    {
        await worker.UntilAsync(WorkerProcess.CircuitOpened, 1);
        await Task.Delay(stack.Outage, TestContext.Current.CancellationToken);
        int dead = await run.DeadAsync();
        // What cannot be read at all is found out where the store works; bad messages anyway.
        run.Remark = $"alarm at once; {dead} dead letters in {stack.Outage.TotalSeconds:0} s of it";
        Assert.InRange(dead, 0, MaxLost + Unreadable);
    }

    // Of the mixed files, those that nobody can read.
    private const int Unreadable = 20;

    private static bool IsMeant(HttpListenerRequest request, bool isStore) =>
        isStore ? request.HttpMethod == "GET" : request.Url!.AbsolutePath.EndsWith("/_bulk", StringComparison.Ordinal);
}
