using Cis.Layout;
using Cis.Ocr.Detection;
using Cis.Ocr.Imaging;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Orientation;
using Cis.Ocr.Recognition;
using Cis.Ocr.Rulings;
using Cis.Pages;

namespace Cis.Ocr;

/// <summary>Reads pages, one after another: detect, orient, recognize, order. One per thread; models are shared.</summary>
public sealed class OcrEngine : IDisposable
{
    private readonly OcrOptions _options;
    private readonly RunControl _control = new();
    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;
    private readonly TextRecognizer? _latin;
    private readonly FirstReader? _firstReader;
    private TextRecognizer? _firstRecognizer;
    private readonly LineReadings _readings;
    private readonly PageOrienter _orienter;
    private readonly UprightLook _uprightLook;
    private readonly BlockReader _blocks;
    private readonly ShowThrough _showThrough;
    private readonly List<Quad> _boxes = [];
    private readonly List<DirectedLine> _lines = [];
    private readonly List<ReadingDirection> _directions = [];
    private readonly UnreadText _unread = new();
    private readonly RulingFinder _rulingFinder = new();
    private readonly List<Ruling> _rulings = [];
    private PageDirection _direction;

    /// <summary>An engine over loaded models, for the calling thread: its arithmetic is set up for them.</summary>
    public OcrEngine(OcrModels models, OcrOptions options)
        : this(models, options, new OnnxLineRecognizer(models.Recognizer)) { }

    /// <summary>An engine whose lines are read by another recognizer, which is disposed with it.</summary>
    internal OcrEngine(OcrModels models, OcrOptions options, ILineRecognizer recognizer)
    {
        _options = options;
        models.Kernels.FlushSubnormals();
        _detector = new TextDetector(models, options);
        _recognizer = Recognizer(models.Recognizer, recognizer);
        _latin = models.Latin is { } latin ? Recognizer(latin, new OnnxLineRecognizer(latin)) : null;
        ILineReader reader = new SqueezingReader(_recognizer, options);
        _firstReader = models.First is { } first ? FirstOf(first, models.Recognizer, reader) : null;
        reader = _firstReader ?? reader;
        reader = _latin is null ? reader : new ScriptReader(reader, new SqueezingReader(_latin, options));
        _readings = new LineReadings(new LongLineReader(reader));
        var vertical = new VerticalWriting(_recognizer);
        _orienter = new PageOrienter(_readings, vertical);
        _uprightLook = new UprightLook(_detector);
        _blocks = new BlockReader(_readings, vertical);
        _showThrough = new ShowThrough(_recognizer);
    }

    /// <summary>Reads a page.</summary>
    /// <param name="page">Its pixels.</param>
    /// <param name="times">Receives the time of each step.</param>
    /// <param name="token">Stops the reading between two operators of a graph, within milliseconds.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ReadException">The inference library failed.</exception>
    public PageText Read(PageImage page, StageTimes times, CancellationToken token) =>
        Order(page, ReadLines(page, times, token), times);

    /// <summary>Reads the lines of a page, and puts them in no order.</summary>
    /// <inheritdoc cref="Read"/>
    public OcrLines ReadLines(PageImage page, StageTimes times, CancellationToken token)
    {
        // What the last page's lines and this page's rendering have left: 15 MB after 50 pages, and a thousandth of the time.
        FreeHeap.Return();
        return Guarded(() => DetectLines(page, times), token);
    }

    /// <summary>Reads the lines whose boxes are known, and only those.</summary>
    /// <param name="page">The page's pixels.</param>
    /// <param name="boxes">Their corners in reading direction.</param>
    /// <param name="times">Receives the time of each step.</param>
    /// <param name="token">Stops the reading between two operators of a graph, within milliseconds.</param>
    /// <returns>A line for each box, or null where there is no text in it.</returns>
    /// <inheritdoc cref="Read"/>
    public IReadOnlyList<TextLine?> ReadBoxes(
        PageImage page,
        IReadOnlyList<Quad> boxes,
        StageTimes times,
        CancellationToken token
    ) => Guarded(() => RecognizeBoxes(page, boxes, times), token);

