using System.Buffers;
using System.Collections.Concurrent;
using Cis.Documents;
using Cis.Pages;

namespace Cis.Reading.Tests;

/// <summary>A document whose pages do what a test says.</summary>
internal sealed class FakeDocument(string name, int pages)
{
    public string Name => name;

    public int PageCount => pages;

    /// <summary>Runs on the engine's thread in place of opening.</summary>
    public Action OnOpen { get; init; } = () => { };

    /// <summary>Runs on the engine's thread in place of reading; gets the page's number from 1 and the token.</summary>
    public Action<int, CancellationToken> OnRead { get; init; } = (_, _) => { };

    /// <summary>How many engines have it open.</summary>
    public int OpenEngines;

    /// <summary>Whether its bytes have been let go, and while how many engines had it open.</summary>
    public int? EnginesWhenReleased { get; private set; }

    /// <summary>Whether its bytes have been asked for.</summary>
    public bool IsFetched { get; private set; }

    public DocumentRequest Request(string pageSelection = "1-")
    {
        Assert.True(PageSelection.TryParse(pageSelection, out PageSelection? selection, out string? error), error);
        return new DocumentRequest(Fetch) { Pages = selection };
    }

    private DocumentSource Fetch()
    {
        IsFetched = true;
        return DocumentSource.FromBytes(new Bytes(this).Memory, Name, new DocumentLimits());
    }

    private sealed class Bytes(FakeDocument document) : MemoryManager<byte>
    {
        private readonly byte[] _pdf = "%PDF-1.7\n%%EOF"u8.ToArray();
        private MemoryHandle _handle;

        public override Span<byte> GetSpan() => _pdf;

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            _handle = _pdf.AsMemory(elementIndex).Pin();
            unsafe
            {
                return new MemoryHandle(_handle.Pointer, pinnable: this);
            }
        }

        public override void Unpin()
        {
            _handle.Dispose();
            document.EnginesWhenReleased = Volatile.Read(ref document.OpenEngines);
        }

        protected override void Dispose(bool disposing) => Unpin();
    }
}

/// <summary>Makes engines that read fake documents.</summary>
internal sealed class FakeEngines(params FakeDocument[] documents)
{
    private readonly ConcurrentBag<Engine> _made = [];

    public int Made => _made.Count;

    public IPageEngine Create()
    {
        var engine = new Engine(documents);
        _made.Add(engine);
        return engine;
    }

    public static PageText Text(string text) => new(TextSource.Ocr, 100, 200, 0, text, [], []);

    private sealed class Engine(FakeDocument[] documents) : IPageEngine
    {
        private readonly PageReading[] _readings =
        [
            .. Enumerable.Range(1, 1000).Select(n => new PageReading(Text($"page {n}"), Note: null)),
        ];
        private FakeDocument? _open;

        public DocumentFacts Open(DocumentSource source, CancellationToken cancellationToken)
        {
            Assert.Null(_open);
            FakeDocument document = documents.Single(document => document.Name == source.Name);
            document.OnOpen();
            _open = document;
            Interlocked.Increment(ref document.OpenEngines);
            return new DocumentFacts(source.MimeType, document.PageCount);
        }

        public PageReading Read(int pageIndex, StageTimes times, CancellationToken cancellationToken)
        {
            times.Add(Stage.Recognize, 1000);
            _open!.OnRead(pageIndex + 1, cancellationToken);
            return _readings[pageIndex];
        }

        public void Close()
        {
            if (_open is { } document)
            {
                Interlocked.Decrement(ref document.OpenEngines);
                _open = null;
            }
        }

        public void Dispose() => Close();
    }
}
