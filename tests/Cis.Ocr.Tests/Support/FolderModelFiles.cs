using System.Runtime.InteropServices;

namespace Cis.Ocr.Tests.Support;

/// <summary>A family's files in a folder, read into memory that lives as long as the process.</summary>
internal sealed unsafe class FolderModelFiles(string folder) : IModelFiles
{
    public ModelBytes Open(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, name));
        byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        return new ModelBytes(memory, bytes.Length);
    }
}
