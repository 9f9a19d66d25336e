using System.Runtime.InteropServices;

namespace Cis.Terminal;

/// <summary>
/// How wide a terminal is. Not by Console.WindowWidth, which first sends the terminal an escape sequence for its keypad,
/// whatever NO_COLOR says.
/// </summary>
internal static partial class TerminalWidth
{
    /// <summary>Standard output.</summary>
    internal const int Output = 1;

    /// <summary>Standard error.</summary>
    internal const int Error = 2;

    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>The width in characters of what a descriptor is; null where that has none.</summary>
    internal static int? Of(int descriptor) =>
        Control(descriptor, GetWindowSize, out WindowSize size) == 0 && size.Columns > 0 ? size.Columns : null;

    // The last two are pixels.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct WindowSize
    {
        public readonly ushort Rows;
        public readonly ushort Columns;
        public readonly ushort Width;
        public readonly ushort Height;
    }

    [LibraryImport("libc.so.6", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, out WindowSize size);
}
