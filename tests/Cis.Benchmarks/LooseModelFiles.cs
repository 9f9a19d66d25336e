using System.Runtime.InteropServices;
using Cis.Ocr;

namespace Cis.Benchmarks;

/// <summary>A family's files, read into native memory as the payload maps them.</summary>
internal sealed unsafe class LooseModelFiles(string folder) : IModelFiles, IDisposable
{
    private readonly List<nint> _buffers = [];

    public ModelBytes Open(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, name));
        void* buffer = NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(buffer, bytes.Length));
        _buffers.Add((nint)buffer);
        return new ModelBytes((byte*)buffer, bytes.Length);
    }

    public void Dispose()
    {
        foreach (nint buffer in _buffers)
        {
            NativeMemory.Free((void*)buffer);
        }
    }
}
