using System.Diagnostics;
using Cis.Worker.Ports;
using Cis.Worker.Tracing;

namespace Cis.Worker.Tests.Tracing;

public sealed class TraceParentTests
{
    private const string W3C = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    private const string XRay = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    [Fact]
    public void Both_headers_name_the_same_span()
    {
        ActivityContext w3c = TraceParent.Of(Message(W3C, header: null, state: "vendor=1"));
        ActivityContext xray = TraceParent.Of(Message(parent: null, XRay));

        Assert.Equal("5759e988bd862e3fe1be46a994272793", w3c.TraceId.ToHexString());
        Assert.Equal("53995c3f42cd8ad8", w3c.SpanId.ToHexString());
        Assert.Equal("vendor=1", w3c.TraceState);
        Assert.Equal((w3c.TraceId, w3c.SpanId), (xray.TraceId, xray.SpanId));
        Assert.All([w3c, xray], context => Assert.Equal(ActivityTraceFlags.Recorded, context.TraceFlags));
        Assert.All([w3c, xray], context => Assert.True(context.IsRemote));
    }

    [Fact]
    public void The_senders_own_word_goes_before_that_of_what_was_between()
    {
        ActivityContext context = TraceParent.Of(
            Message("00-11111111111111111111111111111111-2222222222222222-00", XRay)
        );

        Assert.Equal("11111111111111111111111111111111", context.TraceId.ToHexString());
        Assert.Equal(ActivityTraceFlags.None, context.TraceFlags);
        Assert.Equal("53995c3f42cd8ad8", TraceParent.Of(Message("nonsense", XRay)).SpanId.ToHexString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00-00000000000000000000000000000000-53995c3f42cd8ad8-01")]
    [InlineData("00-5759e988bd862e3fe1be46a994272793-0000000000000000-01")]
    [InlineData("00-5759E988BD862E3FE1BE46A994272793-53995c3f42cd8ad8-01")]
    [InlineData("ff-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01")]
    [InlineData("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-0")]
    [InlineData("00-5759e988bd862e3fe1be46a99427279g-53995c3f42cd8ad8-01")]
    public void What_is_no_traceparent_is_none(string parent) =>
        Assert.Equal(default, TraceParent.Of(Message(parent, header: null)));

    [Theory]
    [InlineData("")]
    [InlineData(";;;=")]
    [InlineData("Parent=53995c3f42cd8ad8;Sampled=1")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a9942727933;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-5759e988-BD862E3FE1BE46A994272793;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8")]
    public void What_is_no_header_of_XRay_is_none(string header) =>
        Assert.Equal(default, TraceParent.Of(Message(parent: null, header)));

    [Fact]
    public void Headers_without_a_parent_or_with_more_name_their_trace()
    {
        ActivityContext alone = TraceParent.Of(Message(null, "Root=1-5759e988-bd862e3fe1be46a994272793"));
        ActivityContext more = TraceParent.Of(Message(null, "Self=1-0-0; Sampled=0;" + XRay[..^1] + "?;Lineage=a:0"));

        Assert.Equal("5759e988bd862e3fe1be46a994272793", alone.TraceId.ToHexString());
        Assert.Equal(default, alone.SpanId);
        Assert.Equal((alone.TraceId, "53995c3f42cd8ad8"), (more.TraceId, more.SpanId.ToHexString()));
        Assert.Equal(ActivityTraceFlags.None, more.TraceFlags);
    }

    [Fact]
    public void Headers_are_bounded()
    {
        string padding = ";a=" + new string('x', 1 << 20);

        Assert.Equal(default, TraceParent.Of(Message(W3C + padding, header: null)));
        Assert.Equal(default, TraceParent.Of(Message(parent: null, XRay + padding)));
        Assert.Null(TraceParent.Of(Message(W3C, header: null, state: padding)).TraceState);
    }

    private static QueueMessage Message(string? parent, string? header, string? state = null)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (parent is not null)
        {
            attributes.Add("traceparent", parent);
        }

        if (state is not null)
        {
            attributes.Add("tracestate", state);
        }

        return new QueueMessage("id", "receipt", "body", 1, DateTimeOffset.UnixEpoch, attributes)
        {
            TraceHeader = header,
        };
    }
}
