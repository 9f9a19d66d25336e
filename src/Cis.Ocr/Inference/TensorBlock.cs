using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>What stands before a tensor's data: how large it is, and which region it is from.</summary>
internal unsafe struct TensorBlock
{
    /// <summary>
    /// Bytes before the data, and what all blocks are aligned to: a cache line, the width of an AVX-512 register.
    /// </summary>
    public const int Alignment = 64;

    private nint _owner;

    /// <summary>Bytes of the block, this header included.</summary>
    public nuint Length { get; set; }

    /// <summary>The region it is from; null for a block of malloc's.</summary>
    public TensorRegion? Owner
    {
        readonly get => _owner == 0 ? null : (TensorRegion?)GCHandle.FromIntPtr(_owner).Target;
        set => _owner = value?.Handle ?? 0;
    }

    /// <summary>The header of a block.</summary>
    public static TensorBlock* Of(void* data) => (TensorBlock*)((byte*)data - Alignment);

    /// <summary>The data of a block.</summary>
    public static void* DataOf(void* block) => (byte*)block + Alignment;

    /// <summary>The length of a block for so much data.</summary>
    public static nuint LengthFor(nuint size) => (size + 2 * Alignment - 1) & ~((nuint)Alignment - 1);

    /// <summary>A block of malloc's.</summary>
    /// <returns>Its data; null where the system has no more memory, which is what the library expects then.</returns>
    public static void* Create(nuint size)
    {
        try
        {
            var block = (TensorBlock*)NativeMemory.AlignedAlloc(LengthFor(size), Alignment);
            *block = new TensorBlock { Length = LengthFor(size) };
            return DataOf(block);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Frees a block of malloc's.</summary>
    public static void Free(void* data) => NativeMemory.AlignedFree(Of(data));
}
