using Cis.Ocr.Inference;

namespace Cis.Ocr.Recognition;

/// <summary>Takes a line's class scores while they are in the recognizer's memory.</summary>
/// <param name="scores">Valid during the call.</param>
internal delegate void ScoreConsumer(ClassScores scores);

/// <summary>
/// Pixels of a line in, class scores out: the seam at which another back end can take ONNX Runtime's place. One per
/// engine, not thread-safe.
/// </summary>
internal interface ILineRecognizer : IDisposable
{
    /// <summary>The input of the next <see cref="Run"/>: 3 * 48 * width floats, to be filled by the caller.</summary>
    Span<float> Input(int width);

    /// <summary>Recognizes the line in the input.</summary>
    /// <param name="width">As given to <see cref="Input"/>.</param>
    /// <param name="control">Stops the run.</param>
    /// <param name="consume">Called once with the scores.</param>
    void Run(int width, RunControl control, ScoreConsumer consume);
}
