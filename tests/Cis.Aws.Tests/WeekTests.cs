using Cis.Aws.Tests.Week;

namespace Cis.Aws.Tests;

/// <summary>A week of an instance on a clock that jumps from one event to the next.</summary>
public sealed class WeekTests(ITestOutputHelper output)
{
    // An hour has 30 questions of two minutes' distance, of two requests each; a fault at most 60 in vain, of up to six.
    private const int MostQuestions = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Through_a_week_of_renewals_clock_steps_and_faults_nothing_expired_is_used_and_no_notice_missed(int seed)
    {
        using var week = new SimulatedWeek(seed);

        week.Run();

        output.WriteLine(
            $"{week.Signed} signed, {week.Served} served and {week.Refused} refused by OpenSearch, {week.Faults} faults, {week.Steps} steps of "
                + $"the clock, {week.Sleeps} sleeps, {week.NoticesSeen} of {week.Notices} notices seen, "
                + $"{week.QuestionsByHour.Min()} to {week.QuestionsByHour.Max()} questions an hour"
        );
        Assert.Empty(week.Complaints);
        // Whatever ends has failed: all of them are to go on forever.
        Assert.All(week.Loops, loop => Assert.False(loop.IsCompleted, loop.Exception?.ToString()));
        Assert.All(week.QuestionsByHour, count => Assert.InRange(count, 1, MostQuestions));
        Assert.True(week is { Faults: > 50, Steps: > 30, Sleeps: > 5, Notices: > 80, Signed: > 25_000 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Through_a_week_of_outages_of_sts_keys_that_are_good_are_used_and_no_message_is_lost(int seed)
    {
        using var week = new SimulatedRoleWeek(seed);

        week.Run();

        output.WriteLine(
            $"{week.Signed} signed, {week.Unsigned} without keys, {week.Steps} steps of the clock, {week.Sent} files sent, "
                + $"{week.Done} done after {week.TriedAgain} tries in vain, {week.Waiting} waiting, "
                + $"{week.QuestionsByHour.Min()} to {week.QuestionsByHour.Max()} questions an hour"
        );
        Assert.Empty(week.Complaints);
        Assert.All(week.Loops, loop => Assert.False(loop.IsCompleted, loop.Exception?.ToString()));
        Assert.Equal(Enum.GetValues<StsFault>().Length - 1, week.Seen.Count);
        Assert.Equal(week.Sent, week.Done + week.Waiting);
        // What waits at the end has come since the last fault began.
        Assert.InRange(week.Waiting, 0, 20);
        Assert.All(week.QuestionsByHour, count => Assert.InRange(count, 0, MostQuestions));
        Assert.True(week is { Steps: > 30, Sleeps: > 5, Signed: > 20_000, TriedAgain: > 10, Sent: > 2_000 });
    }
}
