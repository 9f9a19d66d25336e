using System.Runtime.InteropServices;

namespace Cis.Ocr.Inference;

/// <summary>A graph of one input and one output, ready to run. Thread-safe: all engines share one session a model.</summary>
internal sealed unsafe class InferenceSession : SafeHandle
{
    private readonly byte* _inputName;
    private readonly byte* _outputName;

    /// <summary>Takes ownership of a native session.</summary>
    public InferenceSession(nint session)
        : base(0, ownsHandle: true)
    {
        SetHandle(session);
        _inputName = OnnxRuntimeNative.GetInputName(session);
        _outputName = OnnxRuntimeNative.GetOutputName(session);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Runs the graph on the calling thread.</summary>
    /// <param name="input">The input tensor.</param>
    /// <param name="control">Lets another thread stop the run.</param>
    /// <returns>The output, to be disposed by the caller.</returns>
    /// <exception cref="OnnxRuntimeException">The run failed or was stopped.</exception>
    public Tensor Run(in Tensor input, RunControl control)
    {
        TensorMemory.BeginRun();
        try
        {
            return new(OnnxRuntimeNative.Run(handle, control.Options, _inputName, input.Handle, _outputName));
        }
        finally
        {
            TensorMemory.EndRun();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OnnxRuntimeNative.FreeName(_inputName);
        OnnxRuntimeNative.FreeName(_outputName);
        OnnxRuntimeNative.ReleaseSession(handle);
        return true;
    }
}
