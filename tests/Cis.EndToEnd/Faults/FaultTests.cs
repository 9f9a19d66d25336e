using Cis.EndToEnd.Servers;

[assembly: AssemblyFixture(typeof(RealStack))]
[assembly: AssemblyFixture(typeof(EmulatedStack))]

namespace Cis.EndToEnd.Faults;

/// <summary>With the real servers, where this machine has them.</summary>
public sealed class RealFaultTests(RealStack stack) : FaultTests(stack);

/// <summary>With servers that every machine can run.</summary>
public sealed class EmulatedFaultTests(EmulatedStack stack) : FaultTests(stack);

/// <summary>
/// Mixed files from the queue to the index while something goes wrong: after each scenario every file is indexed once
/// with the right text, or among the dead letters with the reason; the queue is empty, and so is scratch.
/// </summary>
public abstract class FaultTests(CloudStack stack)
{
    [Fact]
    public async Task Without_a_fault_every_file_is_indexed_or_given_up_with_its_reason()
    {
        await using FaultRun run = await BeginAsync("no fault");

        WorkerProcess worker = run.Start("--exit-when-idle", "2", "--wait-seconds", "2");

        FaultRun.AssertEnded(worker, 0);
        await run.AccountAsync();
    }

    private async Task<FaultRun> BeginAsync(string scenario)
    {
        MixedBucket mixed = await stack.MixedAsync();
        FaultRun run = await FaultRun.CreateAsync(stack, scenario, mixed.Name);
        await run.SendAsync(mixed.Notices);
        return run;
    }
}
