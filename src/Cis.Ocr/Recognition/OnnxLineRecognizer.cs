using Cis.Ocr.Inference;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>A recognizer run by ONNX Runtime: the backbone, then the head of the chosen vocabulary.</summary>
internal sealed unsafe class OnnxLineRecognizer(LoadedRecognizer model) : ILineRecognizer
{
    private readonly TensorBuffer _input = new();

    /// <inheritdoc/>
    public Span<float> Input(int width) => _input.Ensure(3 * LineCropper.Height * width);

    /// <inheritdoc/>
    public void Run(int width, RunControl control, ScoreConsumer consume)
    {
        using Tensor input = _input.AsTensor([1, 3, LineCropper.Height, width]);
        using Tensor features = model.Backbone.Run(input, control);
        if (model.Head is null)
        {
            Consume(features, consume);
            return;
        }

        using Tensor scores = model.Head.Run(features, control);
        Consume(scores, consume);
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    private void Consume(in Tensor scores, ScoreConsumer consume)
    {
        Span<long> shape = stackalloc long[4];
        int rank = scores.GetShape(shape);
        int classes = (int)shape[rank - 1];
        int steps = (int)shape[rank - 2];
        if (classes != model.Vocabulary.ClassCount)
        {
            throw new InvalidDataException(
                $"The recognizer has {classes} classes, its dictionary {model.Vocabulary.ClassCount}."
            );
        }

        consume(new ClassScores(new ReadOnlySpan<float>(scores.Data, steps * classes), steps, classes));
    }
}
