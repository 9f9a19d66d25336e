namespace Cis.Ocr.Inference;

/// <summary>A tensor of 32-bit floats in native memory; whoever made it or got it from a run disposes it.</summary>
internal readonly unsafe struct Tensor(nint handle) : IDisposable
{
    /// <summary>The library's handle.</summary>
    public nint Handle => handle;

    /// <summary>The first element.</summary>
    public float* Data => OnnxRuntimeNative.GetTensorData(handle);

    /// <summary>Copies the dimensions out.</summary>
    /// <returns>How many there are.</returns>
    public int GetShape(Span<long> shape) => OnnxRuntimeNative.GetShape(handle, shape);

    /// <inheritdoc/>
    public void Dispose() => OnnxRuntimeNative.ReleaseValue(handle);
}
