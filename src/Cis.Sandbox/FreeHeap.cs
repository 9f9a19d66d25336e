using System.Runtime.InteropServices;

namespace Cis.Sandbox;

/// <summary>What malloc's heap holds that nobody uses.</summary>
internal static partial class FreeHeap
{
    /// <summary>
    /// Returns it to the kernel, wherever it lies. By itself malloc returns what is free at a heap's end, and one small block
    /// that lives keeps all that is before it.
    /// </summary>
    public static void Return() => _ = Trim(0);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
