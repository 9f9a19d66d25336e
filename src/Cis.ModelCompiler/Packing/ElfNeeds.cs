using System.Buffers.Binary;
using System.Text;

namespace Cis.ModelCompiler.Packing;

/// <summary>What a 64-bit little-endian ELF file asks of the machine it runs on.</summary>
/// <param name="Libraries">The libraries it needs (DT_NEEDED), in the file's order.</param>
/// <param name="Versions">The symbol versions it needs, such as <c>GLIBC_2.34</c>.</param>
internal sealed record ElfNeeds(IReadOnlyList<string> Libraries, IReadOnlyList<string> Versions)
{
    // Values of elf.h.
    private const uint SectionDynamic = 6;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ulong TagNeeded = 1;
    private const int DynamicRowSize = 16;

    /// <summary>The newest glibc that it needs, or 0.0 when it needs no versioned symbol of glibc.</summary>
    public Version Glibc => NewestOf("GLIBC_");

    /// <summary>The newest version needed of those with a prefix.</summary>
    public Version NewestOf(string prefix) =>
        Versions
            .Where(version => version.StartsWith(prefix, StringComparison.Ordinal))
            .Select(version =>
                Version.TryParse(version.AsSpan(prefix.Length), out Version? number) ? number : new Version(0, 0)
            )
            .DefaultIfEmpty(new Version(0, 0))
            .Max()!;

    /// <summary>Reads the needs out of a file's section headers.</summary>
    /// <exception cref="CompilerException">It is not such an ELF file.</exception>
    public static ElfNeeds Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 64 || !file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
        {
            throw new CompilerException($"{path} is not a 64-bit little-endian ELF file.");
        }

        try
        {
            return Read(file);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CompilerException($"{path} is a damaged ELF file.", e);
        }
    }

    private static ElfNeeds Read(ReadOnlySpan<byte> file)
    {
        var libraries = new List<string>();
        var versions = new List<string>();
        foreach (Section section in Section.AllOf(file))
        {
            if (section.Type == SectionDynamic)
            {
                ReadLibraries(section.Content(file), Section.At(file, section.Link).Content(file), libraries);
            }
            else if (section.Type == SectionVersionNeeds)
            {
                ReadVersions(section.Content(file), Section.At(file, section.Link).Content(file), versions);
            }
        }
        return new ElfNeeds(libraries, versions);
    }

    private static void ReadLibraries(ReadOnlySpan<byte> rows, ReadOnlySpan<byte> strings, List<string> libraries)
    {
        for (; rows.Length >= DynamicRowSize; rows = rows[DynamicRowSize..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(rows) == TagNeeded)
            {
                libraries.Add(StringAt(strings, (int)BinaryPrimitives.ReadUInt64LittleEndian(rows[8..])));
            }
        }
    }

    /// <summary>A chain of Verneed (a library each), and from each a chain of Vernaux (a version each).</summary>
    private static void ReadVersions(ReadOnlySpan<byte> section, ReadOnlySpan<byte> strings, List<string> versions)
    {
        for (ReadOnlySpan<byte> need = section; ; need = need[NextNeed(need)..])
        {
            for (
                ReadOnlySpan<byte> aux = need[(int)BinaryPrimitives.ReadUInt32LittleEndian(need[8..])..];
                ;
                aux = aux[NextAux(aux)..]
            )
            {
                versions.Add(StringAt(strings, (int)BinaryPrimitives.ReadUInt32LittleEndian(aux[8..])));
                if (NextAux(aux) == 0)
                {
                    break;
                }
            }
            if (NextNeed(need) == 0)
            {
                break;
            }
        }
    }

    private static int NextNeed(ReadOnlySpan<byte> need) => (int)BinaryPrimitives.ReadUInt32LittleEndian(need[12..]);

    private static int NextAux(ReadOnlySpan<byte> aux) => (int)BinaryPrimitives.ReadUInt32LittleEndian(aux[12..]);

    private static string StringAt(ReadOnlySpan<byte> strings, int offset)
    {
        ReadOnlySpan<byte> rest = strings[offset..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    /// <summary>What is used of a section header.</summary>
    private readonly record struct Section(uint Type, int Link, int Offset, int Size)
    {
        public static List<Section> AllOf(ReadOnlySpan<byte> file)
        {
            var all = new List<Section>();
            for (int i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(file[60..]); i++)
            {
                all.Add(At(file, i));
            }

            return all;
        }

        public static Section At(ReadOnlySpan<byte> file, int index)
        {
            int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
            ReadOnlySpan<byte> header = file[(table + index * BinaryPrimitives.ReadUInt16LittleEndian(file[58..]))..];
            return new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                (int)BinaryPrimitives.ReadUInt32LittleEndian(header[40..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..])
            );
        }

        public ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file) => file.Slice(Offset, Size);
    }
}
