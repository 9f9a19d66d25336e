using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Ocr.Inference;

/// <summary>
/// The part of ONNX Runtime's C interface that cis calls. The library exports one function, <c>OrtGetApiBase</c>; all
/// others are slots of a table whose order never changes (onnxruntime_c_api.h: "functions are only added at the end").
/// </summary>
/// <remarks>
/// The official managed package is not used: it resolves the library by name only, takes models as managed arrays
/// (a copy of what is mapped already), and builds 300 delegates at start.
/// </remarks>
internal static unsafe class OnnxRuntimeNative
{
    /// <summary>The version of the table asked for; every slot below is older than it.</summary>
    public const uint ApiVersion = 20;

    private const int GetErrorCodeSlot = 1;
    private const int GetErrorMessageSlot = 2;
    private const int CreateEnvSlot = 3;
    private const int CreateSessionFromArraySlot = 8;
    private const int RunSlot = 9;
    private const int CreateSessionOptionsSlot = 10;
    private const int CloneSessionOptionsSlot = 12;
    private const int DisableMemPatternSlot = 17;
    private const int SetSessionGraphOptimizationLevelSlot = 23;
    private const int SetIntraOpNumThreadsSlot = 24;
    private const int SetInterOpNumThreadsSlot = 25;
    private const int SessionGetInputNameSlot = 36;
    private const int SessionGetOutputNameSlot = 37;
    private const int CreateRunOptionsSlot = 39;
    private const int RunOptionsSetTerminateSlot = 46;
    private const int RunOptionsUnsetTerminateSlot = 47;
    private const int CreateTensorWithDataAsOrtValueSlot = 49;
    private const int GetTensorMutableDataSlot = 51;
    private const int GetDimensionsCountSlot = 61;
    private const int GetDimensionsSlot = 62;
    private const int GetTensorTypeAndShapeSlot = 65;
    private const int CreateCpuMemoryInfoSlot = 69;
    private const int AllocatorFreeSlot = 76;
    private const int GetAllocatorWithDefaultOptionsSlot = 78;
    private const int ReleaseEnvSlot = 92;
    private const int ReleaseStatusSlot = 93;
    private const int ReleaseMemoryInfoSlot = 94;
    private const int ReleaseSessionSlot = 95;
    private const int ReleaseValueSlot = 96;
    private const int ReleaseRunOptionsSlot = 97;
    private const int ReleaseTensorTypeAndShapeInfoSlot = 99;
    private const int ReleaseSessionOptionsSlot = 100;
    private const int AddSessionConfigEntrySlot = 130;
    private const int RegisterAllocatorSlot = 176;
    private const int AddExternalInitializersFromFilesInMemorySlot = 279;

    private static void** s_table;
    private static nint s_base;

    /// <summary>ORT_LOGGING_LEVEL_ERROR: warnings of the library are about its own passes, not about our input.</summary>
    public const int LogErrors = 3;

    /// <summary>ORT_ENABLE_ALL: all graph passes, those that fit the layout to this very CPU too.</summary>
    public const int AllOptimizations = 99;

    /// <summary>ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT.</summary>
    public const int FloatElement = 1;

