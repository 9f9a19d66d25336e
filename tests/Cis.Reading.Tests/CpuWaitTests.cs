using System.Diagnostics;
using System.Text;

namespace Cis.Reading.Tests;

public class CpuWaitTests
{
    [Theory]
    [InlineData("1086208 2500000000 17\n", 2.5)]
    [InlineData("1086208 0 1\n", 0)]
    [InlineData("1086208", 0)]
    [InlineData("", 0)]
    [InlineData("a b c", 0)]
    public void The_second_number_is_the_wait(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CpuWait.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Threads_that_share_a_CPU_wait_for_each_other()
    {
        Assert.SkipUnless(File.Exists("/proc/thread-self/schedstat"), "This kernel does not count waits for a CPU.");
        var waits = new TimeSpan[(2 * Environment.ProcessorCount) + 1];
        var threads = new Thread[waits.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            int own = i;
            threads[i] = new Thread(() => waits[own] = WaitWhileBusy());
            threads[i].Start();
        }

        Array.ForEach(threads, thread => thread.Join());

        Assert.True(waits.Sum(wait => wait.TotalMilliseconds) > 100, string.Join(' ', waits));
    }

    private static TimeSpan WaitWhileBusy()
    {
        using var wait = new CpuWait();
        long begunAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begunAt) < TimeSpan.FromMilliseconds(500)) { }

        return wait.Total();
    }
}