    /// <inheritdoc/>
    public void Dispose()
    {
        _recognizer.Dispose();
        _firstRecognizer?.Dispose();
        _latin?.Dispose();
        _control.Dispose();
        TensorMemory.ReleaseThread();
    }

    private TextRecognizer Recognizer(LoadedRecognizer loaded, ILineRecognizer recognizer, bool peaks = false) =>
        new(
            loaded.Model,
            loaded.Vocabulary,
            recognizer,
            LetterPrior.Of(_options, loaded.Model, loaded.Vocabulary),
            CaronMarks.Of(_options.Languages, loaded.Vocabulary),
            peaks,
            spacedMarks: LineSpelling.HasSpacedMarks(_options.Languages)
        );

    private FirstReader FirstOf(LoadedRecognizer first, LoadedRecognizer recognizer, ILineReader alone)
    {
        _firstRecognizer = Recognizer(first, new OnnxLineRecognizer(first), peaks: true);
        var classes = new SharedClasses(first.Vocabulary, recognizer.Vocabulary, first.Model.Telltales ?? "");
        return new FirstReader(_firstRecognizer, _recognizer, classes, recognizer.Vocabulary, alone);
    }

    private T Guarded<T>(Func<T> read, CancellationToken token)
    {
        CancellationTokenRegistration stop = token.UnsafeRegister(
            static control => ((RunControl)control!).Terminate(),
            _control
        );
        try
        {
            return read();
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

    private OcrLines DetectLines(PageImage page, StageTimes times)
    {
        PageRemarks remarks = DetectOnce(page, times);
        if (TakeOffShowThrough(page, times))
        {
            remarks = DetectOnce(page, times);
        }

        remarks = LookForUnfound(page, remarks, times);
        return new OcrLines(
            _direction.Page.ToRotation(),
            _lines,
            remarks with
            {
                Notes = [.. _detector.Notes, .. remarks.Notes],
            }
        );
    }

    /// <summary>Looks whether there is print that was not found, and once more for it where it is only faint.</summary>
    private PageRemarks LookForUnfound(PageImage page, PageRemarks remarks, StageTimes times)
    {
        if (remarks.LacksGoodPart || Unfound(page, times) is not { LacksGoodPart: true } unfound)
        {
            return remarks;
        }

        if (!FaintPage.Stretch(page))
        {
            return unfound;
        }

        remarks = DetectOnce(page, times);
        return remarks.LacksGoodPart ? remarks : remarks.And(Unfound(page, times));
    }

    private PageRemarks Unfound(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Detect);
        return UnfoundPrint.Look(page, LinesOfScan(page));
    }

    /// <summary>The lines where they are in the scan, which a turned page's are not.</summary>
    private List<DirectedLine> LinesOfScan(PageImage page)
    {
        int rotation = _direction.Page.ToRotation();
        if (rotation == 0)
        {
            return _lines;
        }

        PageFrame scanned = new PageFrame(rotation, page.Width, page.Height).Inverse();
        return _lines.ConvertAll(line => line with { Line = scanned.ToReader(line.Line) });
    }

    private PageRemarks DetectOnce(PageImage page, StageTimes times)
    {
        Detect(page, times);
        _direction = Orient(page, times);
        if (_direction.Page is ReadingDirection.Downwards or ReadingDirection.Upwards)
        {
            DetectUpright(page, times);
        }

        return Recognize(_direction, page, times);
    }

    private TextLine?[] RecognizeBoxes(PageImage page, IReadOnlyList<Quad> boxes, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Recognize);
        _boxes.Clear();
        _boxes.AddRange(boxes);
        _readings.Begin(page, _boxes);
        TextLine?[] lines = ReadAll(boxes.Count);
        return TakesLinesBack() ? ReadAll(boxes.Count) : lines;
    }

    /// <summary>Whether lines of the first reader are to be read again: they are forgotten.</summary>
    private bool TakesLinesBack()
    {
        if (_firstReader?.TakeBack() is not { } lines)
        {
            return false;
        }

        _readings.Forget(lines);
        return true;
    }

