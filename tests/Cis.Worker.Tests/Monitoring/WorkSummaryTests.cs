using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Monitoring;

public sealed class WorkSummaryTests
{
    private const int Summary = 113;
    private const int SummaryOfStep = 114;

    [Fact]
    public async Task The_end_sums_up_each_step()
    {
        await using var worker = new WorkerHarness();
        worker.Send("a.pdf");
        worker.Send("b.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.MessagesDeleted == 2);

        await worker.EndAsync();

        Assert.Contains("2 files in", Assert.Single(Lines(worker, Summary)), StringComparison.Ordinal);
        string[] steps = Lines(worker, SummaryOfStep);
        Assert.Contains(steps, line => line.StartsWith("Summary of fetch: 2 times, avg ", StringComparison.Ordinal));
        Assert.Contains(steps, line => line.StartsWith("Summary of message: 2 times, avg ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_comes_every_so_many_files_but_once_a_minute_at_most()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions
            {
                DefaultBucket = "bucket",
                WorkerVersion = "1",
                SummaryFiles = 2,
            }
        );
        worker.Start();
        Send(worker, 0, 4);
        await worker.UntilAsync(() => worker.Worker!.Metrics.FilesEnded == 4);
        Assert.Empty(Lines(worker, Summary));

        await worker.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Single(Lines(worker, Summary)); // nothing new since

        Send(worker, 4, 6);
        await worker.UntilAsync(() => Lines(worker, Summary).Length == 2);
        await worker.EndAsync();
        Assert.Equal(2, Lines(worker, Summary).Length);
    }

    [Fact]
    public async Task Zero_says_nothing()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions
            {
                DefaultBucket = "bucket",
                WorkerVersion = "1",
                SummaryFiles = 0,
            }
        );
        worker.Send("a.pdf");
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.MessagesDeleted == 1);

        await worker.EndAsync();

        Assert.Empty(Lines(worker, Summary));
    }

    [Fact]
    public async Task A_line_about_a_file_names_its_document_message_and_receive()
    {
        await using var worker = new WorkerHarness();
        worker.Send("a.pdf", id: "m-1");
        worker.Start();
        await worker.UntilAsync(() => worker.Worker!.Metrics.MessagesDeleted == 1);

        await worker.EndAsync();

        string line = Assert.Single(Lines(worker, 201));
        Assert.Contains("bucket/a.pdf: ok after ", line, StringComparison.Ordinal);
        Assert.Contains(" document a.pdf, message m-1, receive 1.", line, StringComparison.Ordinal);
        Assert.Contains("m-1", Assert.Single(Lines(worker, 208)), StringComparison.Ordinal); // received
        Assert.Contains("m-1", Assert.Single(Lines(worker, 210)), StringComparison.Ordinal); // deleted
    }

    private static string[] Lines(WorkerHarness worker, int id) =>
        [.. worker.Log.Lines.Where(line => line.Id == id).Select(line => line.Text)];

    private static void Send(WorkerHarness worker, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            worker.Send($"{i}.pdf");
        }
    }
}
