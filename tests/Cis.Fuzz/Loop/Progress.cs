using System.IO.MemoryMappedFiles;

namespace Cis.Fuzz.Loop;

/// <summary>
/// What a target is at, in a file that its process and the one that watches it both map: the input under way survives
/// whatever that does to its process.
/// </summary>
internal sealed unsafe class Progress : IDisposable
{
    private const int MostInput = 64 << 10;
    private const int Head = 64;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _numbers;

    private Progress(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Head + MostInput);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (long*)start;
    }

    /// <summary>Runs so far.</summary>
    internal ref long Runs => ref _numbers[0];

    /// <summary>Edges that the corpus it began with covers.</summary>
    internal ref long FirstEdges => ref _numbers[1];

    internal ref long Edges => ref _numbers[2];

    /// <summary>Inputs that were added to the corpus.</summary>
    internal ref long Added => ref _numbers[3];

    /// <summary>Milliseconds in which it ran, without the start of its process.</summary>
    internal ref long Milliseconds => ref _numbers[4];

    /// <summary>Edges that the corpus it began with must cover.</summary>
    internal ref long LeastEdges => ref _numbers[6];

    private Span<byte> InputRoom => new((byte*)_numbers + Head, MostInput);

    /// <summary>The input under way, or the last one.</summary>
    internal ReadOnlySpan<byte> Input
    {
        get => InputRoom[..(int)_numbers[5]];
        set
        {
            int length = Math.Min(value.Length, MostInput);
            value[..length].CopyTo(InputRoom);
            _numbers[5] = length;
        }
    }

    internal static Progress Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[Head + MostInput]);
        return Open(path);
    }

    internal static Progress Open(string path) =>
        new(MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, Head + MostInput));

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
