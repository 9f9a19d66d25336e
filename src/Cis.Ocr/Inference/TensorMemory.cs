using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>
/// Where the library takes memory from: tensors of a run from the region of the engine that runs it, weights and all
/// else from malloc. What an engine holds between two runs thus does not depend on how many lines of how many widths it
/// has read.
/// </summary>
/// <remarks>
/// The library's own arena keeps a region for every size that it has not seen before, and a page has a line of every
/// width; without its arena every operator pays for fresh pages. docs/memory.md has the measurements of all three.
/// </remarks>
internal static unsafe class TensorMemory
{
    // Reserve came with version 18; what came later is left out.
    private const uint InterfaceVersion = 20;

    [ThreadStatic]
    private static TensorRegion? t_region;

    [ThreadStatic]
    private static bool t_isRunning;

    /// <summary>An allocator to register with the library's environment; lives as long as the process.</summary>
    /// <param name="memoryInfo">The library's description of memory of the CPU.</param>
    public static nint CreateAllocator(nint memoryInfo)
    {
        var allocator = (Allocator*)NativeMemory.AllocZeroed((nuint)sizeof(Allocator));
        allocator->Version = InterfaceVersion;
        allocator->Allocate = &Allocate;
        allocator->Free = &Free;
        allocator->Info = &Info;
        allocator->Reserve = &Reserve;
        allocator->MemoryInfo = memoryInfo;
        return (nint)allocator;
    }

    /// <summary>What this thread allocates from here on are the tensors of a run.</summary>
    public static void BeginRun()
    {
        t_region ??= new TensorRegion();
        t_isRunning = true;
    }

    /// <summary>The run is over: of what it has freed, the region keeps as much as runs of lines need.</summary>
    public static void EndRun()
    {
        t_isRunning = false;
        t_region!.Trim();
    }

    /// <summary>Frees this thread's region. No tensor of its runs may be alive.</summary>
    public static void ReleaseThread()
    {
        t_region?.Dispose();
        t_region = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Allocate(Allocator* self, nuint size)
    {
        void* data = t_isRunning ? t_region!.Take(size) : null;
        return data != null ? data : TensorBlock.Create(size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Reserve(Allocator* self, nuint size) => TensorBlock.Create(size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(Allocator* self, void* data)
    {
        if (data == null)
        {
            return;
        }

        if (TensorBlock.Of(data)->Owner is { } region)
        {
            region.Give(data);
        }
        else
        {
            TensorBlock.Free(data);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Info(Allocator* self) => self->MemoryInfo;

    /// <summary>OrtAllocator of onnxruntime_c_api.h, and what <see cref="Info"/> answers.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Allocator
    {
        public uint Version;
        public delegate* unmanaged[Cdecl]<Allocator*, nuint, void*> Allocate;
        public delegate* unmanaged[Cdecl]<Allocator*, void*, void> Free;
        public delegate* unmanaged[Cdecl]<Allocator*, nint> Info;
        public delegate* unmanaged[Cdecl]<Allocator*, nuint, void*> Reserve;
        public nint GetStatistics;
        public nint AllocateOnStream;
        public nint Shrink;
        public nint MemoryInfo;
    }
}
