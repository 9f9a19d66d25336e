using System.Runtime.InteropServices;

namespace Cis.Sandbox;

/// <summary>What the sandbox holds against a process (CIS_SANDBOX_* of native/guard/sandbox.h).</summary>
[Flags]
public enum SandboxLayers
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Limits of memory, of files and of descriptors.</summary>
    Limits = 1,

    /// <summary>The kernel answers only the calls that reading takes.</summary>
    Calls = 2,

    /// <summary>Namespaces of its own: no network, and nobody's rights.</summary>
    Namespaces = 4,
}

/// <summary>What a process in the sandbox tried (CisSandboxReport).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SandboxReport
{
    internal const int PathBytes = 244;

    internal int Denied;
    internal int Opened;
    internal int Starved;
    internal fixed byte Path[PathBytes];
}

/// <summary>A process in the sandbox (CisSandbox).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SandboxedProcess
{
    internal int ProcessId;
    internal int Socket;
    internal SandboxLayers Layers;
    internal int Reserved;
    internal SandboxReport* Report;
}

/// <summary>CisSandboxLimits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SandboxLimits
{
    internal long MostFileBytes;
    internal long MostDataBytes;
}

/// <summary>The functions of native/guard/sandbox.h.</summary>
internal sealed unsafe class SandboxNative
{
    /// <summary>CIS_SANDBOX_SOCKET: what a process in the sandbox talks by.</summary>
    internal const int Socket = 0;

    /// <summary>CIS_SANDBOX_FILES: the first of the files that it was started with.</summary>
    internal const int FirstFile = 3;

    /// <summary>CIS_SANDBOX_DENIED: how a process ends that made a call which is not allowed.</summary>
    internal const int DeniedExitCode = 159;

    internal readonly delegate* unmanaged<
        byte*,
        byte**,
        byte**,
        int*,
        int,
        SandboxLimits*,
        SandboxedProcess*,
        int> Start;
    internal readonly delegate* unmanaged<SandboxedProcess*, SandboxReport*, int> End;
    internal readonly delegate* unmanaged<int> Enter;
    private readonly delegate* unmanaged<int, byte*, nuint, int, int> _send;
    private readonly delegate* unmanaged<int, byte*, nuint, int*, int> _receive;

    /// <summary>Binds them.</summary>
    /// <param name="guardLibrary">A handle of libcisguard.</param>
    internal SandboxNative(nint guardLibrary)
    {
        Start = (delegate* unmanaged<byte*, byte**, byte**, int*, int, SandboxLimits*, SandboxedProcess*, int>)Export(
            "cis_sandbox_start"
        );
        End = (delegate* unmanaged<SandboxedProcess*, SandboxReport*, int>)Export("cis_sandbox_end");
        Enter = (delegate* unmanaged<int>)Export("cis_sandbox_enter");
        _send = (delegate* unmanaged<int, byte*, nuint, int, int>)Export("cis_sandbox_send");
        _receive = (delegate* unmanaged<int, byte*, nuint, int*, int>)Export("cis_sandbox_receive");

        nint Export(string name) => NativeLibrary.GetExport(guardLibrary, name);
    }

    /// <summary>Sends all of it, with a descriptor or with -1 for none.</summary>
    /// <returns>Whether the other end is there still.</returns>
    internal bool Send(int socket, ReadOnlySpan<byte> data, int file)
    {
        fixed (byte* start = data)
        {
            return _send(socket, start, (nuint)data.Length, file) == 0;
        }
    }

    /// <summary>Waits until all of it is there.</summary>
    /// <returns>Whether it came before the other end was gone.</returns>
    internal bool Receive(int socket, Span<byte> data, out int file)
    {
        int came;
        fixed (byte* start = data)
        {
            bool isWhole = _receive(socket, start, (nuint)data.Length, &came) == 0;
            file = came;
            return isWhole;
        }
    }
}
