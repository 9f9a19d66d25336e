using System.Runtime.InteropServices;

namespace Cis.Sandbox;

/// <summary>What the box holds against a process (CIS_BOX_* of native/guard/box.h).</summary>
[Flags]
public enum BoxWalls
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

/// <summary>What a process in the box tried (CisBoxReport).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BoxReport
{
    internal const int PathBytes = 244;

    internal int Denied;
    internal int Opened;
    internal int Starved;
    internal fixed byte Path[PathBytes];
}

/// <summary>A process in the box (CisBox).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Box
{
    internal int ProcessId;
    internal int Socket;
    internal BoxWalls Walls;
    internal int Reserved;
    internal BoxReport* Report;
}

/// <summary>CisBoxLimits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BoxLimits
{
    internal long MostFileBytes;
    internal long MostDataBytes;
}

/// <summary>The functions of native/guard/box.h.</summary>
internal sealed unsafe class BoxNative
{
    /// <summary>CIS_BOX_SOCKET: what a process in the box talks by.</summary>
    internal const int Socket = 0;

    /// <summary>CIS_BOX_FILES: the first of the files that it was started with.</summary>
    internal const int FirstFile = 3;

    /// <summary>CIS_BOX_DENIED: how a process ends that made a call which is not allowed.</summary>
    internal const int DeniedExitCode = 159;

    internal readonly delegate* unmanaged<byte*, byte**, byte**, int*, int, BoxLimits*, Box*, int> Start;
    internal readonly delegate* unmanaged<Box*, BoxReport*, int> End;
    internal readonly delegate* unmanaged<int> Enter;
    private readonly delegate* unmanaged<int, byte*, nuint, int, int> _send;
    private readonly delegate* unmanaged<int, byte*, nuint, int*, int> _receive;

    /// <summary>Binds them.</summary>
    /// <param name="guardLibrary">A handle of libcisguard.</param>
    internal BoxNative(nint guardLibrary)
    {
        Start = (delegate* unmanaged<byte*, byte**, byte**, int*, int, BoxLimits*, Box*, int>)Export("cis_box_start");
        End = (delegate* unmanaged<Box*, BoxReport*, int>)Export("cis_box_end");
        Enter = (delegate* unmanaged<int>)Export("cis_box_enter");
        _send = (delegate* unmanaged<int, byte*, nuint, int, int>)Export("cis_box_send");
        _receive = (delegate* unmanaged<int, byte*, nuint, int*, int>)Export("cis_box_receive");

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
