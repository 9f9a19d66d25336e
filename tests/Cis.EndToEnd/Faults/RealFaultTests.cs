using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Faults;

/// <summary>With the real servers, where this machine has them, and what only they can do.</summary>
public sealed class RealFaultTests(RealStack stack) : FaultTests(stack)
{
    [Fact]
    public async Task Credentials_that_S3_calls_expired_are_asked_for_again_whatever_they_were_said_to_last()
    {
        await using var service = new CredentialService
        {
            Lifetime = TimeSpan.FromSeconds(-1),
            Promised = TimeSpan.FromHours(1),
        };
        await using FaultRun run = await BeginAsync("credentials expired and replaced every 2 s");
        run.Environment["AWS_ACCESS_KEY_ID"] = "";
        run.Environment["AWS_SECRET_ACCESS_KEY"] = "";
        run.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.Url.AbsoluteUri;

        WorkerProcess worker = run.Start();
        await worker.UntilAsync(WorkerProcess.CallFailed, 5);
        service.Lifetime = TimeSpan.FromSeconds(2);

        await run.FinishAsync(worker);
        Assert.All(
            worker.Said(WorkerProcess.CallFailed),
            line => Assert.Contains("ExpiredToken", line.GetProperty("reason").GetString(), StringComparison.Ordinal)
        );
        run.Remark = $"{service.Given} credentials, {run.Count(WorkerProcess.CallFailed)} calls refused";
        await run.AccountAsync();
    }
}
