using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Cis.Fuzz.Coverage;

/// <summary>
/// The counters that instrumented code adds to: one for each step from a branch to the next, by a hash of both. Two steps
/// may share one.
/// </summary>
internal sealed unsafe class EdgeMap
{
    private const int Size = 1 << 16;

    // Classes of how often a step was taken, as AFL has them: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more.
    private static readonly byte[] s_classes = MakeClasses();

    private readonly byte* _counts = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Lets the instrumented code of this process count here; before any of it runs.</summary>
    internal EdgeMap() => Trace.SharedMem = _counts;

    /// <summary>Edges that were seen since <see cref="Forget"/>.</summary>
    internal int Edges { get; private set; }

    /// <summary>Begins a run.</summary>
    internal void Clear()
    {
        new Span<byte>(_counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Forgets what was seen.</summary>
    internal void Forget()
    {
        Array.Clear(_seen);
        Edges = 0;
    }

    /// <summary>Learns what the run has seen.</summary>
    /// <returns>Whether some edge was new, or taken far more often than before.</returns>
    internal bool Learn()
    {
        bool isNew = false;
        ReadOnlySpan<ulong> eights = MemoryMarshal.Cast<byte, ulong>(new ReadOnlySpan<byte>(_counts, Size));
        for (int i = 0; i < eights.Length; i++)
        {
            if (eights[i] != 0)
            {
                isNew |= LearnEight(8 * i);
            }
        }

        return isNew;
    }

    /// <summary>What the run has seen, in one number.</summary>
    internal ulong Trail()
    {
        ulong hash = 14695981039346656037;
        for (int i = 0; i < Size; i++)
        {
            if (_counts[i] != 0)
            {
                hash = (hash ^ (ulong)((i << 8) | s_classes[_counts[i]])) * 1099511628211;
            }
        }

        return hash;
    }

    private bool LearnEight(int first)
    {
        bool isNew = false;
        for (int i = first; i < first + 8; i++)
        {
            byte kind = s_classes[_counts[i]];
            if ((kind & ~_seen[i]) != 0)
            {
                Edges += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= kind;
                isNew = true;
            }
        }

        return isNew;
    }

    private static byte[] MakeClasses()
    {
        byte[] classes = new byte[256];
        for (int count = 1; count < classes.Length; count++)
        {
            classes[count] = count switch
            {
                1 => 1,
                2 => 2,
                3 => 4,
                < 8 => 8,
                < 16 => 16,
                < 32 => 32,
                < 128 => 64,
                _ => 128,
            };
        }

        return classes;
    }
}
