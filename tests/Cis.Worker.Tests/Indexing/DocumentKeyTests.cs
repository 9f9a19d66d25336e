using Cis.Worker.Indexing;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;

namespace Cis.Worker.Tests.Indexing;

public sealed class DocumentKeyTests
{
    private static readonly DateTimeOffset Second = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ObjectFacts Facts = new(1, null, null, null, Second);

    [Fact]
    public void An_id_over_512_bytes_is_hashed_and_a_shorter_one_kept()
    {
        string longest = new string('鍵', 170) + "ab";

        Assert.Equal(longest, DocumentKey.IdOf(longest));
        Assert.Equal(71, DocumentKey.IdOf(longest + "c").Length);
        Assert.NotEqual(DocumentKey.IdOf(longest + "c"), DocumentKey.IdOf(longest + "d"));
    }

    [Fact]
    public void The_notifications_own_moment_counts_to_the_millisecond() =>
        Assert.Equal(
            Second.ToUnixTimeMilliseconds() + 123,
            DocumentKey.VersionOf(Notification() with { LastModified = "2026-01-02T03:04:05.123Z" }, Facts, default)
        );

    [Fact]
    public void Within_a_second_the_sequencer_decides()
    {
        string[] sequencers =
        [
            $"00{Second.ToUnixTimeSeconds():X8}000001AA",
            $"00{Second.ToUnixTimeSeconds():X8}FFF001AA",
            $"00{Second.ToUnixTimeSeconds() + 1:X8}000001AA",
            $"00{Second.ToUnixTimeSeconds() + 1:X8}FFF001AA",
        ];

        long[] versions =
        [
            .. sequencers.Select(s => DocumentKey.VersionOf(Notification() with { Sequencer = s }, Facts, default)),
        ];

        Assert.Equal(versions.Order(), versions);
        Assert.Equal(4, versions.Distinct().Count());
        Assert.All(versions, version => Assert.Equal(Second.ToUnixTimeSeconds(), version / 1000));
    }

    [Fact]
    public void Reading_again_without_a_sequencer_replaces_what_an_event_of_that_second_made() =>
        Assert.True(
            DocumentKey.VersionOf(Notification(), Facts, default)
                > DocumentKey.VersionOf(Notification() with { Sequencer = "FFFFFFFFFFFFFFFFFF" }, Facts, default)
        );

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("no hexadecimal digits")]
    public void A_sequencer_of_another_form_is_left_out_of_account(string sequencer) =>
        Assert.Equal(
            DocumentKey.VersionOf(Notification(), Facts, default),
            DocumentKey.VersionOf(Notification() with { Sequencer = sequencer }, Facts, default)
        );

    private static FileNotification Notification() => new(new ObjectReference("b", "k"));
}
