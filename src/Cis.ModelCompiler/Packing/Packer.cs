using System.IO.Hashing;
using Cis.Payload;

namespace Cis.ModelCompiler.Packing;

/// <summary>Writes the executable and, behind it, the files of a payload folder: see <see cref="PayloadTable"/>.</summary>
internal static class Packer
{
    /// <summary>Packs; the same inputs give the same bytes.</summary>
    /// <param name="executable">The published executable.</param>
    /// <param name="payload">The folder whose files become the entries, named by their path in it.</param>
    /// <param name="output">Replaced as a whole, or left as it was.</param>
    /// <returns>The entries, the executable first.</returns>
    public static IReadOnlyList<PayloadEntry> Pack(string executable, string payload, string output)
    {
        string draft = output + ".draft";
        IReadOnlyList<PayloadEntry> entries;
        using (FileStream file = File.Create(draft))
        {
            entries = Write(file, executable, payload);
        }

        File.SetUnixFileMode(draft, File.GetUnixFileMode(executable));
        File.Move(draft, output, overwrite: true);
        return entries;
    }

    private static List<PayloadEntry> Write(FileStream file, string executable, string payload)
    {
        var entries = new List<PayloadEntry> { Append(file, PayloadTable.ExecutableName, executable) };
        foreach (
            string? path in Directory
                .EnumerateFiles(payload, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
        {
            string name = Path.GetRelativePath(payload, path).Replace(Path.DirectorySeparatorChar, '/');
            entries.Add(Append(file, name, path));
        }
        file.Write(PayloadTable.Write(entries, file.Position));
        return entries;
    }

    private static PayloadEntry Append(FileStream file, string name, string path)
    {
        byte[] content = File.ReadAllBytes(path);
        if (content.Length == 0)
        {
            throw new CompilerException($"{path} is empty: nothing can be mapped from it.");
        }

        long start = PayloadTable.AlignToPage(file.Position);
        file.Write(new byte[start - file.Position]);
        file.Write(content);
        return new PayloadEntry(name, start, content.Length, XxHash128.HashToUInt128(content));
    }
}
