using Cis.Ocr.Inference;

namespace Cis.Ocr.Tests.Inference;

public sealed unsafe class TensorRegionTests
{
    private const nuint Megabyte = 1 << 20;

    [Fact]
    public void Blocks_are_aligned_for_the_widest_vectors()
    {
        using var region = new TensorRegion();
        void* odd = region.Take(1);
        void* next = region.Take(100);

        Assert.Equal(0u, (nuint)odd % 64);
        Assert.Equal(0u, (nuint)next % 64);

        region.Give(odd);
        region.Give(next);
    }

    [Fact]
    public void Holes_that_touch_become_one_whatever_the_order_in_which_they_came()
    {
        using var region = new TensorRegion();
        void* first = region.Take(Megabyte);
        void* second = region.Take(Megabyte);
        void* third = region.Take(Megabyte);
        void* last = region.Take(Megabyte);

        region.Give(first);
        region.Give(third);
        region.Give(second);
        void* wide = region.Take(3 * Megabyte);

        Assert.Equal((nint)first, (nint)wide);

        region.Give(wide);
        region.Give(last);
    }

    [Fact]
    public void A_hole_too_small_is_passed_over_and_used_by_a_smaller_block()
    {
        using var region = new TensorRegion();
        void* first = region.Take(Megabyte);
        void* second = region.Take(Megabyte);
        region.Give(first);

        void* large = region.Take(2 * Megabyte);
        void* small = region.Take(1000);

        Assert.True(large > second);
        Assert.Equal((nint)first, (nint)small);

        region.Give(large);
        region.Give(small);
        region.Give(second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_taken_and_given_in_any_order_keep_their_content_and_leave_the_region_as_it_was(int seed)
    {
        using var region = new TensorRegion();
        var random = new Random(seed);
        var alive = new List<(nint Data, int Size, byte Mark)>();
        void* start = region.Take(1);
        region.Give(start);

        for (int i = 0; i < 3000; i++)
        {
            if (alive.Count < 100 && random.Next(2) == 0)
            {
                int size = random.Next(1, 50_000);
                void* data = region.Take((nuint)size);
                new Span<byte>(data, size).Fill((byte)i);
                alive.Add(((nint)data, size, (byte)i));
            }
            else if (alive.Count > 0)
            {
                int index = random.Next(alive.Count);
                GiveBack(region, alive[index]);
                alive.RemoveAt(index);
            }
        }

        alive.ForEach(block => GiveBack(region, block));
        void* whole = region.Take(900 * Megabyte);
        Assert.Equal((nint)start, (nint)whole);
        region.Give(whole);
    }

    [Fact]
    public void A_trim_gives_back_what_a_large_run_has_touched_and_nothing_of_what_is_alive()
    {
        using var region = new TensorRegion();
        void* large = region.Take(40 * Megabyte);
        new Span<byte>(large, (int)(40 * Megabyte)).Fill(1);
        void* output = region.Take(Megabyte);
        new Span<byte>(output, (int)Megabyte).Fill(2);

        region.Give(large);
        region.Trim();

        Assert.Equal(-1, new ReadOnlySpan<byte>(output, (int)Megabyte).IndexOfAnyExcept((byte)2));
        byte* again = (byte*)region.Take(40 * Megabyte);
        Assert.Equal(1, again[4 * Megabyte]);
        Assert.Equal(0, again[30 * Megabyte]);

        region.Give(again);
        region.Give(output);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var region = new TensorRegion();

        Assert.True(region.Take(1100 * Megabyte) == null);
    }

    private static void GiveBack(TensorRegion region, (nint Data, int Size, byte Mark) block)
    {
        var content = new ReadOnlySpan<byte>((void*)block.Data, block.Size);
        Assert.Equal(-1, content.IndexOfAnyExcept(block.Mark));
        region.Give((void*)block.Data);
    }
}
