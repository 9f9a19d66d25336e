using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>The switch by which a run of this engine is stopped between two operators; one per engine.</summary>
internal sealed class RunControl : SafeHandle
{
    /// <summary>A switch that is off.</summary>
    public RunControl()
        : base(0, ownsHandle: true)
    {
        SetHandle(OnnxRuntimeNative.CreateRunOptions());
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The library's options for a run.</summary>
    public nint Options => handle;

    /// <summary>Stops the present run, and every later one until <see cref="Allow"/>. Any thread may call it.</summary>
    public void Terminate()
    {
        OnnxRuntimeNative.SetTerminate(handle);
    }

    /// <summary>Lets runs go on again.</summary>
    public void Allow()
    {
        OnnxRuntimeNative.UnsetTerminate(handle);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OnnxRuntimeNative.ReleaseRunOptions(handle);
        return true;
    }
}
