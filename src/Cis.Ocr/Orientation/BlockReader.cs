using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Reads the boxes of a page whose direction is known, each the way it runs: most as the page does, blocks that are
/// turned on it as they are. Text on its side is known by its shape, and its longest lines tell which side; text upside
/// down is known by lines that are read unsurely, and surely the other way. What is too short to tell follows its
/// neighbors.
/// </summary>
internal sealed class BlockReader(LineReadings readings, VerticalWriting vertical)
{
    // What is read as the page runs and more surely than this is not read another way.
    private const float Sure = 0.9f;

    // A digit alone is read almost as surely the wrong way: its neighbors count for more.
    private const float NeighborsCount = 0.15f;

    // One or two boxes are not a block: a narrow letter, a word in the margin.
    internal const int FewestOfBlock = 3;

    private readonly Probes _probes = new(readings);
    private readonly List<TextLine?> _lines = [];
    private readonly List<ReadingDirection> _directions = [];
    private List<Quad> _boxes = [];
    private PageDirection _page;

    /// <summary>What was read in each box; null where nothing was.</summary>
    public IReadOnlyList<TextLine?> Lines => _lines;

    /// <summary>The way in which each box was read.</summary>
    public IReadOnlyList<ReadingDirection> Directions => _directions;

    /// <summary>Reads the boxes of a page.</summary>
    /// <param name="page">The scanned page.</param>
    /// <param name="boxes">As detected.</param>
    /// <param name="direction">The way most of them run.</param>
    /// <param name="turnBlocks">Whether those that run otherwise are read as they run.</param>
    /// <param name="control">Stops the reading.</param>
    public void Read(PageImage page, List<Quad> boxes, PageDirection direction, bool turnBlocks, RunControl control)
    {
        (_boxes, _page) = (boxes, direction);
        (ReadingDirection sideways, bool isBlock) = turnBlocks
            ? DecideSideways(page, control)
            : (direction.Lines.QuarterTurn(), false);
        _lines.Clear();
        _directions.Clear();
        for (int i = 0; i < boxes.Count; i++)
        {
            (TextLine? line, ReadingDirection readIn) = readings.ReadAlong(i, direction.Lines, sideways, control);
            _lines.Add(line);
            // A glyph that stands across is a narrow one, such as a digit: one that lay on its side would be wide.
            _directions.Add(isBlock && line?.Text.Length > 1 ? readIn : direction.Lines);
        }

        if (_directions.FindAll(d => d == sideways).Count >= FewestOfBlock)
        {
            Follow(sideways, control);
        }

        if (turnBlocks && !direction.IsVertical)
        {
            ReadUpsideDown(control);
        }
    }

    /// <summary>The way text runs that stands across the page, and whether that is a block turned on it.</summary>
    private (ReadingDirection Direction, bool IsBlock) DecideSideways(PageImage page, RunControl control)
    {
        ReadingDirection first = _page.Lines.QuarterTurn();
        _probes.Clear();
        int count = 0;
        for (int i = 0; i < _boxes.Count; i++)
        {
            Quad box = _boxes[i].Turn(_page.Lines);
            if (box.Height >= LineReadings.StandsAcross * box.Width)
            {
                _probes.Offer(i, box.Height);
                count++;
            }
        }

        if (count == 0 || _page.IsVertical)
        {
            return (first, false);
        }

        ReadingDirection sideways = _probes.Decide(first, first.Opposite(), control);
        bool isBlock =
            count >= FewestOfBlock
            && !(
                sideways == ReadingDirection.Downwards
                && vertical.IsVertical(page, _boxes[_probes.Longest].Turn(sideways), control)
            );
        return (sideways, isBlock);
    }

    private void ReadUpsideDown(RunControl control)
    {
        _probes.Clear();
        int unsure = 0;
        for (int i = 0; i < _boxes.Count; i++)
        {
            if (IsUnsure(i))
            {
                _probes.Offer(i, MathF.Max(_boxes[i].Width, _boxes[i].Height));
                unsure++;
            }
        }

        ReadingDirection reversed = _page.Lines.Opposite();
        if (unsure < FewestOfBlock || _probes.Score(reversed, control) < Sure)
        {
            return;
        }

        for (int i = 0; i < _boxes.Count; i++)
        {
            if (IsUnsure(i))
            {
                TakeIfSurer(i, reversed, 0, control);
            }
        }

        Follow(reversed, control);
    }

    private bool IsUnsure(int index) =>
        _directions[index] == _page.Lines && (_lines[index]?.Confidence ?? 0) < Sure && !IsShort(index);

    private bool IsShort(int index)
    {
        Quad box = _boxes[index];
        return MathF.Max(box.Width, box.Height) < LineReadings.StandsAcross * MathF.Min(box.Width, box.Height);
    }

    /// <summary>Reads short boxes in the way of a block where the nearest longer one is of it.</summary>
    private void Follow(ReadingDirection block, RunControl control)
    {
        for (int i = 0; i < _boxes.Count; i++)
        {
            if (_directions[i] == _page.Lines && IsShort(i) && NearestLong(i) is >= 0 and int near)
            {
                if (_directions[near] == block)
                {
                    TakeIfSurer(i, block, NeighborsCount, control);
                }
            }
        }
    }

    private void TakeIfSurer(int index, ReadingDirection direction, float allowance, RunControl control)
    {
        TextLine? line = readings.Read(index, direction, control);
        if (line is not null && line.Confidence + allowance > (_lines[index]?.Confidence ?? 0))
        {
            (_lines[index], _directions[index]) = (line, direction);
        }
    }

    private int NearestLong(int index)
    {
        int nearest = -1;
        float least = float.MaxValue;
        for (int i = 0; i < _boxes.Count; i++)
        {
            float distance = _boxes[i].TopLeft.DistanceTo(_boxes[index].TopLeft);
            if (i != index && distance < least && !IsShort(i))
            {
                (nearest, least) = (i, distance);
            }
        }

        return nearest;
    }
}
