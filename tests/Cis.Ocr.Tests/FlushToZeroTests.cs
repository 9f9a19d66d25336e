using System.Runtime.CompilerServices;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Ocr.Tests.Recognition;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests;

public class FlushToZeroTests
{
    private const float SmallestNormal = 1.17549435e-38f;

    [Fact]
    public async Task Threads_started_after_the_sessions_were_made_flush_subnormals_to_zero()
    {
        _ = LoadedModels.Packed;

        float half = await MainThread.Start(() => Half(SmallestNormal));

        Assert.Equal(0, half);
    }

    [Fact]
    public void An_engine_makes_its_thread_flush_them_wherever_that_was_started()
    {
        OcrModels models = LoadedModels.Of("v6", KernelSet.Avx2);
        float half = float.NaN;
        var thread = new Thread(() =>
        {
            using var engine = new OcrEngine(models, new OcrOptions());
            half = Half(SmallestNormal);
        });

        thread.Start();
        thread.Join();

        Assert.Equal(0, half);
    }

    [Fact]
    public async Task The_best_class_is_found_with_subnormals_flushed_to_zero()
    {
        _ = LoadedModels.Packed;

        await MainThread.Start(() => ArgMaxTests.CompareWithScalarSearch(new Random(12)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Half(float value) => value * 0.5f;
}
