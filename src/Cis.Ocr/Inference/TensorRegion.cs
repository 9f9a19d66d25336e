using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>
/// The tensors of one engine: a range of addresses, filled from its start. The first hole that is large enough is taken,
/// and holes that touch are one (first fit in the order of addresses: Knuth, The Art of Computer Programming 1, 2.5).
/// Nearly all tensors are gone when a run ends, so the next one finds the range as good as new.
/// </summary>
internal sealed unsafe class TensorRegion : IDisposable
{
    // Addresses, not memory: pages come when they are touched. The detector at its largest setting takes as much.
    private const nuint Size = 1u << 30;

    // The longest usual lines take 12 MB, most of it for their 7,000 class scores; the detector takes 14.
    private const nuint Kept = 12u << 20;

    private readonly Lock _gate = new();
    private readonly byte* _start;
    private readonly GCHandle _handle;
    private Hole[] _holes = new Hole[64];
    private int _holeCount;
    private nuint _touched = Kept;

    /// <summary>Reserves the addresses.</summary>
    public TensorRegion()
    {
        _handle = GCHandle.Alloc(this);
        _start = MemoryPages.Reserve(Size);
        if (_start != null)
        {
            MemoryPages.AdviseHugePages(_start, Size);
            _holes[_holeCount++] = new Hole(0, Size);
        }
    }

    /// <summary>How a block's header names this region.</summary>
    public nint Handle => GCHandle.ToIntPtr(_handle);

    /// <summary>Takes a block.</summary>
    /// <param name="size">Bytes of data.</param>
    /// <returns>The data; null where no hole is large enough.</returns>
    public void* Take(nuint size)
    {
        nuint length = TensorBlock.LengthFor(size);
        lock (_gate)
        {
            for (int i = 0; i < _holeCount; i++)
            {
                if (_holes[i].Length >= length)
                {
                    return Fill(i, length);
                }
            }
        }

        return null;
    }

    /// <summary>Takes a block back.</summary>
    public void Give(void* data)
    {
        TensorBlock* block = TensorBlock.Of(data);
        var hole = new Hole((nuint)((byte*)block - _start), block->Length);
        lock (_gate)
        {
            Insert(IndexAfter(hole.Offset), hole);
        }
    }

    /// <summary>Gives the pages of holes back to the system, but for those at the start.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            for (int i = _holeCount - 1; i >= 0 && _touched > Kept; i--)
            {
                Release(_holes[i]);
            }

            _touched = Kept;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start != null && _holeCount == 1 && _holes[0].Length == Size)
        {
            _ = MemoryPages.Unmap(_start, Size);
            _holeCount = 0;
            _handle.Free();
        }
    }

    private void* Fill(int index, nuint length)
    {
        Hole hole = _holes[index];
        if (hole.Length == length)
        {
            Remove(index);
        }
        else
        {
            _holes[index] = new Hole(hole.Offset + length, hole.Length - length);
        }

        _touched = Math.Max(_touched, hole.Offset + length);
        var block = (TensorBlock*)(_start + hole.Offset);
        *block = new TensorBlock { Length = length, Owner = this };
        return TensorBlock.DataOf(block);
    }

    private void Release(Hole hole)
    {
        nuint from = Math.Max(hole.Offset, Kept);
        nuint to = Math.Min(hole.End, _touched);
        if (to > from)
        {
            MemoryPages.Discard(_start + from, to - from);
        }
    }

    /// <summary>The first hole behind an offset.</summary>
    private int IndexAfter(nuint offset)
    {
        int index = 0;
        while (index < _holeCount && _holes[index].Offset < offset)
        {
            index++;
        }

        return index;
    }

    private void Insert(int index, Hole hole)
    {
        if (index < _holeCount && hole.End == _holes[index].Offset)
        {
            hole = new Hole(hole.Offset, hole.Length + _holes[index].Length);
            Remove(index);
        }

        if (index > 0 && _holes[index - 1].End == hole.Offset)
        {
            Hole before = _holes[index - 1];
            _holes[index - 1] = new Hole(before.Offset, before.Length + hole.Length);
            return;
        }

        if (_holeCount == _holes.Length)
        {
            Array.Resize(ref _holes, 2 * _holes.Length);
        }

        _holes.AsSpan(index, _holeCount - index).CopyTo(_holes.AsSpan(index + 1));
        _holes[index] = hole;
        _holeCount++;
    }

    private void Remove(int index)
    {
        _holeCount--;
        _holes.AsSpan(index + 1, _holeCount - index).CopyTo(_holes.AsSpan(index));
    }

    private readonly record struct Hole(nuint Offset, nuint Length)
    {
        public nuint End => Offset + Length;
    }
}
