using Cis.Aws.Indexing;

namespace Cis.Aws.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("search.example.com", "https://search.example.com/", OpenSearchAuthentication.Signature, "es")]
    [InlineData("https://h:9200/base", "https://h:9200/base/", OpenSearchAuthentication.Signature, "es")]
    [InlineData(
        "x.us-east-1.aoss.amazonaws.com",
        "https://x.us-east-1.aoss.amazonaws.com/",
        OpenSearchAuthentication.Signature,
        "aoss"
    )]
    [InlineData("https://u:p@h", "https://h/", OpenSearchAuthentication.Basic, "es")]
    [InlineData("http://localhost:9200", "http://localhost:9200/", OpenSearchAuthentication.None, "es")]
    [InlineData("http://[::1]:9200", "http://[::1]:9200/", OpenSearchAuthentication.None, "es")]
    public void An_endpoint_is_a_host_or_a_url(
        string endpoint,
        string url,
        OpenSearchAuthentication authentication,
        string service
    )
    {
        var understood = OpenSearchEndpoint.Parse(new() { Endpoint = endpoint });

        Assert.Equal(url, understood.Base.AbsoluteUri);
        Assert.Equal(authentication, understood.Authentication);
        Assert.Equal(service, understood.SigningService);
    }

    [Theory]
    [InlineData("http://search.example.com")]
    [InlineData("ftp://localhost")]
    [InlineData("https://h/?q=1")]
    [InlineData("")]
    public void An_endpoint_that_cannot_be_is_refused(string endpoint) =>
        Assert.Throws<FormatException>(() => OpenSearchEndpoint.Parse(new() { Endpoint = endpoint }));

    [Fact]
    public void Http_to_another_machine_needs_leave()
    {
        var options = new OpenSearchOptions { Endpoint = "http://search.example.com:9200", AllowHttp = true };

        Assert.Equal("http://search.example.com:9200/", OpenSearchEndpoint.Parse(options).Base.AbsoluteUri);
    }

    [Fact]
    public void A_password_in_a_broken_endpoint_is_not_repeated()
    {
        FormatException refusal = Assert.Throws<FormatException>(() =>
            OpenSearchEndpoint.Parse(new() { Endpoint = "https://user:hunter2@:x" })
        );

        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000", BucketAddress.Auto, true)]
    [InlineData("http://minio.internal:9000", BucketAddress.Auto, false)]
    [InlineData("http://minio.internal:9000", BucketAddress.Path, true)]
    [InlineData("http://127.0.0.1:9000", BucketAddress.Host, false)]
    public void Buckets_go_into_the_path_where_there_is_no_name_for_them_or_it_is_asked_for(
        string endpoint,
        BucketAddress buckets,
        bool isPathStyle
    ) =>
        Assert.Equal(
            isPathStyle,
            new AwsOptions("us-east-1", S3Endpoint: new Uri(endpoint)) { Buckets = buckets }.IsPathStyle
        );

    [Fact]
    public void The_endpoint_of_a_service_wins_over_that_of_all()
    {
        AwsOptions options = FromEnvironment(
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT_URL_S3", "https://minio.example.com")
        );

        Assert.Equal(new Uri("http://127.0.0.1:1"), options.SqsEndpoint);
        Assert.Equal(new Uri("https://minio.example.com"), options.S3Endpoint);
        Assert.False(options.IsPathStyle);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000", true)]
    [InlineData("http://localhost:9000", true)]
    [InlineData("http://[fd00::1]:9000", true)]
    [InlineData("https://10.0.0.1", true)]
    [InlineData("https://s3.example.com", false)]
    public void Buckets_are_in_the_path_where_there_is_no_name_to_put_them_before(string endpoint, bool isPathStyle) =>
        Assert.Equal(isPathStyle, FromEnvironment(("AWS_ENDPOINT_URL", endpoint)).IsPathStyle);

    [Fact]
    public void A_queue_that_is_not_AWS_s_is_spoken_to_where_its_url_says()
    {
        var own = AwsOptions.FromEnvironment("us-east-1", _ => null, new("http://127.0.0.1:9324/0/q"));
        var aws = AwsOptions.FromEnvironment("us-east-1", _ => null, new("https://sqs.us-east-1.amazonaws.com/1/q"));

        Assert.Equal(new Uri("http://127.0.0.1:9324"), own.SqsEndpoint);
        Assert.Null(aws.SqsEndpoint);
    }

    [Fact]
    public void An_endpoint_that_is_no_url_is_refused_by_its_variable_s_name()
    {
        FormatException refusal = Assert.Throws<FormatException>(() => FromEnvironment(("AWS_ENDPOINT_URL_SQS", "x")));

        Assert.Contains("AWS_ENDPOINT_URL_SQS", refusal.Message, StringComparison.Ordinal);
    }

    private static AwsOptions FromEnvironment(params (string Name, string Value)[] variables) =>
        AwsOptions.FromEnvironment("us-east-1", name => variables.FirstOrDefault(v => v.Name == name).Value);
}
