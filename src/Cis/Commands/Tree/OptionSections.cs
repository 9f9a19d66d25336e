using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.CompilerServices;
using Cis.Configuration;

namespace Cis.Commands.Tree;

/// <summary>Which option stands under which heading.</summary>
internal static class OptionSections
{
    private static readonly ConditionalWeakTable<Option, object> s_sections = [];

    private static readonly (OptionSection Section, Setting[] Settings)[] s_settings =
    [
        (
            OptionSection.Reading,
            [
                Settings.Lang,
                Settings.TextLayer,
                Settings.HiddenText,
                Settings.Furigana,
                Settings.Attachments,
                Settings.Dpi,
                Settings.Password,
                Settings.DetectorSide,
                Settings.MinConfidence,
                Settings.Orientation,
                Settings.FirstReader,
            ]
        ),
        (OptionSection.Output, [Settings.Format]),
        (
            OptionSection.Limits,
            [
                Settings.MaxBytes,
                Settings.MaxPages,
                Settings.MaxPixels,
                Settings.MaxPageMemory,
                Settings.PageSeconds,
                Settings.FileSeconds,
            ]
        ),
        (
            OptionSection.Local,
            [WorkerSettings.LocalSettleSeconds, WorkerSettings.LocalDeleted, WorkerSettings.LocalReceives]
        ),
        (
            OptionSection.Queue,
            [
                WorkerSettings.QueueUrl,
                WorkerSettings.DeadLetterQueueUrl,
                WorkerSettings.Bucket,
                WorkerSettings.Region,
                WorkerSettings.PathStyle,
                WorkerSettings.PartThreshold,
                WorkerSettings.PartBytes,
                WorkerSettings.PartsAtOnce,
                WorkerSettings.WaitSeconds,
                WorkerSettings.VisibilitySeconds,
                WorkerSettings.Failures,
                WorkerSettings.FailuresInRow,
            ]
        ),
        (
            OptionSection.Index,
            [
                WorkerSettings.Endpoint,
                WorkerSettings.Index,
                WorkerSettings.Authentication,
                WorkerSettings.SigningService,
                WorkerSettings.User,
                WorkerSettings.UserPassword,
                WorkerSettings.CertificateFile,
                WorkerSettings.AllowHttp,
                WorkerSettings.IndexFailures,
                WorkerSettings.BulkDocuments,
                WorkerSettings.BulkBytes,
                WorkerSettings.BulkSeconds,
                WorkerSettings.IndexTimeout,
                WorkerSettings.DocumentBytes,
                WorkerSettings.Oversize,
            ]
        ),
        (
            OptionSection.Worker,
            [
                WorkerSettings.ExitWhenIdle,
                WorkerSettings.DrainSeconds,
                WorkerSettings.DrainOnInterruption,
                WorkerSettings.RecycleAfterPages,
                WorkerSettings.MemoryLimit,
            ]
        ),
        (
            OptionSection.Machine,
            [
                Settings.Engines,
                Settings.Kernels,
                Settings.Sandbox,
                Settings.NativeCache,
                WorkerSettings.ScratchDirectory,
                WorkerSettings.ScratchBytes,
            ]
        ),
        (
            OptionSection.Log,
            [
                WorkerSettings.MetricsPort,
                WorkerSettings.MetricsEmf,
                WorkerSettings.MetricsEmfSeconds,
                WorkerSettings.MetricsEmfNamespace,
                WorkerSettings.StatusSeconds,
                WorkerSettings.SummaryFiles,
                WorkerSettings.Format,
                WorkerSettings.Level,
            ]
        ),
    ];

    /// <summary>Puts an option under a heading.</summary>
    internal static T In<T>(this T option, OptionSection section)
        where T : Option
    {
        s_sections.AddOrUpdate(option, section);
        return option;
    }

    /// <summary>The heading of an option.</summary>
    internal static OptionSection Of(Option option) =>
        option is HelpOption or VersionOption ? OptionSection.Help
        : s_sections.TryGetValue(option, out object? section) ? (OptionSection)section
        : OptionSection.Options;

    /// <summary>The heading of a setting's flag.</summary>
    internal static OptionSection Of(Setting setting) =>
        Array.Find(s_settings, entry => entry.Settings.Contains(setting)).Section;

    /// <summary>Options under their headings, in the order of these.</summary>
    internal static IEnumerable<IGrouping<OptionSection, Option>> Grouped(IEnumerable<Option> options) =>
        options.GroupBy(OptionSections.Of).OrderBy(group => group.Key);

    /// <summary>A heading.</summary>
    internal static string TitleOf(OptionSection section) =>
        section switch
        {
            OptionSection.Local => "Local folder",
            OptionSection.Queue => "Queue and store",
            OptionSection.Log => "Log and progress",
            OptionSection.Help => "Help",
            _ => section.ToString(),
        };
}
