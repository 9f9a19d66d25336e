using System.Buffers;
using Cis.Aws;
using Cis.Aws.Indexing;
using Cis.Local;
using Cis.Terminal;
using Cis.Worker;
using Cis.Worker.Indexing;
using Microsoft.Extensions.Logging;

namespace Cis.Configuration;

/// <summary>The settings of <c>cis worker</c> and of the commands around it. How to add one: see <see cref="Settings"/>.</summary>
internal static class WorkerSettings
{
    private static readonly WorkerOptions Worker = new();
    private static readonly LocalFolderOptions Local = new("");

    // What CloudWatch allows; names that begin with AWS/ are its own.
    private static readonly SearchValues<char> NamespaceCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/#:"
    );

    internal static readonly Setting<string?> QueueUrl = SettingTypes.Text(
        "queue-url",
        "URL",
        "The SQS queue that receives the notifications.",
        otherVariables: "SQS_QUEUE_URL"
    );

    internal static readonly Setting<string?> DeadLetterQueueUrl = SettingTypes.Text(
        "dead-letter-queue-url",
        "URL",
        "The queue for messages whose files cannot be read; by default the one in the queue's redrive policy."
    );

    internal static readonly Setting<string?> Bucket = SettingTypes.Text(
        "s3-bucket",
        "NAME",
        "The bucket for notifications that do not name one.",
        otherVariables: "S3_BUCKET"
    );

    internal static readonly Setting<string?> Region = SettingTypes.Text(
        "region",
        "NAME",
        "The AWS region; by default the profile's (AWS_PROFILE).",
        defaultValue: "ap-northeast-1",
        otherVariables: ["AWS_REGION", "AWS_DEFAULT_REGION"]
    );

    internal static readonly Setting<BucketAddress> PathStyle = SettingTypes.Choice(
        "s3-path-style",
        BucketAddress.Auto,
        [("auto", BucketAddress.Auto), ("on", BucketAddress.Path), ("off", BucketAddress.Host)],
        "Put the bucket's name into the path of S3's address instead of its host, as MinIO and similar stores need; auto: "
            + "for localhost and IP addresses."
    );

    internal static readonly Setting<string?> Endpoint = SettingTypes.Text(
        "opensearch-endpoint",
        "HOST|URL",
        "OpenSearch: a host (https, signed), or a URL with scheme and port.",
        otherVariables: "OPENSEARCH_ENDPOINT"
    );

    internal static readonly Setting<string?> Index = SettingTypes.Text(
        "opensearch-index",
        "NAME",
        "The index or alias for documents.",
        defaultValue: "cis-files",
        otherVariables: "OPENSEARCH_INDEX"
    );

    internal static readonly Setting<OpenSearchAuthentication> Authentication = SettingTypes.Choice(
        "opensearch-auth",
        OpenSearchAuthentication.Auto,
        [
            ("auto", OpenSearchAuthentication.Auto),
            ("signature", OpenSearchAuthentication.Signature),
            ("basic", OpenSearchAuthentication.Basic),
            ("none", OpenSearchAuthentication.None),
        ],
        "How requests are authenticated: auto is basic where a user is set, none on this machine, else a signature."
    );

    internal static readonly Setting<SigningName> SigningService = SettingTypes.Choice(
        "opensearch-service",
        SigningName.Auto,
        [("auto", SigningName.Auto), ("es", SigningName.Es), ("aoss", SigningName.Aoss)],
        "The service for which requests are signed: es for domains, aoss for serverless; auto decides by the host."
    );

    internal static readonly Setting<string?> User = SettingTypes.Text(
        "opensearch-user",
        "NAME",
        "An OpenSearch user for basic authentication, instead of a signature."
    );

    internal static readonly Setting<string?> UserPassword = SettingTypes.Text(
        "opensearch-password",
        "TEXT",
        "That user's password. Better set by its variable: other users can see flags.",
        isSecret: true
    );

    internal static readonly Setting<string?> CertificateFile = SettingTypes.Text(
        "opensearch-ca-file",
        "FILE",
        "A PEM file of certificates to trust instead of the system's."
    );

    internal static readonly Setting<bool> AllowHttp = SettingTypes.Switch(
        "opensearch-http",
        defaultValue: false,
        "Whether http without TLS is allowed to other machines."
    );

    internal static readonly Setting<string?> ScratchDirectory = SettingTypes.Text(
        "scratch-directory",
        "DIR",
        "The folder for files that are being read, best a tmpfs; if it cannot be used, /dev/shm or the temporary folder is.",
        defaultValue: "/mnt/tmpfs"
    );

    internal static readonly Setting<long> ScratchBytes = SettingTypes.Bytes(
        "scratch-bytes",
        2048,
        "The maximum total size of the files in it, at most three quarters of the free space; further downloads wait."
    );

    internal static readonly Setting<long> PartThreshold = SettingTypes.Bytes(
        "part-threshold",
        50,
        "Objects of at least this size are downloaded in parts."
    );

    internal static readonly Setting<long> PartBytes = SettingTypes.Bytes("part-bytes", 10, "The size of such a part.");

    internal static readonly Setting<int> PartsAtOnce = SettingTypes.Integer(
        "parts-at-once",
        4,
        1,
        64,
        "How many parts of an object are downloaded at the same time."
    );

    internal static readonly Setting<TimeSpan> WaitSeconds = SettingTypes.WholeSeconds(
        "wait-seconds",
        Worker.ReceiveWait,
        0,
        20,
        "How long a receive waits for a first message."
    );

    internal static readonly Setting<TimeSpan> VisibilitySeconds = SettingTypes.WholeSeconds(
        "visibility-seconds",
        Worker.Visibility,
        10,
        43_200,
        "The visibility timeout of a received message, extended while it is in flight. After a crash of the machine, messages become visible again when it ends."
    );

    internal static readonly Setting<TimeSpan> ExitWhenIdle = SettingTypes.Duration(
        "exit-when-idle",
        TimeSpan.Zero,
        "Exit with 0 once the queue has been empty and nothing in flight for this long.",
        zero: "; 0 to run forever"
    );

    internal static readonly Setting<TimeSpan> DrainSeconds = SettingTypes.Duration(
        "drain-seconds",
        Worker.DrainTimeout,
        "How long files being read may take to finish after SIGTERM; messages not done by then are returned to the queue."
    );

    internal static readonly Setting<bool> DrainOnInterruption = SettingTypes.Switch(
        "drain-on-interruption",
        defaultValue: true,
        "Drain when EC2 is about to stop or terminate the instance: asks its metadata service every 5 s, if there is one.",
        oldNames: "instance-notices"
    );

    internal static readonly Setting<int> RecycleAfterPages = SettingTypes.Integer(
        "recycle-after-pages",
        0,
        0,
        int.MaxValue,
        "Drain and restart, with the same process id, after this many pages; 0 for never."
    );

    internal static readonly Setting<long> MemoryLimit = SettingTypes.OptionalBytes(
        "memory-limit",
        "Drain and restart when this much memory is resident, before the kernel kills the process."
    );

    internal static readonly Setting<FailurePolicy> Failures = SettingTypes.Choice(
        "failures",
        Worker.Failures,
        [("dead-letter", FailurePolicy.DeadLetter), ("leave", FailurePolicy.Leave)],
        "What happens to messages whose files cannot be read: they go to the dead-letter queue at once, or are left to the queue's redrive policy."
    );

    internal static readonly Setting<int> FailuresInRow = SettingTypes.Integer(
        "failures-in-a-row",
        Worker.FailuresInRow,
        2,
        1000,
        "After this many different files in a row have failed alike, the files are not at fault: nothing more is received or dead-lettered."
    );

    internal static readonly Setting<bool> IndexFailures = SettingTypes.Switch(
        "index-failures",
        Worker.IndexFailures,
        "Whether files that cannot be read get a document with the reason instead of text, so that searches show them."
    );

    internal static readonly Setting<int> BulkDocuments = SettingTypes.Integer(
        "bulk-documents",
        Worker.BulkDocuments,
        1,
        10_000,
        "The maximum number of documents in a bulk request."
    );

    internal static readonly Setting<long> BulkBytes = SettingTypes.Bytes(
        "bulk-bytes",
        Worker.BulkBytes >> 20,
        "The maximum size of a bulk request."
    );

    internal static readonly Setting<TimeSpan> BulkSeconds = SettingTypes.Duration(
        "bulk-seconds",
        Worker.BulkAge,
        TimeSpan.Zero,
        TimeSpan.FromMinutes(1),
        "The longest time that a document waits to share a bulk request with others."
    );

    internal static readonly Setting<TimeSpan> IndexTimeout = SettingTypes.Duration(
        "index-timeout-seconds",
        Worker.IndexTimeout,
        "How long finished documents are kept while the index is down; then their messages are returned to the queue.",
        oldNames: "index-patience-seconds"
    );

    internal static readonly Setting<long> DocumentBytes = SettingTypes.Bytes(
        "document-bytes",
        Worker.MaxDocumentBytes >> 20,
        "The largest document that is indexed unchanged; see oversize."
    );

    internal static readonly Setting<OversizePolicy> Oversize = SettingTypes.Choice(
        "oversize",
        Worker.Oversize,
        [("split", OversizePolicy.Split), ("truncate", OversizePolicy.Truncate), ("fail", OversizePolicy.Fail)],
        "What happens to larger documents: their text is stored page by page in the field pages, or cut and marked as truncated, or they fail as too large."
    );

    internal static readonly Setting<TimeSpan> LocalSettleSeconds = SettingTypes.Duration(
        "local-settle-seconds",
        Local.Settling,
        "With --local: how long a file must be unchanged before it counts as complete.",
        zero: ""
    );

    internal static readonly Setting<DeletedFiles> LocalDeleted = SettingTypes.Choice(
        "local-deleted",
        Local.Deleted,
        [("forget", DeletedFiles.Forget), ("keep", DeletedFiles.Keep)],
        "With --local: whether documents of files that were deleted or moved away are removed from the index or kept."
    );

    internal static readonly Setting<int> LocalReceives = SettingTypes.Integer(
        "local-receives",
        Local.MaxReceives,
        1,
        1000,
        "With --local: how often a file is received without a result before it becomes a dead letter; on SQS the redrive policy decides."
    );

    internal static readonly Setting<int> MetricsPort = SettingTypes.Integer(
        "metrics-port",
        0,
        0,
        65_535,
        "Serve metrics for Prometheus to this machine only, at http://127.0.0.1:PORT/metrics; 0 serves none."
    );

    internal static readonly Setting<bool> MetricsEmf = SettingTypes.Switch(
        "metrics-emf",
        defaultValue: false,
        "Write the metrics to standard output in CloudWatch's embedded metric format, one line of JSON at a time; where "
            + "standard output goes to CloudWatch Logs, they become metrics."
    );

    internal static readonly Setting<TimeSpan> MetricsEmfSeconds = SettingTypes.Duration(
        "metrics-emf-seconds",
        TimeSpan.FromMinutes(1),
        min: TimeSpan.FromSeconds(1),
        max: TimeSpan.FromHours(1),
        "How often metrics-emf writes a line; it writes a last one when the worker exits."
    );

    internal static readonly Setting<string?> MetricsEmfNamespace = new(
        "metrics-emf-namespace",
        "NAME",
        "1 to 255 letters, digits and . - _ / # :, not beginning with AWS/",
        "cis",
        "cis",
        "The CloudWatch namespace of the metrics that metrics-emf writes.",
        TryParseNamespace
    );

    internal static readonly Setting<TimeSpan> StatusSeconds = SettingTypes.Duration(
        "status-seconds",
        Worker.StatusInterval,
        "How often the log reports the worker's state while it has work; 0 for never.",
        zero: "; 0 for never"
    );

    internal static readonly Setting<int> SummaryFiles = SettingTypes.Integer(
        "summary-files",
        Worker.SummaryFiles,
        0,
        int.MaxValue,
        "Log how long each step took after this many files, at most once a minute, and at the end; 0 for never."
    );

    internal static readonly Setting<LogFormat> Format = SettingTypes.Choice(
        "log-format",
        LogFormat.Auto,
        [("auto", LogFormat.Auto), ("text", LogFormat.Text), ("json", LogFormat.Json)],
        "The format of the log on standard error: text, or JSON with one object per line; auto: text on a terminal, else "
            + "JSON."
    );

    internal static readonly Setting<LogLevel> Level = SettingTypes.Choice(
        "log-level",
        LogLevel.Information,
        [
            ("debug", LogLevel.Debug),
            ("information", LogLevel.Information),
            ("warning", LogLevel.Warning),
            ("error", LogLevel.Error),
        ],
        "The lowest level that is logged."
    );

    /// <summary>The settings of commands that speak to the queue and the store only.</summary>
    internal static IReadOnlyList<Setting> OfQueue { get; } = [QueueUrl, DeadLetterQueueUrl, Bucket, Region, PathStyle];

    /// <summary>The settings of commands that speak to OpenSearch only.</summary>
    internal static IReadOnlyList<Setting> OfOpenSearch { get; } =
    [Endpoint, Index, Authentication, SigningService, User, UserPassword, CertificateFile, AllowHttp, Region];

    /// <summary>Every setting of the worker, in the order of the help and of the documentation.</summary>
    internal static IReadOnlyList<Setting> All { get; } =
    [
        QueueUrl,
        DeadLetterQueueUrl,
        Bucket,
        Region,
        PathStyle,
        Endpoint,
        Index,
        Authentication,
        SigningService,
        User,
        UserPassword,
        CertificateFile,
        AllowHttp,
        ScratchDirectory,
        ScratchBytes,
        PartThreshold,
        PartBytes,
        PartsAtOnce,
        WaitSeconds,
        VisibilitySeconds,
        ExitWhenIdle,
        DrainSeconds,
        DrainOnInterruption,
        RecycleAfterPages,
        MemoryLimit,
        Failures,
        FailuresInRow,
        IndexFailures,
        BulkDocuments,
        BulkBytes,
        BulkSeconds,
        IndexTimeout,
        DocumentBytes,
        Oversize,
        LocalSettleSeconds,
        LocalDeleted,
        LocalReceives,
        MetricsPort,
        MetricsEmf,
        MetricsEmfSeconds,
        MetricsEmfNamespace,
        StatusSeconds,
        SummaryFiles,
        Format,
        Level,
    ];

    private static bool TryParseNamespace(string text, out string? value)
    {
        value = text;
        return text.Length is >= 1 and <= 255
            && !text.AsSpan().ContainsAnyExcept(NamespaceCharacters)
            && !text.StartsWith("AWS/", StringComparison.Ordinal);
    }
}
