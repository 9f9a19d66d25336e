namespace Cis.Doctor;

/// <summary>How a check ended.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>cis works, but slower, with more risk, or otherwise than expected.</summary>
    Warn,

    /// <summary>cis does not work so.</summary>
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at, in one word.</param>
/// <param name="Health">How it is.</param>
/// <param name="Found">What is there, in one line.</param>
/// <param name="Advice">What to do; null where all is well.</param>
internal sealed record Finding(string Check, Health Health, string Found, string? Advice = null);

/// <summary>Something to look at.</summary>
/// <param name="Name">In one word.</param>
/// <param name="Look">Looks; what it throws is a failure.</param>
internal sealed record Check(string Name, Func<CancellationToken, Task<Finding>> Look)
{
    /// <summary>A check that waits for nothing.</summary>
    internal Check(string name, Func<Finding> look)
        : this(name, _ => Task.FromResult(look())) { }
}
