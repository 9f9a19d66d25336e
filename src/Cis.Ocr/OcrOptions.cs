using Cis.Layout;
using Cis.Ocr.Kernels;

namespace Cis.Ocr;

/// <summary>How pages are read. Every default was found by measurement; see docs/accuracy.md.</summary>
public sealed record OcrOptions
{
    private static readonly string[] s_anyLatinAndJapanese = ["en", "ja"];

    /// <summary>
    /// The languages to read, as codes (<c>en</c>, <c>ja</c>) or <c>all</c>: they choose the vocabulary, and where they
    /// are named the letters. The default names none: every letter of Latin script and of Japanese is read.
    /// </summary>
    public IReadOnlyList<string> Languages { get; init; } = s_anyLatinAndJapanese;

    /// <summary>Whether the languages are the default, which stands for no choice.</summary>
    public bool NamesNoLanguage => Languages.SequenceEqual(s_anyLatinAndJapanese, StringComparer.Ordinal);

    /// <summary>The longer side of the page as the detector sees it, in pixels.</summary>
    public int DetectorSide { get; init; } = 960;

    /// <summary>Lines whose mean character probability is lower are noise, not text (PaddleOCR's drop_score).</summary>
    public float MinimumConfidence { get; init; } = 0.5f;

    /// <summary>
    /// The best set of cis's own kernels to run graphs of 8-bit weights with, where the CPU has it: as accurate as, and
    /// faster than, ONNX Runtime with 32-bit floats, which runs where it has none; see docs/accuracy.md.
    /// </summary>
    public KernelSet Kernels { get; init; } = KernelSet.Vnni;

    /// <summary>Whether a family's first reader, where it has one, reads lines before the recognizer does.</summary>
    public bool FirstReader { get; init; } = true;

    /// <summary>What becomes of the readings of Japanese words.</summary>
    public FuriganaMode Furigana { get; init; }

    /// <summary>Turn pages that lie on their side or head.</summary>
    public bool DetectOrientation { get; init; } = true;

    /// <summary>The width in which lines are read first, of their natural one; the benchmarks compare others.</summary>
    internal float Squeeze { get; init; } = 0.7f;

    /// <summary>Lines whose mean character probability is lower are read again in natural width.</summary>
    internal float SureLine { get; init; } = 0.95f;

    /// <summary>False leaves ONNX Runtime's defaults alone: the benchmarks compare with them.</summary>
    internal bool TuneRuntime { get; init; } = true;
}
