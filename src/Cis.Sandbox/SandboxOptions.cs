using Cis.Documents;
using Microsoft.Win32.SafeHandles;

namespace Cis.Sandbox;

/// <summary>The libraries that a process in the sandbox is started with.</summary>
public interface ISandboxLibraries
{
    /// <summary>The file of libcisguard, which stays open, and the caller's.</summary>
    SafeFileHandle GuardFile { get; }

    /// <summary>The file of PDFium.</summary>
    SafeFileHandle PdfiumFile { get; }

    /// <summary>The file of libvips.</summary>
    SafeFileHandle VipsFile { get; }

    /// <summary>A handle of libcisguard in this process.</summary>
    nint LoadGuard();
}

/// <summary>What a process has beside the guard: what it does not need it does not wait for.</summary>
[Flags]
internal enum ReaderLibraries
{
    None = 0,
    Pdfium = 1,
    Vips = 2,
}

/// <summary>What a reader in the sandbox is made from.</summary>
/// <param name="Libraries">Its libraries.</param>
/// <param name="MaxPageMemory">Of <see cref="DocumentLimits.MaxPageMemory"/>.</param>
public sealed record SandboxOptions(ISandboxLibraries Libraries, long MaxPageMemory)
{
    // What the runtime, libvips and the text of a page take beside what PDFium holds.
    private const long OwnBytes = 256L << 20;

    /// <summary>
    /// After how many documents its process is replaced: what one leaves behind, by accident or not, is not there forever.
    /// At 1,000 a start of 10 ms is a hundredth of a millisecond a document.
    /// </summary>
    public int DocumentsPerProcess { get; init; } = 1000;

    /// <summary>How long a process without a document is kept at least; at most, twice as long.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Hears, a sentence each, what a process tried that no reader has to do.</summary>
    public Action<string> Report { get; init; } = _ => { };

    internal SandboxLimits Limits => new() { MostFileBytes = int.MaxValue, MostDataBytes = MaxPageMemory + OwnBytes };
}

/// <summary>There is no sandbox on this machine.</summary>
public sealed class SandboxException(string reason) : Exception(reason);
