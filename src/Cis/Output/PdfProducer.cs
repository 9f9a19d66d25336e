using Cis.Files;
using Microsoft.Win32.SafeHandles;

namespace Cis.Output;

/// <summary>Which program a PDF says that it is from.</summary>
internal static class PdfProducer
{
    /// <summary>This program with its version, without what git knows of the build: <c>cis 1.2.3</c>.</summary>
    internal static string OwnName { get; } = $"cis {typeof(PdfProducer).Assembly.GetName().Version?.ToString(3)}";

    private const int ChunkLength = 1 << 20;

    // Key, blanks and the beginning of the name, in UTF-16 at the most: what may lie across the ends of two chunks.
    private const int Overlap = 64;

    private static ReadOnlySpan<byte> Key => "/Producer"u8;

    /// <summary>
    /// Whether the last producer that a PDF names is cis. What another program has changed since is its work, and names
    /// that; what is encrypted or packed names nobody here.
    /// </summary>
    internal static bool IsCis(string path)
    {
        using SafeFileHandle file = FileCalls.Open(path, FileCalls.ReadOnly | FileCalls.NonBlocking);
        if (file.IsInvalid || FileFacts.Of((int)file.DangerousGetHandle()) is not { Kind: FileKind.Regular })
        {
            return false;
        }

        try
        {
            return IsCis(file);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsCis(SafeFileHandle file)
    {
        bool isCis = false;
        byte[] chunk = new byte[ChunkLength];
        int length;
        for (long offset = 0; (length = RandomAccess.Read(file, chunk, offset)) > 0; )
        {
            ReadOnlySpan<byte> bytes = chunk.AsSpan(0, length);
            if (offset == 0 && bytes.IndexOf("%PDF-"u8) < 0)
            {
                return false;
            }

            int key = bytes.LastIndexOf(Key);
            isCis = key < 0 ? isCis : NamesCis(bytes[(key + Key.Length)..]);
            offset += length > Overlap ? length - Overlap : length;
        }

        return isCis;
    }

    // A literal string, in Latin letters or with the mark of UTF-16.
    private static bool NamesCis(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart(" \t\r\n"u8);
        return value.StartsWith("(cis "u8)
            || value.StartsWith("(cis)"u8)
            || value.StartsWith("(cis/"u8)
            || value.StartsWith(
                (ReadOnlySpan<byte>)[(byte)'(', 0xFE, 0xFF, 0, (byte)'c', 0, (byte)'i', 0, (byte)'s', 0]
            );
    }
}
