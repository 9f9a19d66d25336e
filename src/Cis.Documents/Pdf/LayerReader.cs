using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Takes from a page's text layer what a viewer shows of it, and says what of the page is left to be read from pixels.
/// What costs time, drawing the page small, is done only where something on the page asks for it.
/// </summary>
internal sealed unsafe class LayerReader(PdfiumNative pdfium, PageRenderer renderer, ReadingOptions options)
{
    // Where so many glyphs have no meaning, the others are not worth having.
    private const double MaxGapShare = 0.3;

    // Two letters in outlines.
    private const int FewOutlineSegments = 20;

    private readonly FontRecords _fonts = new();

    /// <summary>Remembers what came of comparing a font's text with its pixels.</summary>
    internal void Judge(FontVerdict verdict) => _fonts.Of(verdict.Font).Take(verdict);

    /// <summary>Reads a page's digital text.</summary>
    internal LayerText Read(
        PdfPageHandle page,
        PdfFormHandle? forms,
        PageFacts facts,
        IReadOnlyList<FreeText> notes,
        CancellationToken token
    )
    {
        bool asItIs = options.TextLayer == TextLayerMode.Always;
        using var layer = TextLayer.Read(pdfium, page, facts.Geometry, facts.Survey, _fonts, !asItIs, token);
        if (asItIs)
        {
            AddNotes(layer, notes);
            layer.KeepMapped();
            return layer.Glyphs.Length > 0 ? Whole(layer, facts) : LayerText.None;
        }

        List<RegionLine> hidden =
            options.HiddenText == HiddenText.Keep ? [] : TakeHidden(layer, page, forms, facts, token);
        DoubtCharacters(layer, page, facts);
        AddNotes(layer, notes);
        if (layer.Glyphs.Length == 0 || layer.CountGaps() > MaxGapShare * layer.Glyphs.Length)
        {
            return new LayerText(null, RegionsOf(hidden));
        }

        return Part(layer, page, forms, facts, token);
    }

    /// <summary>Has those characters tried that look, or follow one another, as others do.</summary>
    private void DoubtCharacters(TextLayer layer, PdfPageHandle page, PageFacts facts)
    {
        new DigitLook(pdfium, facts.Geometry).Look(layer, page);
        foreach (FontLetters font in layer.Fonts)
        {
            font.DoubtLetters();
        }
    }

    private LayerText Part(
        TextLayer layer,
        PdfPageHandle page,
        PdfFormHandle? forms,
        PageFacts facts,
        CancellationToken token
    )
    {
        List<PageRegion> regions = new PageRegions(layer).Build();
        bool isSure = regions.TrueForAll(region => region.Kind == RegionKind.Text);
        bool mayHoldMore = facts.Survey.HasImageForText || facts.Survey.OutlineSegments >= FewOutlineSegments;
        if (!mayHoldMore)
        {
            return isSure ? Whole(layer, facts) : new LayerText(null, regions);
        }

        SetActive(layer, false);
        if (HasInk(page, forms, facts, token))
        {
            (float width, float height) = (facts.Geometry.Width, facts.Geometry.Height);
            regions.Add(new PageRegion(RegionKind.Pixels, Quad.FromRectangle(0, 0, width, height), []));
            ShowUnsure(layer, regions);
            return new LayerText(null, regions);
        }

        if (isSure)
        {
            return Whole(layer, facts);
        }

        SetActive(layer, true);
        return new LayerText(null, regions);
    }

    private LayerText Whole(TextLayer layer, PageFacts facts) =>
        new(TextLayerPage.Build(layer.Glyphs, facts.Geometry, options.Furigana), []);

    private static List<PageRegion> RegionsOf(List<RegionLine> hidden)
    {
        var regions = new List<PageRegion>();
        PageRegions.Add(regions, RegionKind.Hidden, hidden);
        return regions;
    }

    private static void AddNotes(TextLayer layer, IReadOnlyList<FreeText> notes)
    {
        foreach (FreeText note in notes)
        {
            layer.Add(note);
        }
    }