    /// <summary>Takes the function table from a loaded libonnxruntime.</summary>
    /// <param name="library">A handle of <see cref="NativeLibrary"/>.</param>
    /// <exception cref="OnnxRuntimeException">The library is older than <see cref="ApiVersion"/>.</exception>
    public static void Bind(nint library)
    {
        if (s_table != null)
        {
            return;
        }

        // OrtApiBase is a struct of two function pointers; the first is GetApi.
        var getApiBase = (delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        void** apiBase = getApiBase();
        s_base = (nint)apiBase;
        void* table = ((delegate* unmanaged<uint, void*>)apiBase[0])(ApiVersion);
        s_table =
            table != null
                ? (void**)table
                : throw new OnnxRuntimeException("The ONNX Runtime library is too old for this program.");
    }

    public static nint CreateEnv(int logLevel, byte* name)
    {
        nint env;
        Check(((delegate* unmanaged<int, byte*, nint*, nint>)s_table[CreateEnvSlot])(logLevel, name, &env));
        return env;
    }

    /// <summary>Gives the environment an allocator that sessions may share.</summary>
    public static void RegisterAllocator(nint env, nint allocator) =>
        Check(((delegate* unmanaged<nint, nint, nint>)s_table[RegisterAllocatorSlot])(env, allocator));

    public static nint CreateSessionOptions()
    {
        nint options;
        Check(((delegate* unmanaged<nint*, nint>)s_table[CreateSessionOptionsSlot])(&options));
        return options;
    }

    public static nint CloneSessionOptions(nint options)
    {
        nint clone;
        Check(((delegate* unmanaged<nint, nint*, nint>)s_table[CloneSessionOptionsSlot])(options, &clone));
        return clone;
    }

    /// <summary>Gives sessions a file in memory that their models refer to by its name; they copy what they need of it.</summary>
    public static void AddFile(nint options, string name, byte* content, nuint length)
    {
        var add = (delegate* unmanaged<nint, byte**, byte**, nuint*, nuint, nint>)
            s_table[AddExternalInitializersFromFilesInMemorySlot];
        fixed (byte* nameText = Encoding.UTF8.GetBytes(name + '\0'))
        {
            byte* nameAddress = nameText;
            Check(add(options, &nameAddress, &content, &length, 1));
        }
    }

    public static void DisableMemPattern(nint options) =>
        Check(((delegate* unmanaged<nint, nint>)s_table[DisableMemPatternSlot])(options));

    public static void SetGraphOptimizationLevel(nint options, int level) =>
        Check(((delegate* unmanaged<nint, int, nint>)s_table[SetSessionGraphOptimizationLevelSlot])(options, level));

    public static void SetThreads(nint options, int intraOp, int interOp)
    {
        Check(((delegate* unmanaged<nint, int, nint>)s_table[SetIntraOpNumThreadsSlot])(options, intraOp));
        Check(((delegate* unmanaged<nint, int, nint>)s_table[SetInterOpNumThreadsSlot])(options, interOp));
    }

    public static void AddSessionConfigEntry(nint options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        AddConfigEntry(AddSessionConfigEntrySlot, options, key, value);

    /// <summary>Lets sessions made with these options run operators of another library.</summary>
    /// <param name="options">The options.</param>
    /// <param name="register">The library's <c>RegisterCustomOps</c>, or another of its kind.</param>
    public static void RegisterOperators(nint options, delegate* unmanaged<nint, nint, nint> register) =>
        Check(register(options, s_base));

    public static nint CreateSession(nint env, void* model, nuint modelLength, nint options)
    {
        nint session;
        var create = (delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)s_table[CreateSessionFromArraySlot];
        Check(create(env, model, modelLength, options, &session));
        return session;
    }

    /// <summary>The name of a session's first input; freed by <see cref="FreeName"/>.</summary>
    public static byte* GetInputName(nint session) => GetName(session, SessionGetInputNameSlot);

    /// <summary>The name of a session's first output; freed by <see cref="FreeName"/>.</summary>
    public static byte* GetOutputName(nint session) => GetName(session, SessionGetOutputNameSlot);

    public static void FreeName(byte* name) =>
        Check(((delegate* unmanaged<nint, void*, nint>)s_table[AllocatorFreeSlot])(DefaultAllocator(), name));

    public static nint CreateRunOptions()
    {
        nint options;
        Check(((delegate* unmanaged<nint*, nint>)s_table[CreateRunOptionsSlot])(&options));
        return options;
    }

    public static void SetTerminate(nint runOptions) =>
        Check(((delegate* unmanaged<nint, nint>)s_table[RunOptionsSetTerminateSlot])(runOptions));

    public static void UnsetTerminate(nint runOptions) =>
        Check(((delegate* unmanaged<nint, nint>)s_table[RunOptionsUnsetTerminateSlot])(runOptions));

    /// <summary>Describes memory of the CPU that the caller owns.</summary>
    public static nint CreateCpuMemoryInfo() => CreateCpuMemoryInfo(allocatorType: 0);

    public static nint CreateTensor(nint memoryInfo, float* data, nuint bytes, ReadOnlySpan<long> shape)
    {
        nint value;
        fixed (long* dimensions = shape)
        {
            var create = (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)
                s_table[CreateTensorWithDataAsOrtValueSlot];
            Check(create(memoryInfo, data, bytes, dimensions, (nuint)shape.Length, FloatElement, &value));
        }

        return value;
    }

    public static float* GetTensorData(nint value)
    {
        void* data;
        Check(((delegate* unmanaged<nint, void**, nint>)s_table[GetTensorMutableDataSlot])(value, &data));
        return (float*)data;
    }

    /// <summary>Reads a tensor's dimensions.</summary>
    /// <returns>How many there are; <paramref name="shape"/> holds them.</returns>
    public static int GetShape(nint value, Span<long> shape)
    {
        nint info;
        nuint count;
        Check(((delegate* unmanaged<nint, nint*, nint>)s_table[GetTensorTypeAndShapeSlot])(value, &info));
        Check(((delegate* unmanaged<nint, nuint*, nint>)s_table[GetDimensionsCountSlot])(info, &count));
        count = Math.Min(count, (nuint)shape.Length);
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)s_table[GetDimensionsSlot])(info, dimensions, count));
        }

        Release(info, ReleaseTensorTypeAndShapeInfoSlot);
        return (int)count;
    }

    /// <summary>Runs a graph of one input and one output on the calling thread.</summary>
    /// <returns>The output tensor, in memory of the library; the caller releases it.</returns>
    public static nint Run(nint session, nint runOptions, byte* inputName, nint input, byte* outputName)
    {
        nint output = 0;
        var run = (delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)s_table[RunSlot];
        Check(run(session, runOptions, &inputName, &input, 1, &outputName, 1, &output));
        return output;
    }

    public static void ReleaseEnv(nint env) => Release(env, ReleaseEnvSlot);

    public static void ReleaseMemoryInfo(nint info) => Release(info, ReleaseMemoryInfoSlot);

    public static void ReleaseSession(nint session) => Release(session, ReleaseSessionSlot);

    public static void ReleaseValue(nint value) => Release(value, ReleaseValueSlot);

    public static void ReleaseRunOptions(nint options) => Release(options, ReleaseRunOptionsSlot);

    public static void ReleaseSessionOptions(nint options) => Release(options, ReleaseSessionOptionsSlot);

    private static nint CreateCpuMemoryInfo(int allocatorType)
    {
        const int DefaultMemory = 0;
        nint info;
        var create = (delegate* unmanaged<int, int, nint*, nint>)s_table[CreateCpuMemoryInfoSlot];
        Check(create(allocatorType, DefaultMemory, &info));
        return info;
    }

    private static void AddConfigEntry(int slot, nint options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyText = key)
        fixed (byte* valueText = value)
        {
            Check(((delegate* unmanaged<nint, byte*, byte*, nint>)s_table[slot])(options, keyText, valueText));
        }
    }

    private static byte* GetName(nint session, int slot)
    {
        byte* name;
        Check(
            ((delegate* unmanaged<nint, nuint, nint, byte**, nint>)s_table[slot])(session, 0, DefaultAllocator(), &name)
        );
        return name;
    }

    private static nint DefaultAllocator()
    {
        nint allocator;
        Check(((delegate* unmanaged<nint*, nint>)s_table[GetAllocatorWithDefaultOptionsSlot])(&allocator));
        return allocator;
    }

    private static void Release(nint handle, int slot) => ((delegate* unmanaged<nint, void>)s_table[slot])(handle);

    private static void Check(nint status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    private static void Throw(nint status)
    {
        int code = ((delegate* unmanaged<nint, int>)s_table[GetErrorCodeSlot])(status);
        byte* text = ((delegate* unmanaged<nint, byte*>)s_table[GetErrorMessageSlot])(status);
        string message = Marshal.PtrToStringUTF8((nint)text) ?? "unknown error";
        Release(status, ReleaseStatusSlot);
        throw new OnnxRuntimeException($"ONNX Runtime: {message} (code {code})");
    }
}
