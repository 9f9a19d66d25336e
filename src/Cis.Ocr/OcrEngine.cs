using Cis.Layout;
using Cis.Ocr.Detection;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Orientation;
using Cis.Ocr.Recognition;
using Cis.Ocr.Rulings;
using Cis.Pages;

namespace Cis.Ocr;

/// <summary>Reads pages, one after another: detect, orient, recognise, order. One per thread; models are shared.</summary>
public sealed class OcrEngine : IDisposable
{
    private readonly OcrOptions _options;
    private readonly RunControl _control = new();
    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;
    private readonly LineReadings _readings;
    private readonly PageOrienter _orienter;
    private readonly List<Quad> _boxes = [];
    private readonly List<DirectedLine> _lines = [];
    private readonly RulingFinder _rulingFinder = new();
    private readonly List<Ruling> _rulings = [];

    /// <summary>An engine over loaded models, for the calling thread: its arithmetic is set up for them.</summary>
    public OcrEngine(OcrModels models, OcrOptions options)
        : this(models, options, new OnnxLineRecognizer(models)) { }

    /// <summary>An engine whose lines are read by another recogniser, which is disposed with it.</summary>
    internal OcrEngine(OcrModels models, OcrOptions options, ILineRecognizer recognizer)
    {
        _options = options;
        models.Kernels.FlushSubnormals();
        _detector = new TextDetector(models, options);
        _recognizer = new TextRecognizer(models.Recognizer, models.Vocabulary, recognizer);
        _readings = new LineReadings(new SqueezingReader(_recognizer, options));
        _orienter = new PageOrienter(_readings, new VerticalWriting(_recognizer));
    }

    /// <summary>Reads a page.</summary>
    /// <param name="page">Its pixels.</param>
    /// <param name="times">Receives the time of each step.</param>
    /// <param name="token">Stops the reading between two operators of a graph, within milliseconds.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ReadException">The inference library failed.</exception>
    public PageText Read(PageImage page, StageTimes times, CancellationToken token)
    {
        CancellationTokenRegistration stop = token.UnsafeRegister(
            static control => ((RunControl)control!).Terminate(),
            _control
        );
        // What the last page's lines and this page's rendering have left: 15 MB after 50 pages, and a thousandth of the time.
        Libc.TrimHeaps();
        try
        {
            Detect(page, times);
            PageDirection direction = Orient(page, times);
            Recognize(direction, page, times);
            return Order(page, direction, times);
        }
        catch (OnnxRuntimeException e)
        {
            token.ThrowIfCancellationRequested();
            throw new ReadException(Outcome.Crashed, e.Message, e);
        }
        finally
        {
            // In this order: a cancellation that comes at the end must not stop the next page.
            stop.Dispose();
            _control.Allow();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recognizer.Dispose();
        _control.Dispose();
        TensorMemory.ReleaseThread();
    }

    private void Detect(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Detect);
        _detector.Detect(page, _boxes, _control);
        _readings.Begin(page, _boxes);
    }

    private PageDirection Orient(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Orient);
        return _options.DetectOrientation ? _orienter.Decide(page, _boxes, _control) : default;
    }

    private void Recognize(PageDirection direction, PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Recognise);
        _lines.Clear();
        var frame = new PageFrame(direction.Page, page.Width, page.Height);
        for (int i = 0; i < _boxes.Count; i++)
        {
            TextLine? line = _readings.ReadAlong(i, direction.Lines, _control);
            if (line?.Confidence >= _options.MinimumConfidence)
            {
                _lines.Add(new DirectedLine(frame.ToReader(line), direction.IsVertical));
            }
        }
    }

    private PageText Order(PageImage page, PageDirection direction, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Order);
        var frame = new PageFrame(direction.Page, page.Width, page.Height);
        _rulingFinder.Find(page, _lines, _rulings);
        PageLayout layout = ReadingOrder.Arrange(_lines, [.. _rulings.Select(frame.ToReader)]);
        PageFrame scanned = frame.Inverse();
        var lines = new TextLine[layout.Lines.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = scanned.ToReader(layout.Lines[i]);
        }

        return new PageText(
            TextSource.Ocr,
            page.Width,
            page.Height,
            direction.Page.ToRotation(),
            layout.Text,
            lines,
            layout.Paragraphs
        )
        {
            Tables = scanned.ToReader(layout.Tables),
        };
    }
}
