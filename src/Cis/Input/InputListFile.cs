using Cis.Files;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Input;

/// <summary>
/// A list of paths, as <c>--files-from</c> takes it: parted by NULs if there is one (<c>find -print0</c>), else by the
/// ends of lines.
/// </summary>
internal static class InputListFile
{
    // A million paths of 256 bytes.
    private const int MostBytes = 256 << 20;

    /// <summary>Reads a list.</summary>
    /// <param name="path">The file, or <see cref="InputFile.StandardInput"/>.</param>
    /// <param name="standardInput">Opens standard input.</param>
    /// <exception cref="UsageException">It cannot be read.</exception>
    internal static IEnumerable<string> Read(string path, Func<Stream> standardInput)
    {
        try
        {
            using Stream list = path == InputFile.StandardInput ? standardInput() : Open(path);
            return Split(ReadAll(list, path));
        }
        catch (IOException e)
        {
            throw new UsageException($"--files-from: {path} cannot be read: {FileFault.Describe(e)}");
        }
    }

    private static FileStream Open(string path)
    {
        SafeFileHandle file = FileCalls.Open(path, FileCalls.ReadOnly);
        if (file.IsInvalid)
        {
            throw FileCalls.LastFailure();
        }

        if (FileFacts.Of((int)file.DangerousGetHandle()) is { Kind: FileKind.Folder })
        {
            file.Dispose();
            throw new IOException("it is a folder");
        }

        return new FileStream(file, FileAccess.Read);
    }

    private static byte[] ReadAll(Stream list, string path)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = list.Read(buffer)) > 0; )
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MostBytes)
            {
                throw new UsageException($"--files-from: {path} has more than {MostBytes >> 20} MiB");
            }
        }

        return bytes.ToArray();
    }

    private static List<string> Split(ReadOnlySpan<byte> list)
    {
        bool isByNul = list.Contains((byte)0);
        var paths = new List<string>();
        foreach (Range range in list.Split(isByNul ? (byte)0 : (byte)'\n'))
        {
            ReadOnlySpan<byte> entry = isByNul ? list[range] : list[range].TrimEnd((byte)'\r');
            if (!entry.IsEmpty)
            {
                string path = PathBytes.Decode(entry);
                // A list holds names only.
                paths.Add(path == InputFile.StandardInput ? "./-" : path);
            }
        }

        return paths;
    }
}