    private TextLine?[] ReadAll(int count)
    {
        var lines = new TextLine?[count];
        for (int i = 0; i < count; i++)
        {
            TextLine? line = _readings.Read(i, ReadingDirection.LeftToRight, _control);
            lines[i] = line?.Confidence >= _options.MinimumConfidence ? line : null;
        }

        return lines;
    }

    private void Detect(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Detect);
        _detector.Detect(page, _boxes, _control);
        _readings.Begin(page, _boxes);
    }

    private void DetectUpright(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Detect);
        _uprightLook.Detect(page, _direction.Page, _boxes, _control);
        _readings.Replace(_boxes);
    }

    private PageDirection Orient(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Orient);
        return _options.DetectOrientation ? _orienter.Decide(page, _boxes, _control) : default;
    }

    private PageRemarks Recognize(PageDirection direction, PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Recognize);
        _lines.Clear();
        _directions.Clear();
        _unread.Clear();
        ReadBlocks(page, direction);
        var frame = new PageFrame(direction.Page.ToRotation(), page.Width, page.Height);
        for (int i = 0; i < _boxes.Count; i++)
        {
            TextLine? line = _blocks.Lines[i];
            bool isKept = line?.Confidence >= _options.MinimumConfidence;
            _unread.Add(_boxes[i], line, isKept);
            if (isKept)
            {
                _lines.Add(new DirectedLine(frame.ToReader(line!), direction.IsVertical));
                _directions.Add(_blocks.Directions[i]);
            }
        }

        PageRemarks remarks = _unread.Judge(_lines);
        if (_lines.Count == 0)
        {
            _directions.Clear(); // of a script that cannot be read
        }

        return remarks;
    }

    private void ReadBlocks(PageImage page, PageDirection direction)
    {
        _blocks.Read(page, _boxes, direction, _options.DetectOrientation, _control);
        if (TakesLinesBack())
        {
            _blocks.Read(page, _boxes, direction, _options.DetectOrientation, _control);
        }
    }

    private bool TakeOffShowThrough(PageImage page, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Recognize);
        return _showThrough.TakeOff(page, _boxes, _blocks.Lines, _control);
    }

    private PageText Order(PageImage page, OcrLines read, StageTimes times)
    {
        using StageMeasurement _ = times.Measure(Stage.Order);
        var frame = new PageFrame(read.Rotation, page.Width, page.Height);
        _rulingFinder.Find(page, _lines, _rulings);
        PageLayout layout = Arrange(page, [.. _rulings.Select(frame.ToReader)]);
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
            read.Rotation,
            layout.Text,
            lines,
            layout.Paragraphs
        )
        {
            Remarks = read.Remarks,
            Tables = scanned.ToReader(layout.Tables),
        };
    }

    /// <summary>Orders the lines in the frame of the page held upright, a block that is turned on it in its own.</summary>
    private PageLayout Arrange(PageImage page, IReadOnlyList<Ruling> rulings)
    {
        foreach (ReadingDirection other in Enum.GetValues<ReadingDirection>())
        {
            if (other != _direction.Lines && _directions.FindAll(d => d == other).Count >= BlockReader.FewestOfBlock)
            {
                int turn = ((int)other - (int)_direction.Page + 360) % 360;
                bool isSideways = _direction.Page is ReadingDirection.Downwards or ReadingDirection.Upwards;
                (int width, int height) = isSideways ? (page.Height, page.Width) : (page.Width, page.Height);
                return TurnedBlocks.Arrange(
                    _lines,
                    i => _directions[i] == other,
                    (ReadingDirection)turn,
                    width,
                    height,
                    _options.Furigana
                );
            }
        }

        return ReadingOrder.Arrange(_lines, rulings, _options.Furigana);
    }
}

/// <summary>The lines of a page as they were found.</summary>
/// <param name="Rotation">Degrees (0, 90, 180, 270) to turn the page clockwise so that its text stands upright.</param>
/// <param name="Lines">On the page so turned, see <see cref="PageFrame"/>; valid until the engine reads again.</param>
/// <param name="Remarks">What of the page was left unread.</param>
public readonly record struct OcrLines(int Rotation, IReadOnlyList<DirectedLine> Lines, PageRemarks Remarks);
