using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Documents.Images;

/// <summary>
/// The functions of libvips and its GObject that image files need. Bound by pointer rather than through NetVips: the
/// module initializer of that binding loads libvips by name before Main, when the payload has not been opened yet.
/// </summary>
internal sealed unsafe class VipsNative
{
    internal readonly delegate* unmanaged<byte*, nint> NewOperation;
    internal readonly delegate* unmanaged<nint, byte*, byte*, int> SetFromString;
    internal readonly delegate* unmanaged<nint, byte*, GValue*, void> SetProperty;
    internal readonly delegate* unmanaged<nint, byte*, GValue*, void> GetProperty;
    internal readonly delegate* unmanaged<nint*, int> BuildOperation;
    internal readonly delegate* unmanaged<nint, void> UnreferenceOutputs;
    internal readonly delegate* unmanaged<nint, void> Unreference;
    internal readonly delegate* unmanaged<nint, nint> Reference;
    internal readonly delegate* unmanaged<GValue*, nuint, GValue*> InitializeValue;
    internal readonly delegate* unmanaged<GValue*, void> UnsetValue;
    internal readonly delegate* unmanaged<GValue*, nint, void> SetObjectValue;
    internal readonly delegate* unmanaged<GValue*, nint> GetObjectValue;
    internal readonly delegate* unmanaged<void*, nuint, nint> NewSourceFromMemory;
    internal readonly delegate* unmanaged<nint, int> GetWidth;
    internal readonly delegate* unmanaged<nint, int> GetHeight;
    internal readonly delegate* unmanaged<nint, int> GetBands;
    internal readonly delegate* unmanaged<nint, int> GetFormat;
    internal readonly delegate* unmanaged<nint, int> GetInterpretation;
    internal readonly delegate* unmanaged<nint, int> HasAlpha;
    internal readonly delegate* unmanaged<nint, int> GetPageCount;
    internal readonly delegate* unmanaged<nint, int> GetOrientation;
    internal readonly delegate* unmanaged<nint, double> GetPixelsPerMillimeter;
    internal readonly delegate* unmanaged<nint, byte*, nuint> GetMetadataType;
    internal readonly delegate* unmanaged<nint, int, void> SetKill;
    internal readonly delegate* unmanaged<nint, nint> NewRegion;
    internal readonly delegate* unmanaged<nint, int, int, int, int, nuint*, byte*> FetchRegion;
    internal readonly delegate* unmanaged<void*, void> Free;
    internal readonly delegate* unmanaged<void> ShutdownThread;

    private static readonly Lock s_initialization = new();
    private static VipsNative? s_instance;

    private readonly delegate* unmanaged<byte*> _copyErrors;

