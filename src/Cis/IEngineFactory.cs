using Cis.Documents;
using Cis.Ocr.Kernels;
using Cis.Payload;
using Cis.Reading;
using Cis.Sandbox;

namespace Cis;

/// <summary>Makes engines that share what can be shared.</summary>
internal interface IEngineFactory : IDisposable
{
    /// <summary>Makes an engine, on the thread that will use it.</summary>
    IPageEngine Create();

    /// <summary>Which build they are of.</summary>
    BuildFacts Build { get; }

    /// <summary>What runs the models on this CPU, with the settings of the engines.</summary>
    KernelSet Kernels { get; }

    /// <summary>Makes what opens documents for an engine, on the thread that will use it.</summary>
    IDocumentReader CreateReader();

    /// <summary>The handle of the library that keeps files which are cut short from ending the process.</summary>
    nint LoadGuard();

    /// <summary>Which layers documents are parsed behind; none where that is in this process.</summary>
    SandboxLayers FindLayers();

    /// <summary>Hears what the user should know of how documents are parsed, a sentence each.</summary>
    Action<string> Say { set; }

    /// <summary>How long it took to load the models; null if no page needed them.</summary>
    TimeSpan? ModelLoadTime { get; }
}
