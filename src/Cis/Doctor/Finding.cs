namespace Cis.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>cis works, but is slower or at more risk than it need be.</summary>
    Warn,

    /// <summary>cis does not work like this.</summary>
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at, in one word.</param>
/// <param name="Status">Whether it is as it should be.</param>
/// <param name="Found">What is there, in one line.</param>
/// <param name="Advice">What to do; null where all is well.</param>
internal sealed record Finding(string Check, CheckStatus Status, string Found, string? Advice = null);

/// <summary>Something to look at.</summary>
/// <param name="Name">In one word.</param>
/// <param name="Look">Looks; what it throws is a failure.</param>
internal sealed record Check(string Name, Func<CancellationToken, Task<Finding>> Look)
{
    /// <summary>A check that waits for nothing.</summary>
    internal Check(string name, Func<Finding> look)
        : this(name, _ => Task.FromResult(look())) { }
}