    private VipsNative(nint library)
    {
        NewOperation = (delegate* unmanaged<byte*, nint>)Export("vips_operation_new");
        SetFromString = (delegate* unmanaged<nint, byte*, byte*, int>)Export("vips_object_set_argument_from_string");
        SetProperty = (delegate* unmanaged<nint, byte*, GValue*, void>)Export("g_object_set_property");
        GetProperty = (delegate* unmanaged<nint, byte*, GValue*, void>)Export("g_object_get_property");
        BuildOperation = (delegate* unmanaged<nint*, int>)Export("vips_cache_operation_buildp");
        UnreferenceOutputs = (delegate* unmanaged<nint, void>)Export("vips_object_unref_outputs");
        Unreference = (delegate* unmanaged<nint, void>)Export("g_object_unref");
        Reference = (delegate* unmanaged<nint, nint>)Export("g_object_ref");
        InitializeValue = (delegate* unmanaged<GValue*, nuint, GValue*>)Export("g_value_init");
        UnsetValue = (delegate* unmanaged<GValue*, void>)Export("g_value_unset");
        SetObjectValue = (delegate* unmanaged<GValue*, nint, void>)Export("g_value_set_object");
        GetObjectValue = (delegate* unmanaged<GValue*, nint>)Export("g_value_get_object");
        NewSourceFromMemory = (delegate* unmanaged<void*, nuint, nint>)Export("vips_source_new_from_memory");
        GetWidth = (delegate* unmanaged<nint, int>)Export("vips_image_get_width");
        GetHeight = (delegate* unmanaged<nint, int>)Export("vips_image_get_height");
        GetBands = (delegate* unmanaged<nint, int>)Export("vips_image_get_bands");
        GetFormat = (delegate* unmanaged<nint, int>)Export("vips_image_get_format");
        GetInterpretation = (delegate* unmanaged<nint, int>)Export("vips_image_get_interpretation");
        HasAlpha = (delegate* unmanaged<nint, int>)Export("vips_image_hasalpha");
        GetPageCount = (delegate* unmanaged<nint, int>)Export("vips_image_get_n_pages");
        GetOrientation = (delegate* unmanaged<nint, int>)Export("vips_image_get_orientation");
        GetPixelsPerMillimeter = (delegate* unmanaged<nint, double>)Export("vips_image_get_xres");
        GetMetadataType = (delegate* unmanaged<nint, byte*, nuint>)Export("vips_image_get_typeof");
        SetKill = (delegate* unmanaged<nint, int, void>)Export("vips_image_set_kill");
        NewRegion = (delegate* unmanaged<nint, nint>)Export("vips_region_new");
        FetchRegion = (delegate* unmanaged<nint, int, int, int, int, nuint*, byte*>)Export("vips_region_fetch");
        Free = (delegate* unmanaged<void*, void>)Export("g_free");
        ShutdownThread = (delegate* unmanaged<void>)Export("vips_thread_shutdown");
        _copyErrors = (delegate* unmanaged<byte*>)Export("vips_error_buffer_copy");
        SetUp(Export);

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Binds the library and sets it up, once for the process.</summary>
    internal static VipsNative Initialize(nint library)
    {
        lock (s_initialization)
        {
            return s_instance ??= new VipsNative(library);
        }
    }

    /// <summary>Frees what libvips keeps for the calling thread.</summary>
    internal void ReleaseThread() => ShutdownThread();

    /// <summary>
    /// The first line of what libvips has to say, cleared by the call. Its error buffer is the process's: under load
    /// the line may be another thread's.
    /// </summary>
    internal string TakeError()
    {
        byte* text = _copyErrors();
        string message = Marshal.PtrToStringUTF8((nint)text) ?? "";
        Free(text);
        return message.Split('\n', 2)[0].Trim();
    }

    private static void SetUp(Func<string, nint> export)
    {
        // Warnings about damaged files would go to stderr; what matters of them comes back as errors.
        (
            (delegate* unmanaged<delegate* unmanaged<byte*, int, byte*, void*, void>, void*, nint>)export(
                "g_log_set_default_handler"
            )
        )(&IgnoreLog, null);
        fixed (byte* name = "cis\0"u8)
        {
            if (((delegate* unmanaged<byte*, int>)export("vips_init"))(name) != 0)
            {
                throw new InvalidOperationException("libvips does not initialize; the payload may be damaged.");
            }
        }

        // One engine a core reads already: no threads of its own, and nothing kept from image to image.
        ((delegate* unmanaged<int, void>)export("vips_concurrency_set"))(1);
        ((delegate* unmanaged<int, void>)export("vips_cache_set_max"))(0);
        ((delegate* unmanaged<nuint, void>)export("vips_cache_set_max_mem"))(0);
        ((delegate* unmanaged<int, void>)export("vips_cache_set_max_files"))(0);
        BlockLoaders(export);
    }

    /// <summary>Only the loaders of the types that cis reads, whatever else this build of libvips knows.</summary>
    private static void BlockLoaders(Func<string, nint> export)
    {
        var block = (delegate* unmanaged<byte*, int, void>)export("vips_operation_block_set");
        Set("VipsForeignLoad", 1);
        foreach (string format in (ReadOnlySpan<string>)["Jpeg", "Png", "Tiff", "Webp", "Nsgif", "Heif"])
        {
            Set("VipsForeignLoad" + format, 0);
        }

        ((delegate* unmanaged<int, void>)export("vips_block_untrusted_set"))(1);

        void Set(string name, int state)
        {
            fixed (byte* p = Encoding.UTF8.GetBytes(name + '\0'))
            {
                block(p, state);
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void IgnoreLog(byte* domain, int level, byte* message, void* user)
    {
        // Nothing to do: see SetUp.
    }
}

/// <summary>GValue of GObject, an opaque 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    internal nuint Type;
    internal ulong Data0;
    internal ulong Data1;
}

/// <summary>VipsInterpretation values.</summary>
internal static class VipsInterpretation
{
    internal const int BlackAndWhite = 1;
    internal const int Cmyk = 15;
    internal const int Srgb = 22;
    internal const int Gray16 = 26;
}
