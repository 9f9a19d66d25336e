using System.Diagnostics;
using Cis.Aws;
using Cis.Aws.Indexing;
using Cis.Aws.Storing;

namespace Cis.Configuration;

/// <summary>The names of services that requests to OpenSearch are signed for.</summary>
internal enum SigningName
{
    /// <summary>Told by the host.</summary>
    Auto,

    /// <summary>Domains.</summary>
    Es,

    /// <summary>Serverless collections.</summary>
    Aoss,
}

/// <summary>Turns settings into the options of the parts that speak to AWS and to OpenSearch.</summary>
internal static class CloudOptions
{
    // The SDK's own: a person waits, and no budget of the worker's is at stake.
    private const int CommandRetries = 4;

    /// <summary>Which AWS is spoken to.</summary>
    /// <exception cref="SettingException">A URL is not valid.</exception>
    internal static AwsOptions Aws(this SettingValues values, Func<string, string?> environment)
    {
        string? queue = values.Get(WorkerSettings.QueueUrl);
        Uri? queueUrl = null;
        if (queue is not null && !Uri.TryCreate(queue, UriKind.Absolute, out queueUrl))
        {
            throw new SettingException($"queue-url takes a URL, not \"{queue}\"");
        }

        try
        {
            var options = AwsOptions.FromEnvironment(values.Region(), environment, queueUrl);
            return options with { Buckets = values.Get(WorkerSettings.PathStyle) };
        }
        catch (FormatException e)
        {
            throw new SettingException(e.Message);
        }
    }

    /// <summary>What speaks to SQS and S3 for a command that a person waits for.</summary>
    /// <param name="values">The settings.</param>
    /// <param name="environment">A variable's value by its name.</param>
    /// <param name="trace">Hears of each request.</param>
    /// <exception cref="SettingException">A URL is not valid.</exception>
    internal static AwsClients AwsClients(
        this SettingValues values,
        Func<string, string?> environment,
        Action<string> trace
    ) => new(values.Aws(environment) with { Retries = CommandRetries }) { Trace = trace };

    /// <summary>Where OpenSearch is and how it is spoken to.</summary>
    /// <exception cref="SettingException">No endpoint is set.</exception>
    internal static OpenSearchOptions OpenSearch(this SettingValues values) =>
        new()
        {
            Endpoint = values.Require(WorkerSettings.Endpoint),
            Index = values.Get(WorkerSettings.Index)!,
            User = values.Get(WorkerSettings.User),
            Password = values.Get(WorkerSettings.UserPassword),
            Region = values.Region(),
            Authentication = values.Get(WorkerSettings.Authentication),
            SigningService = values.Get(WorkerSettings.SigningService) switch
            {
                SigningName.Es => "es",
                SigningName.Aoss => "aoss",
                SigningName.Auto => null,
                _ => throw new UnreachableException(),
            },
            CertificateAuthorityFile = values.Get(WorkerSettings.CertificateFile),
            AllowHttp = values.Get(WorkerSettings.AllowHttp),
        };

    /// <summary>What speaks to it.</summary>
    /// <param name="values">The settings.</param>
    /// <param name="trace">Hears of each request.</param>
    /// <exception cref="SettingException">No endpoint is set, or the settings contradict each other.</exception>
    internal static OpenSearchClient OpenSearchClient(this SettingValues values, Action<string> trace)
    {
        try
        {
            return new OpenSearchClient(values.OpenSearch()) { Trace = trace };
        }
        catch (FormatException e)
        {
            throw new SettingException(e.Message);
        }
    }

    /// <summary>How objects are downloaded.</summary>
    internal static DownloadOptions Downloads(this SettingValues values) =>
        new()
        {
            Bucket = values.Get(WorkerSettings.Bucket),
            PartThreshold = values.Get(WorkerSettings.PartThreshold),
            PartSize = values.Get(WorkerSettings.PartBytes),
            PartsAtOnce = values.Get(WorkerSettings.PartsAtOnce),
        };

    /// <summary>The region that is set, or that of the profile, or the old worker's.</summary>
    private static string Region(this SettingValues values) =>
        values[WorkerSettings.Region].IsDefault && AwsOptions.RegionOfProfile() is { } region
            ? region
            : values.Get(WorkerSettings.Region)!;

    /// <summary>Where the region comes from, for a person.</summary>
    internal static string RegionOrigin(this SettingValues values)
    {
        SettingValue region = values[WorkerSettings.Region];
        return region.IsDefault && AwsOptions.RegionOfProfile() is not null ? "AWS profile" : region.Origin;
    }

    /// <summary>A value that has no default and without which the command cannot work.</summary>
    /// <exception cref="SettingException">It is not set.</exception>
    internal static string Require(this SettingValues values, Setting<string?> setting) =>
        values.Get(setting) is { Length: > 0 } value
            ? value
            : throw new SettingException(
                $"{setting.Name} is not set: set {string.Join(" or ", setting.OtherVariables.Append(setting.Variable))}, or {setting.Flag}"
            );
}