    /// <summary>Takes out of the layer what no viewer shows.</summary>
    /// <returns>Its lines, where they may belong to an image.</returns>
    private List<RegionLine> TakeHidden(
        TextLayer layer,
        PdfPageHandle page,
        PdfFormHandle? forms,
        PageFacts facts,
        CancellationToken token
    )
    {
        var judge = new TextSightJudge(pdfium, facts.Survey, facts.Geometry, facts.MayHaveLayers);
        bool allShown = true;
        bool doubtful = false;
        foreach (PaintedText text in layer.Texts)
        {
            text.Sight = judge.Judge(text);
            allShown &= text.Sight == TextSight.Shown;
            doubtful |= text.Sight == TextSight.Doubtful;
        }

        if (allShown)
        {
            return [];
        }

        bool[] shown = doubtful
            ? new SightTest(pdfium, renderer).Look(page, forms, facts.Geometry, layer, token)
            : SightTest.Judged(layer);
        TextGlyph[] all = layer.Glyphs.ToArray();
        layer.Keep(i => shown[i]);
        return facts.Survey.HasImageForText ? HiddenLines(all, shown) : [];
    }

    private static List<RegionLine> HiddenLines(TextGlyph[] all, bool[] shown)
    {
        var hidden = new List<TextGlyph>();
        for (int i = 0; i < all.Length; i++)
        {
            if (!shown[i])
            {
                hidden.Add(all[i]);
            }
        }

        var lines = new List<RegionLine>();
        foreach (TextFragment row in TextLayerPage.FragmentsOf(hidden.ToArray()).Upright)
        {
            lines.Add(new RegionLine(TextLayerPage.LineOf(row), row.IsVertical));
        }

        return lines;
    }

    private bool HasInk(PdfPageHandle page, PdfFormHandle? forms, PageFacts facts, CancellationToken token)
    {
        using var gray = new PageImage();
        renderer.Render(page, forms, facts.Geometry.At(TextInk.Dpi), PixelFormat.Gray8, gray, token);
        return TextInk.IsIn(gray);
    }

    private void SetActive(TextLayer layer, bool active)
    {
        foreach (PaintedText text in layer.Texts)
        {
            pdfium.SetIsActive(text.Handle, active ? 1 : 0);
        }
    }

    /// <summary>Lets the page draw what is to be read from its pixels.</summary>
    private void ShowUnsure(TextLayer layer, List<PageRegion> regions)
    {
        var unsure = new List<Quad>();
        foreach (PageRegion region in regions)
        {
            if (region.Kind is RegionKind.Gaps or RegionKind.Doubtful or RegionKind.Unreadable)
            {
                unsure.AddRange(region.Lines.Select(line => line.Line.Box));
            }
        }

        foreach (PaintedText text in layer.Texts)
        {
            if (text.Bounds is { } box && unsure.Exists(quad => Meets(quad, box)))
            {
                pdfium.SetIsActive(text.Handle, 1);
            }
        }
    }

    private static bool Meets(Quad quad, PageRectangle box) =>
        quad.Left < box.Right && box.Left < quad.Right && quad.Top < box.Bottom && box.Top < quad.Bottom;
}

/// <summary>What is known of a page before its text is read.</summary>
/// <param name="Geometry">Its size.</param>
/// <param name="Survey">What it is made of.</param>
/// <param name="MayHaveLayers">Whether its document may have optional-content layers.</param>
internal sealed record PageFacts(PageGeometry Geometry, PageSurvey Survey, bool MayHaveLayers);

/// <summary>What a page's text layer has come to.</summary>
/// <param name="Whole">The page's text, if it is all digital and sure.</param>
/// <param name="Regions">Else what is digital of it.</param>
internal sealed record LayerText(PageText? Whole, IReadOnlyList<PageRegion> Regions)
{
    internal static LayerText None { get; } = new(null, []);

    /// <summary>All digital text, in whatever order.</summary>
    internal string Said =>
        Whole is not null
            ? Whole.Text
            : string.Join('\n', Regions.SelectMany(region => region.Lines).Select(line => line.Line.Text));
}
