using Cis.Documents;
using Cis.Pages;
using Cis.Sandbox.Messages;

namespace Cis.Fuzz.Targets;

/// <summary>
/// What a process that a document may have taken over says of a page; the first byte says whether it is that, or what such
/// a process is asked.
/// </summary>
internal sealed class SandboxMessageTarget : FuzzTarget
{
    // A table of the most columns is one of a few bytes.
    private const float Farthest = 1e8f;

    private readonly MessageWriter _writer = new();
    private readonly PageImage _image = new();

    internal override int LeastEdges => 550;

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length == 0)
        {
            return;
        }

        try
        {
            if (input[0] % 4 == 0)
            {
                var request = new MessageReader(input[1..]);
                _ = OpenMessage.Read(ref request);
                request.End();
            }
            else
            {
                CheckPage(input[1..]);
            }
        }
        catch (MalformedMessageException)
        {
            // Who sent it is not believed any more.
        }
    }

    protected override void Close() => _image.Dispose();

    private void CheckPage(ReadOnlySpan<byte> message)
    {
        PageContent page = Read(message);
        foreach (TextLine line in page.Text?.Lines ?? [.. page.Regions.SelectMany(r => r.Lines.Select(l => l.Line))])
        {
            Demand(MathF.Abs(line.Box.Width + line.Box.Height) < Farthest, "a box without a size");
        }

        Demand((page.Text?.Tables ?? []).All(table => table.Columns > 0), "a table without columns");
        // What was read, and is written, is read again as it was: sent twice, the bytes are the same.
        byte[] once = Write(page);
        byte[] twice = Write(ReadOwn(once));
        Demand(once.AsSpan().SequenceEqual(twice), "a page that changes from process to process");
    }

    private static PageContent Read(ReadOnlySpan<byte> message)
    {
        var reader = new MessageReader(message);
        PageContent page = PageMessage.Read(ref reader, out _);
        reader.End();
        return page;
    }

    private static PageContent ReadOwn(byte[] message)
    {
        try
        {
            return Read(message);
        }
        catch (MalformedMessageException e)
        {
            throw new BrokenPromiseException($"what was read cannot be sent on: {e.Message}");
        }
    }

    private byte[] Write(PageContent page)
    {
        _writer.Clear();
        PageMessage.Write(_writer, page, _image);
        return _writer.Written.ToArray();
    }
}
