using Cis.Ocr.Detection;
using Cis.Ocr.Inference;
using Cis.Ocr.Layout;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr;

/// <summary>Reads pages, one after another: detect, orient, recognise, order. One per thread; models are shared.</summary>
public sealed class OcrEngine : IDisposable
{
    private readonly OcrOptions _options;
    private readonly RunControl _control = new();
    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;
    private readonly List<Quad> _boxes = [];
    private readonly List<RecognizedLine> _lines = [];

    /// <summary>An engine over loaded models.</summary>
    public OcrEngine(OcrModels models, OcrOptions options)
    {
        _options = options;
        _detector = new TextDetector(models, options);
        _recognizer = new TextRecognizer(models, new OnnxLineRecognizer(models));
    }

    /// <summary>Reads a page.</summary>
    /// <param name="page">Its pixels.</param>
    /// <param name="times">Receives the time of each step.</param>
    /// <param name="token">Stops the reading between two operators of a graph, within milliseconds.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ReadException">The inference library failed.</exception>
    public PageText Read(PageImage page, StageTimes times, CancellationToken token)
    {
        using CancellationTokenRegistration stop = token.UnsafeRegister(
            static control => ((RunControl)control!).Terminate(),
            _control
        );
        try
        {
            using (times.Measure(Stage.Detect))
            {
                _detector.Detect(page, _boxes, _control);
            }

            using (times.Measure(Stage.Recognise))
            {
                ReadLines(page);
            }

            using (times.Measure(Stage.Order))
            {
                PageLayout layout = ReadingOrder.Arrange(_lines);
                return new PageText(TextSource.Ocr, page.Width, page.Height, 0, layout.Text, layout.Lines);
            }
        }
        catch (OnnxRuntimeException e)
        {
            token.ThrowIfCancellationRequested();
            throw new ReadException(Outcome.Crashed, e.Message, e);
        }
        finally
        {
            _control.Allow();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recognizer.Dispose();
        _detector.Dispose();
        _control.Dispose();
    }

    private void ReadLines(PageImage page)
    {
        _lines.Clear();
        foreach (Quad box in _boxes)
        {
            TextLine? line = _recognizer.Read(page, box, 1, _control);
            if (line?.Confidence >= _options.MinimumConfidence)
            {
                _lines.Add(new RecognizedLine(line, false));
            }
        }
    }
}
