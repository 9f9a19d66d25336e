using System.Text;

namespace Cis.Bench;

/// <summary>The end of what a program writes: however much it is, only the last bytes are kept.</summary>
internal sealed class OutputTail
{
    private const int Kept = 4096;
    private const int Lines = 2;

    private readonly Lock _lock = new();
    private readonly byte[] _bytes = new byte[Kept];
    private int _length;

    /// <summary>Reads to the end of a stream.</summary>
    internal async Task FollowAsync(Stream stream)
    {
        byte[] buffer = new byte[Kept];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                Add(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody waited for the rest.
        }
    }

    /// <summary>The last two lines that are not empty, with a slash between them; empty if there is none.</summary>
    internal string LastLines()
    {
        string text;
        lock (_lock)
        {
            text = Encoding.UTF8.GetString(_bytes.AsSpan(0, _length));
        }

        string[] lines = text.Split(
            ['\n', '\r'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        return string.Join(" / ", lines.TakeLast(Lines));
    }

    private void Add(ReadOnlySpan<byte> more)
    {
        lock (_lock)
        {
            int old = Math.Min(_length, Kept - more.Length);
            _bytes.AsSpan(_length - old, old).CopyTo(_bytes);
            more.CopyTo(_bytes.AsSpan(old));
            _length = old + more.Length;
        }
    }
}
