using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>The switch by which a run of this engine is stopped between two operators; one per engine.</summary>
internal sealed class RunControl : SafeHandle
{
    private readonly nint _shrinking;

    /// <summary>A switch that is off.</summary>
    public RunControl()
        : base(0, ownsHandle: true)
    {
        SetHandle(OnnxRuntimeNative.CreateRunOptions());
        _shrinking = OnnxRuntimeNative.CreateRunOptions();
        OnnxRuntimeNative.AddRunConfigEntry(_shrinking, "memory.enable_memory_arena_shrinkage\0"u8, "cpu:0\0"u8);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The library's options for a run.</summary>
    /// <param name="giveMemoryBack">
    /// For a run that takes far more memory than others: the library frees it, instead of keeping it for the next.
    /// </param>
    public nint RunOptions(bool giveMemoryBack) => giveMemoryBack ? _shrinking : handle;

    /// <summary>Stops the present run, and every later one until <see cref="Allow"/>. Any thread may call it.</summary>
    public void Terminate()
    {
        OnnxRuntimeNative.SetTerminate(handle);
        OnnxRuntimeNative.SetTerminate(_shrinking);
    }

    /// <summary>Lets runs go on again.</summary>
    public void Allow()
    {
        OnnxRuntimeNative.UnsetTerminate(handle);
        OnnxRuntimeNative.UnsetTerminate(_shrinking);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OnnxRuntimeNative.ReleaseRunOptions(handle);
        OnnxRuntimeNative.ReleaseRunOptions(_shrinking);
        return true;
    }
}
