using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cis.Files;

/// <summary>
/// Paths as strings that lose no byte. To Linux a name is any bytes; to .NET it is UTF-8, and other bytes become
/// U+FFFD, which opens nothing. Here a byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte, which valid
/// UTF-8 cannot produce (as in Python, PEP 383).
/// </summary>
internal static class PathBytes
{
    private const char Escape = '\uDC00';

    /// <summary>The string that represents the bytes of a path.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        var path = new StringBuilder(bytes.Length);
        Span<char> utf16 = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            bool isUtf8 = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            if (isUtf8)
            {
                path.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            }
            else
            {
                AppendEscaped(path, bytes[..length]);
            }

            bytes = bytes[length..];
        }

        return path.ToString();
    }

    /// <summary>The bytes of a path, with a terminating NUL for system calls.</summary>
    internal static byte[] Encode(string path)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(path.Length) + 1];
        int length = 0;
        for (int i = 0; i < path.Length; )
        {
            if (IsEscaped(path, i))
            {
                bytes[length++] = (byte)(path[i++] - Escape);
                continue;
            }

            _ = Rune.DecodeFromUtf16(path.AsSpan(i), out Rune rune, out int used);
            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            i += used;
        }

        return bytes.AsSpan(0, length + 1).ToArray();
    }

    /// <summary>A path for people and documents: a byte that is not UTF-8 is written as \xE9.</summary>
    internal static string Shown(string path)
    {
        var shown = new StringBuilder(path.Length);
        for (int i = 0; i < path.Length; i++)
        {
            if (IsEscaped(path, i))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\x{path[i] - Escape:X2}");
            }
            else
            {
                shown.Append(path[i]);
            }
        }

        return shown.ToString();
    }

    /// <summary>
    /// The arguments of this process, byte for byte; those that .NET passes have lost what is not UTF-8.
    /// </summary>
    internal static string[] Arguments(string[] given)
    {
        if (!Array.Exists(given, argument => argument.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            return given;
        }

        string[] all = Decode(File.ReadAllBytes("/proc/self/cmdline")).Split('\0');
        // A NUL ends the last one too; before the first come the program, and whatever runs that.
        int first = all.Length - 1 - given.Length;
        return first >= 0 ? all[first..^1] : given;
    }

    private static void AppendEscaped(StringBuilder path, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            path.Append((char)(Escape + b));
        }
    }

    private static bool IsEscaped(string path, int i) =>
        path[i] is >= '\uDC80' and <= '\uDCFF' && (i == 0 || !char.IsHighSurrogate(path[i - 1]));
}
