using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Payload;

/// <summary>
/// Loads the native libraries out of a payload: from a baked cache where one is configured and has them, else through
/// memory. A library stays loaded for the life of the process: none of the three survives being unloaded with its
/// threads alive. Safe for use from several threads.
/// </summary>
internal sealed unsafe class NativeLibraries
{
    private readonly PayloadStore _payload;
    private readonly Dictionary<string, SafeFileHandle> _cached;
    private readonly Dictionary<string, nint> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<nint, SafeFileHandle> _copies = [];
    private readonly Dictionary<string, SafeFileHandle> _handed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stack<SafeFileHandle>> _spare = new(StringComparer.Ordinal);

    // glibc takes two libraries of the same path for one, and /proc/self/fd/N is a path: a descriptor that was closed
    // and given out again would hand the second library the first one's code. So they stay open, as the libraries stay
    // loaded: whoever loaded them may be gone by then.
    private static readonly List<SafeFileHandle> s_files = [];

    /// <summary>Libraries of a payload.</summary>
    /// <param name="payload">Verified before: what is loaded here runs.</param>
    /// <param name="cacheDirectory">The folder that <c>cis bake</c> filled, or null.</param>
    /// <exception cref="PayloadException">The cache is not to be trusted, or a library in it was altered.</exception>
    public NativeLibraries(PayloadStore payload, string? cacheDirectory)
    {
        _payload = payload;
        _cached = cacheDirectory is null ? [] : LibraryCache.Open(cacheDirectory).OpenLibraries(payload);
        // ONNX Runtime reports its use over the network, and writes a device id into the home folder, unless told not
        // to before it is loaded. Environment.SetEnvironmentVariable would not reach native code.
        _ = LibcNative.Setenv("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);
    }

    /// <summary>The handle of a library, loaded at the first call.</summary>
    /// <param name="fileName">Without folder: <c>libonnxruntime.so</c>.</param>
    /// <exception cref="PayloadException">It is missing, or the machine lacks what it needs.</exception>
    public nint Load(string fileName)
    {
        lock (_loaded)
        {
            if (!_loaded.TryGetValue(fileName, out nint handle))
            {
                _loaded.Add(fileName, handle = LoadFresh(fileName));
            }

            return handle;
        }
    }

    /// <summary>The handle of another copy of a library, with its own global state; loaded at every call.</summary>
    /// <inheritdoc cref="Load"/>
    public nint LoadCopy(string fileName)
    {
        lock (_loaded)
        {
            return LoadFresh(fileName);
        }
    }

    /// <summary>Unloads a copy that nobody calls any more. The next one of its library is loaded from the same file.</summary>
    public void UnloadCopy(string fileName, nint copy)
    {
        lock (_loaded)
        {
            _ = LibcNative.Dlclose(copy);
            if (_copies.Remove(copy, out SafeFileHandle? file) && !IsLoaded(file))
            {
                SpareOf(fileName).Push(file);
            }
        }
    }

    /// <summary>The file of a library, for other processes to load it from. It stays open.</summary>
    /// <exception cref="PayloadException">It is missing, or there is no memory for it.</exception>
    public SafeFileHandle FileOf(string fileName)
    {
        lock (_loaded)
        {
            if (!_handed.TryGetValue(fileName, out SafeFileHandle? file))
            {
                _handed.Add(fileName, file = _cached.GetValueOrDefault(fileName) ?? OpenFile(fileName));
            }

            return file;
        }
    }

    private nint LoadFresh(string fileName)
    {
        if (!SpareOf(fileName).TryPop(out SafeFileHandle? file))
        {
            KeepOpen(file = OpenFile(fileName));
        }

        nint handle = LibcNative.Dlopen(PathOf(file), LibcNative.RtldNow);
        if (handle == 0)
        {
            throw CannotLoad(fileName);
        }

        _copies[handle] = file;
        return handle;
    }

    /// <summary>The files whose copies were unloaded.</summary>
    private Stack<SafeFileHandle> SpareOf(string fileName) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_spare, fileName, out _) ??= new();

    private SafeFileHandle OpenFile(string fileName)
    {
        // The same file is the same library to glibc: only the first copy can be the cache's.
        if (_cached.Remove(fileName, out SafeFileHandle? file))
        {
            return file;
        }

        using PayloadView view = _payload.Map(_payload.Find("lib/" + fileName));
        return MemoryLibrary.Create(fileName, view.Span);
    }

    /// <summary>Whether glibc still holds what it was to unload: its state would be the old one.</summary>
    private static bool IsLoaded(SafeFileHandle file) =>
        LibcNative.Dlopen(PathOf(file), LibcNative.RtldNow | LibcNative.RtldNoload) != 0;

    private static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    private static void KeepOpen(SafeFileHandle file)
    {
        lock (s_files)
        {
            s_files.Add(file);
        }
    }

    private static PayloadException CannotLoad(string fileName)
    {
        string error = Marshal.PtrToStringUTF8((nint)LibcNative.Dlerror()) ?? "no reason given";
        return new PayloadException(
            $"{fileName} cannot be loaded ({error}): the machine must have glibc 2.34 or newer, libstdc++ and libgcc."
        );
    }
}
