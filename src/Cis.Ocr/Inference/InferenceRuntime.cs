using Cis.Ocr.Kernels;

namespace Cis.Ocr.Inference;

/// <summary>One process's ONNX Runtime: its environment and the options all sessions share.</summary>
/// <remarks>
/// <para>One thread a run (<c>intra_op</c> 1): engines are the parallelism, and threads of the library beside them
/// would fight over the same cores. Memory patterns off: they are planned per shape, and every line has its own.</para>
/// <para><c>session.set_denormal_as_zero</c> sets the flush-to-zero bits of the thread that makes the first session, and
/// threads started by it later inherit them; other engines set their own (<see cref="KernelLibrary.FlushSubnormals"/>).</para>
/// </remarks>
internal sealed unsafe class InferenceRuntime : IDisposable
{
    private readonly nint _environment;
    private readonly nint _options;
    private nint _memoryInfo;

    /// <summary>Starts the library.</summary>
    /// <param name="library">The loaded libonnxruntime.</param>
    /// <param name="kernels">Cis's own operators, where the CPU runs them.</param>
    /// <param name="tune">False leaves all but the number of threads as the library has it.</param>
    public InferenceRuntime(nint library, KernelLibrary kernels, bool tune)
    {
        OnnxRuntimeNative.Bind(library);
        fixed (byte* name = "cis\0"u8)
        {
            _environment = OnnxRuntimeNative.CreateEnv(OnnxRuntimeNative.LogErrors, name);
        }

        _options = OnnxRuntimeNative.CreateSessionOptions();
        OnnxRuntimeNative.SetThreads(_options, intraOp: 1, interOp: 1);
        if (tune)
        {
            Tune();
        }

        if (kernels.IsAvailable)
        {
            OnnxRuntimeNative.RegisterOperators(_options, kernels.Register);
        }
    }

    /// <summary>Builds a session.</summary>
    /// <param name="files">The family's files; they may go once this returns.</param>
    /// <param name="model">The graph's file.</param>
    /// <param name="weights">The file in which the graph has weights, as the graph names it; null where it has none.</param>
    public InferenceSession CreateSession(IModelFiles files, string model, string? weights)
    {
        ModelBytes graph = files.Open(model);
        if (weights is null)
        {
            return new(OnnxRuntimeNative.CreateSession(_environment, graph.Address, (nuint)graph.Length, _options));
        }

        ModelBytes content = files.Open(weights);
        nint options = OnnxRuntimeNative.CloneSessionOptions(_options);
        try
        {
            OnnxRuntimeNative.AddFile(options, weights, content.Address, (nuint)content.Length);
            return new(OnnxRuntimeNative.CreateSession(_environment, graph.Address, (nuint)graph.Length, options));
        }
        finally
        {
            OnnxRuntimeNative.ReleaseSessionOptions(options);
        }
    }

    private void Tune()
    {
        OnnxRuntimeNative.DisableMemPattern(_options);
        _memoryInfo = OnnxRuntimeNative.CreateCpuMemoryInfo();
        OnnxRuntimeNative.RegisterAllocator(_environment, TensorMemory.CreateAllocator(_memoryInfo));
        OnnxRuntimeNative.AddSessionConfigEntry(_options, "session.use_env_allocators\0"u8, "1\0"u8);
        OnnxRuntimeNative.SetGraphOptimizationLevel(_options, OnnxRuntimeNative.AllOptimizations);
        OnnxRuntimeNative.AddSessionConfigEntry(_options, "session.set_denormal_as_zero\0"u8, "1\0"u8);
        OnnxRuntimeNative.AddSessionConfigEntry(_options, "session.intra_op.allow_spinning\0"u8, "0\0"u8);
        OnnxRuntimeNative.AddSessionConfigEntry(_options, "session.inter_op.allow_spinning\0"u8, "0\0"u8);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        OnnxRuntimeNative.ReleaseSessionOptions(_options);
        OnnxRuntimeNative.ReleaseEnv(_environment);
    }
}
