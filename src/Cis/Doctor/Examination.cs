namespace Cis.Doctor;

/// <summary>Runs checks one after another; one that throws or takes too long has failed.</summary>
internal static class Examination
{
    // A service that takes longer is down; the sample's page has the time of a page.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs the checks.</summary>
    /// <param name="checks">In the order of telling.</param>
    /// <param name="tell">Told each finding as soon as it is there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The worst of them.</returns>
    internal static async Task<CheckStatus> RunAsync(
        IEnumerable<Check> checks,
        Action<Finding> tell,
        CancellationToken cancellationToken
    )
    {
        CheckStatus worst = CheckStatus.Pass;
        foreach (Check check in checks)
        {
            Finding finding = await RunAsync(check, cancellationToken);
            tell(finding);
            worst = (CheckStatus)Math.Max((int)worst, (int)finding.Status);
        }

        return worst;
    }

    private static async Task<Finding> RunAsync(Check check, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            return await check.Look(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(check.Name, CheckStatus.Fail, $"no answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(check.Name, CheckStatus.Fail, e.Message);
        }
    }
}
