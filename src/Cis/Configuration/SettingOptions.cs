using Cis.Documents;
using Cis.Ocr;
using Cis.Worker;

namespace Cis.Configuration;

/// <summary>Turns settings into the options of the parts that they are meant for.</summary>
internal static class SettingOptions
{
    internal static ReadingOptions Reading(this SettingValues values) =>
        new()
        {
            Dpi = values.Get(Settings.Dpi),
            TextLayer = values.Get(Settings.TextLayer),
            Password = values.Get(Settings.Password),
            Limits = new DocumentLimits
            {
                MaxBytes = values.Get(Settings.MaxBytes),
                MaxPages = values.Get(Settings.MaxPages),
                MaxPixelsPerPage = values.Get(Settings.MaxPixels),
                PageTimeout = values.Get(Settings.PageSeconds),
                FileTimeout = values.Get(Settings.FileSeconds),
            },
        };

    internal static OcrOptions Ocr(this SettingValues values) =>
        new()
        {
            Languages = values.Get(Settings.Lang),
            DetectorSide = values.Get(Settings.DetectorSide),
            MinimumConfidence = values.Get(Settings.MinConfidence),
            DetectOrientation = values.Get(Settings.Orientation),
            UseKernels = values.Get(Settings.Kernels),
        };

    internal static EnginePoolOptions Pool(this SettingValues values) =>
        new(
            values.Get(Settings.Engines),
            Limit(values.Get(Settings.PageSeconds)),
            Limit(values.Get(Settings.FileSeconds))
        );

    private static TimeSpan Limit(TimeSpan seconds) => seconds == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : seconds;
}
