using Cis.Doctor;
using Cis.Ocr.Kernels;

namespace Cis.Tests.Doctor;

/// <summary>Each check of a machine, on machines where it passes and where it does not.</summary>
public class MachineChecksTests
{
    private static readonly MachineFacts s_good = new("a CPU", KernelSet.Vnni, 4, 8L << 30, "2.34");

    [Theory]
    [InlineData(4, 4, 0, "AVX512-VNNI")]
    [InlineData(3, 4, 0, "without VNNI")]
    [InlineData(2, 4, 1, "AVX-VNNI, for it has no AVX-512")]
    [InlineData(1, 4, 1, "AVX2, for it has no AVX-512")]
    [InlineData(0, 0, 1, "kernels is off")]
    [InlineData(0, 4, 1, "models run in 32 bits, because it has no AVX-512")]
    public void A_CPU_without_fast_kernels_is_a_warning(int runs, int wanted, int health, string says)
    {
        Finding finding = new MachineChecks(s_good with { Kernels = (KernelSet)runs }).Cpu((KernelSet)wanted);

        Assert.Equal((CheckStatus)health, finding.Status);
        Assert.Contains(says, finding.Found + finding.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    public void More_engines_than_cores_is_a_warning(int engines, int health) =>
        Assert.Equal((CheckStatus)health, new MachineChecks(s_good).Cores(engines).Status);

    [Theory]
    [InlineData(8192, 1024, 0)]
    [InlineData(1024, 1024, 1)] // files on scratch take it
    [InlineData(256, 0, 2)]
    public void Too_little_memory_fails_and_too_much_scratch_is_a_warning(long megabytes, long scratch, int health)
    {
        var checks = new MachineChecks(s_good with { MemoryBytes = megabytes << 20 });

        Assert.Equal((CheckStatus)health, checks.Memory(engines: 3, scratch << 20).Status);
    }

    [Theory]
    [InlineData("2.34", 0)]
    [InlineData("2.40", 0)]
    [InlineData("2.26", 2)]
    [InlineData("", 2)]
    public void An_old_glibc_fails(string version, int health) =>
        Assert.Equal((CheckStatus)health, new MachineChecks(s_good with { GlibcVersion = version }).Glibc().Status);

    [Fact]
    public void This_machine_has_a_CPU_cores_memory_and_glibc()
    {
        var facts = MachineFacts.Read(KernelSet.None);

        Assert.NotEmpty(facts.Cpu);
        Assert.Equal(Environment.ProcessorCount, facts.Cores);
        Assert.True(facts.MemoryBytes > 256L << 20);
        Assert.Equal(CheckStatus.Pass, new MachineChecks(facts).Glibc().Status);
    }
}
