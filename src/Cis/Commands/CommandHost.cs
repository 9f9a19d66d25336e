using Cis.Configuration;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Output;
using Cis.Terminal;

namespace Cis.Commands;

/// <summary>What commands need of the process they run in; tests put their own in place.</summary>
/// <param name="Out">For the text of help, version and configuration; documents go to the descriptor itself.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Input">Opens standard input.</param>
/// <param name="Environment">An environment variable's value by its name.</param>
/// <param name="OpenEngines">Prepares what engines are made from.</param>
/// <param name="LoadLibrary">The handle of a native library by its file name.</param>
/// <param name="ColorsOutput">Whether <paramref name="Out"/> is a terminal that shows colors.</param>
internal sealed record CommandHost(
    TextWriter Out,
    ErrorOutput Error,
    Func<Stream> Input,
    Func<string, string?> Environment,
    Func<SettingValues, IEngineFactory> OpenEngines,
    Func<SettingValues, string, nint> LoadLibrary,
    bool ColorsOutput
)
{
    /// <summary>What runs the models on this CPU with some settings; no models are loaded for it.</summary>
    internal KernelSet KernelsOf(SettingValues settings) =>
        OcrModels.KernelsFor(LoadLibrary(settings, "libciskernels.so"), settings.Ocr());

    /// <summary>The names of all variables of the environment.</summary>
    internal IEnumerable<string> VariableNames { get; init; } = [];

    /// <summary>The environment's variables.</summary>
    internal Variables Variables => new(Environment, VariableNames);

    /// <summary>Opens standard output for lines that go out in one piece.</summary>
    internal Func<Stream> Output { get; init; } = () => new StandardOutput();

    /// <summary>Whether documents on standard output would go to a terminal.</summary>
    internal bool IsOutputTerminal { get; init; }
}
