using Cis.Configuration;
using Cis.Doctor;
using Cis.Sandbox;

namespace Cis.Tests.Doctor;

/// <summary>Whether the sandbox is there is said as it is.</summary>
public sealed class SandboxCheckTests
{
    private const SandboxLayers All = SandboxLayers.Limits | SandboxLayers.Calls | SandboxLayers.Namespaces;

    [Fact]
    public void All_layers_pass_and_are_named()
    {
        Finding finding = SandboxCheck.Look(SandboxMode.Auto, () => (All, ""));

        Assert.Equal(CheckStatus.Pass, finding.Status);
        Assert.Equal("limits of memory and files, system calls filtered, user and network namespaces", finding.Found);
    }

    [Fact]
    public void Without_namespaces_it_passes_and_says_so()
    {
        Finding finding = SandboxCheck.Look(SandboxMode.On, () => (All & ~SandboxLayers.Namespaces, ""));

        Assert.Equal(CheckStatus.Pass, finding.Status);
        Assert.Contains("no namespaces", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_the_reason_is_a_warning()
    {
        Finding finding = SandboxCheck.Look(SandboxMode.Auto, () => (SandboxLayers.None, "seccomp is not to be had"));

        Assert.Equal((CheckStatus.Warn, "seccomp is not to be had"), (finding.Status, finding.Found));
        Assert.NotNull(finding.Advice);
    }

    [Fact]
    public void Where_there_is_none_and_it_has_to_be_one_the_worker_would_not_start()
    {
        Finding finding = SandboxCheck.Look(SandboxMode.On, () => (SandboxLayers.None, "seccomp is not to be had"));

        Assert.Equal(CheckStatus.Fail, finding.Status);
    }

    [Fact]
    public void Off_is_a_warning_and_nothing_is_tried()
    {
        Finding finding = SandboxCheck.Look(SandboxMode.Off, () => throw new InvalidOperationException());

        Assert.Equal(CheckStatus.Warn, finding.Status);
    }
}
