using Cis.Documents;
using Cis.Ocr;
using Cis.Output;
using Cis.Reading;
using Cis.Worker;
using Cis.Worker.Monitoring;

namespace Cis.Configuration;

/// <summary>Turns settings into the options of the parts that they are meant for.</summary>
internal static class SettingOptions
{
    internal static ReadingOptions Reading(this SettingValues values) =>
        new()
        {
            Dpi = values.Get(Settings.Dpi),
            TextLayer = values.Get(Settings.TextLayer),
            HiddenText = values.Get(Settings.HiddenText),
            Furigana = values.Get(Settings.Furigana),
            // A searchable PDF has the pages of its document, and no others.
            Attachments = values.Get(Settings.Attachments) && values.Get(Settings.Format) != OutputFormat.Pdf,
            Password = values.Get(Settings.Password),
            Limits = new DocumentLimits
            {
                MaxBytes = values.Get(Settings.MaxBytes),
                MaxPages = values.Get(Settings.MaxPages),
                MaxPixelsPerPage = values.Get(Settings.MaxPixels),
                MaxPageMemory = values.Get(Settings.MaxPageMemory),
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
            Furigana = values.Get(Settings.Furigana),
            DetectOrientation = values.Get(Settings.Orientation),
            Kernels = values.Get(Settings.Kernels),
            FirstReader = values.Get(Settings.FirstReader),
        };

    internal static EnginePoolOptions Pool(this SettingValues values) =>
        new(
            values.Get(Settings.Engines),
            Limit(values.Get(Settings.PageSeconds)),
            Limit(values.Get(Settings.FileSeconds))
        );

    internal static WorkerOptions Worker(this SettingValues values, string? defaultBucket, string version) =>
        new()
        {
            DefaultBucket = defaultBucket,
            ReceiveWait = values.Get(WorkerSettings.WaitSeconds),
            Visibility = values.Get(WorkerSettings.VisibilitySeconds),
            ExitWhenIdle = NullIfZero(values.Get(WorkerSettings.ExitWhenIdle)),
            DrainTimeout = Limit(values.Get(WorkerSettings.DrainSeconds)),
            RecycleAfterPages = values.Get(WorkerSettings.RecycleAfterPages),
            StatusInterval = values.Get(WorkerSettings.StatusSeconds),
            CountsQueue = values.Get(WorkerSettings.MetricsPort) != 0 || values.Get(WorkerSettings.MetricsEmf),
            SummaryFiles = values.Get(WorkerSettings.SummaryFiles),
            MemoryLimit = values.Get(WorkerSettings.MemoryLimit),
            Failures = values.Get(WorkerSettings.Failures),
            FailuresInRow = values.Get(WorkerSettings.FailuresInRow),
            IndexFailures = values.Get(WorkerSettings.IndexFailures),
            Limits = values.Reading().Limits,
            BulkDocuments = values.Get(WorkerSettings.BulkDocuments),
            BulkBytes = values.Get(WorkerSettings.BulkBytes),
            BulkAge = values.Get(WorkerSettings.BulkSeconds),
            IndexTimeout = NullIfZero(values.Get(WorkerSettings.IndexTimeout)) ?? TimeSpan.MaxValue,
            MaxDocumentBytes = values.Get(WorkerSettings.DocumentBytes),
            Oversize = values.Get(WorkerSettings.Oversize),
            WorkerVersion = version,
        };

    /// <summary>How metrics are written for CloudWatch; null if they are not.</summary>
    internal static EmfOptions? Emf(this SettingValues values) =>
        values.Get(WorkerSettings.MetricsEmf)
            ? new(values.Get(WorkerSettings.MetricsEmfNamespace)!, values.Get(WorkerSettings.MetricsEmfSeconds))
            : null;

    private static TimeSpan? NullIfZero(TimeSpan seconds) => seconds == TimeSpan.Zero ? null : seconds;

    private static TimeSpan Limit(TimeSpan seconds) => seconds == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : seconds;
}
