using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>Memory for input tensors, used again for every line or page; it only grows. Not thread-safe.</summary>
internal sealed unsafe class TensorBuffer : IDisposable
{
    private const int CacheLine = 64;

    private readonly nint _memoryInfo = OnnxRuntimeNative.CreateCpuMemoryInfo();
    private float* _data;
    private nuint _capacity;

    /// <summary>The memory for a tensor of so many elements; its content is undefined.</summary>
    public Span<float> Ensure(int elements)
    {
        if ((nuint)elements > _capacity)
        {
            NativeMemory.AlignedFree(_data);
            _capacity = (nuint)elements;
            _data = (float*)NativeMemory.AlignedAlloc(_capacity * sizeof(float), CacheLine);
        }

        return new Span<float>(_data, elements);
    }

    /// <summary>A tensor over the buffer's first elements; valid until the next <see cref="Ensure"/>.</summary>
    /// <param name="shape">Its dimensions, whose product was given to <see cref="Ensure"/>.</param>
    public Tensor AsTensor(ReadOnlySpan<long> shape)
    {
        long elements = 1;
        foreach (long dimension in shape)
        {
            elements *= dimension;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)elements, _capacity, nameof(shape));
        return new Tensor(OnnxRuntimeNative.CreateTensor(_memoryInfo, _data, (nuint)elements * sizeof(float), shape));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        _capacity = 0;
        OnnxRuntimeNative.ReleaseMemoryInfo(_memoryInfo);
    }
}
