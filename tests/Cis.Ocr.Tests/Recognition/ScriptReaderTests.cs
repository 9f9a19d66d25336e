using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public sealed class ScriptReaderTests : IDisposable
{
    private const float Sure = 0.99f;
    private readonly PageImage _page = new();
    private readonly FakeReader _eastAsian = new();
    private readonly FakeReader _latin = new();
    private readonly ScriptReader _reader;

    public ScriptReaderTests()
    {
        _reader = new ScriptReader(_eastAsian, _latin);
        _reader.BeginPage();
    }

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_page_of_latin_print_is_read_once() =>
        AssertRead("a line of print", eastAsianReads: 0, latinReads: 10, ("a line of print", Sure), ("日ロ", 0.4f));

    [Fact]
    public void A_page_of_japanese_is_read_once_after_its_first_line() =>
        AssertRead("図書館のご案内です", eastAsianReads: 10, latinReads: 1, ("4+", 0.6f), ("図書館のご案内です", Sure));

    [Fact]
    public void The_number_before_a_japanese_heading_is_not_taken_for_the_line()
    {
        Assert.Equal(
            "3.2.23 公開鍵を保守する",
            Read(("3.2.23", 0.98f), ("3.2.23 公開鍵を保守する", 0.92f), length: 14)
        );
    }

    [Fact]
    public void A_page_in_both_scripts_keeps_both()
    {
        Assert.Equal("図書館のご案内", Read(("4+", 0.6f), ("図書館のご案内", Sure)));
        Assert.Equal("opening hours", Read(("opening hours", 0.95f), ("0pening hours", 0.97f)));
        Assert.Equal("毎月第一月曜日", Read(("4+", 0.6f), ("毎月第一月曜日", Sure)));
        Assert.Equal("closed on Mondays", Read(("closed on Mondays", 0.95f), ("cl0sed ロn Mondays", 0.7f)));
    }

    [Fact]
    public void A_japanese_line_with_latin_words_in_it_is_read_by_the_japanese_recognizer()
    {
        Read(("4+", 0.6f), ("図書館のご案内", Sure));

        Assert.Equal("override ファイル", Read(("override 7 J", 0.88f), ("override ファイル", 0.9f)));
    }

    [Fact]
    public void Dirt_that_looks_like_a_kana_is_not_japanese() =>
        Assert.Equal("2", Read(("2", 0.7f), ("トコ", 0.96f), 1));

    [Fact]
    public void Poor_latin_print_is_read_twice_eight_times_only()
    {
        AssertRead("p00r print", eastAsianReads: 8, latinReads: 20, ("p00r print", 0.7f), ("ロ00ロ", 0.3f));
    }

    [Fact]
    public void The_next_page_is_begun_anew()
    {
        AssertRead("p00r print", eastAsianReads: 8, latinReads: 20, ("p00r print", 0.7f), ("ロ00ロ", 0.3f));

        _reader.BeginPage();

        Assert.Equal("図書館のご案内", Read(("shop bills", 0.7f), ("図書館のご案内", Sure)));
    }

    [Fact]
    public void What_neither_reads_is_no_line() => Assert.Null(Read(("", 0), ("", 0)));

    private void AssertRead(
        string expected,
        int eastAsianReads,
        int latinReads,
        (string, float) latin,
        (string, float) eastAsian
    )
    {
        for (int i = 0; i < Math.Max(eastAsianReads, latinReads); i++)
        {
            Assert.Equal(expected, Read(latin, eastAsian));
        }

        Assert.Equal((eastAsianReads, latinReads), (_eastAsian.Reads, _latin.Reads));
    }

    private string? Read((string, float) latin, (string, float) eastAsian, float length = 5)
    {
        (_latin.Answer, _eastAsian.Answer) = (latin, eastAsian);
        return _reader.Read(_page, Quad.FromRectangle(0, 0, length * 40, 40), null!)?.Text;
    }

    private sealed class FakeReader : ILineReader
    {
        public (string Text, float Confidence) Answer { get; set; }

        public int Reads { get; private set; }

        public void BeginPage() { }

        public TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false)
        {
            Reads++;
            return Answer.Text.Length == 0 ? null : new TextLine(Answer.Text, Answer.Confidence, box, []);
        }
    }
}
