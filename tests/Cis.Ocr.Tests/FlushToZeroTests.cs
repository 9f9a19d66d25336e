using System.Runtime.CompilerServices;
using Cis.Ocr.Tests.Recognition;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests;

public class FlushToZeroTests
{
    private const float SmallestNormal = 1.17549435e-38f;

    [Fact]
    public async Task Threads_started_after_the_sessions_were_made_flush_subnormals_to_zero()
    {
        _ = LoadedModels.V6;

        float half = await MainThread.Start(() => Half(SmallestNormal));

        Assert.Equal(0, half);
    }

    [Fact]
    public async Task The_best_class_is_found_with_subnormals_flushed_to_zero()
    {
        _ = LoadedModels.V6;

        await MainThread.Start(() => ArgMaxTests.CompareWithScalarSearch(new Random(12)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Half(float value) => value * 0.5f;
}
