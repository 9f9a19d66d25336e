using System.Buffers.Binary;
using System.IO.Hashing;
using Cis.Payload;

namespace Cis.Fuzz.Targets;

/// <summary>
/// The table at the end of the packed file. The first bytes are a footer without its hash, the rest the table; the hash is
/// put right, or nothing behind it would ever be reached.
/// </summary>
internal sealed class PayloadTarget : FuzzTarget
{
    private const int HashAt = 32;

    private readonly string _path = Path.GetTempFileName();

    internal override int LeastEdges => 135;

    internal override IReadOnlyList<string> Words => ["cis\0pack", "executable", "lib/libpdfium.so", "\u0001\0\0\0"];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HashAt)
        {
            return;
        }

        byte[] footer = [.. input[..HashAt], .. new byte[PayloadTable.FooterSize - HashAt]];
        ReadOnlySpan<byte> table = input[HashAt..];
        BinaryPrimitives.WriteUInt128LittleEndian(footer.AsSpan(HashAt), XxHash128.HashToUInt128(table));
        if (PayloadTable.Read(footer, table) is { } entries)
        {
            Demand(entries.Length <= table.Length, "more rows than bytes");
            CheckWritten(entries);
        }

        CheckFile([.. table, .. footer]);
    }

    protected override void Close() => File.Delete(_path);

    /// <summary>What was read, and is written, is read again.</summary>
    private static void CheckWritten(PayloadEntry[] entries)
    {
        byte[] written = PayloadTable.Write(entries, tableOffset: 0);
        ReadOnlySpan<byte> footer = written.AsSpan(written.Length - PayloadTable.FooterSize);
        bool found = PayloadTable.TryLocate(footer, written.Length, out long offset, out int length);
        Demand(found && offset == 0, "a written table that cannot be found");
        PayloadEntry[]? again = PayloadTable.Read(footer, written.AsSpan(0, length));
        Demand(again is not null && again.SequenceEqual(entries), "a written table that reads otherwise");
    }

    /// <summary>The same as a packed file is opened and checked, or refused in words.</summary>
    private void CheckFile(byte[] file)
    {
        File.WriteAllBytes(_path, file);
        try
        {
            using var store = PayloadStore.OpenFile(_path);
            store.Verify();
        }
        catch (PayloadException e)
        {
            Demand(e.Message.Length > 0, "a refusal without words");
        }
    }
}
