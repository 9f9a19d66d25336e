using Cis.Doctor;

namespace Cis.Tests.Doctor;

public sealed class RegionCheckTests
{
    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/123456789012/cis", "us-east-1")]
    [InlineData("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/cis", "cn-north-1")]
    [InlineData("https://us-west-2.queue.amazonaws.com/123456789012/cis", "us-west-2")]
    [InlineData("https://vpce-0a1b.sqs.eu-west-1.vpce.amazonaws.com/123456789012/cis", "eu-west-1")]
    [InlineData("http://127.0.0.1:9324/000000000000/cis", null)]
    [InlineData("cis", null)]
    [InlineData(null, null)]
    public void A_queue_of_AWS_names_its_region(string? url, string? region) =>
        Assert.Equal(region, QueueRegion.Of(url));

    [Theory]
    [InlineData("us-east-1", "pass")]
    [InlineData("ap-northeast-1", "fail")]
    public void A_queue_in_another_region_than_the_one_that_is_called_fails(string region, string status)
    {
        using var host = new TestHost();
        host.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        host.Variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
        host.Variables["AWS_REGION"] = region;
        host.Variables["SQS_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/123456789012/cis";

        host.Run("doctor");

        Assert.Contains($"{status}  region       {region}", host.Out, StringComparison.Ordinal);
        Assert.Equal(status == "fail", host.Out.Contains("-> set AWS_REGION to us-east-1", StringComparison.Ordinal));
    }
}
