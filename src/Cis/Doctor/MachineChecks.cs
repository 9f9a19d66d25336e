using Cis.Ocr.Kernels;

namespace Cis.Doctor;

/// <summary>Whether a machine suits what is set.</summary>
/// <param name="facts">The machine.</param>
internal sealed class MachineChecks(MachineFacts facts)
{
    // docs/memory.md: scans of 50 pages peak at 346 MB with three engines; a page of a PDF may take more.
    private const long BaseBytes = 150L << 20;
    private const long EngineBytes = 70L << 20;

    // What build.sh allows as the newest symbol: Amazon Linux 2023's glibc.
    private static readonly Version OldestGlibc = new(2, 34);

    /// <summary>The CPU, and what runs the models on it.</summary>
    /// <param name="wanted">As set.</param>
    internal Finding Cpu(KernelSet wanted) =>
        facts.Kernels switch
        {
            KernelSet.Vnni => new("cpu", CheckStatus.Pass, $"{facts.Cpu}; models run in 8 bits with AVX512-VNNI"),
            KernelSet.Avx512 => new(
                "cpu",
                CheckStatus.Pass,
                $"{facts.Cpu}; models run in 8 bits with AVX-512, without VNNI"
            ),
            KernelSet.AvxVnni => OfHalfWidth("AVX-VNNI"),
            KernelSet.Avx2 => OfHalfWidth("AVX2"),
            _ when wanted == KernelSet.None => new(
                "cpu",
                CheckStatus.Warn,
                $"{facts.Cpu}; models run in 32 bits",
                "kernels is off: set it to on, pages then take less time"
            ),
            _ => new(
                "cpu",
                CheckStatus.Warn,
                $"{facts.Cpu}; models run in 32 bits, because it has no AVX-512, and AVX2 is not faster on it",
                "choose an instance with AVX-512, such as c5 or newer: pages take less than half the time"
            ),
        };

    private Finding OfHalfWidth(string kernels) =>
        new(
            "cpu",
            CheckStatus.Warn,
            $"{facts.Cpu}; models run in 8 bits with {kernels}, for it has no AVX-512",
            "choose an instance with AVX-512, such as c5 or newer: it reads more pages an hour"
        );

    /// <summary>Engines against cores.</summary>
    internal Finding Cores(int engines) =>
        engines <= facts.Cores
            ? new("cores", CheckStatus.Pass, $"{facts.Cores} cores, {Engines(engines)}")
            : new(
                "cores",
                CheckStatus.Warn,
                $"{facts.Cores} cores for {engines} engines: they wait for each other",
                "lower engines, or give the process more CPUs (affinity, cgroup quota)"
            );

    /// <summary>Memory against what engines and scratch may take.</summary>
    /// <param name="engines">As set.</param>
    /// <param name="scratchBytes">As set, where scratch is in memory; else 0.</param>
    internal Finding Memory(int engines, long scratchBytes)
    {
        long reading = BaseBytes + engines * EngineBytes;
        string found =
            $"{MachineFacts.Size(facts.MemoryBytes)}; {Engines(engines)} may take {MachineFacts.Size(reading)}, files on "
            + $"scratch up to {MachineFacts.Size(scratchBytes)}";
        return facts.MemoryBytes < reading
                ? new("memory", CheckStatus.Fail, found, "give the process more memory, or lower engines")
            : facts.MemoryBytes < reading + scratchBytes
                ? new("memory", CheckStatus.Warn, found, "give the process more memory, or lower scratch-bytes")
            : new("memory", CheckStatus.Pass, found);
    }

    private static string Engines(int count) => count == 1 ? "1 engine" : $"{count} engines";

    /// <summary>The C library.</summary>
    internal Finding Glibc() =>
        Version.TryParse(facts.GlibcVersion, out Version? version) && version >= OldestGlibc
            ? new("glibc", CheckStatus.Pass, facts.GlibcVersion)
            : new(
                "glibc",
                CheckStatus.Fail,
                $"{facts.GlibcVersion} is older than {OldestGlibc}",
                "use Amazon Linux 2023, Debian 12, Ubuntu 22.04 or newer"
            );
}
