using Cis.Payload;

namespace Cis.Doctor;

/// <summary>The file itself: whether it was copied whole, and what it carries.</summary>
internal static class PayloadCheck
{
    private const string Name = "payload";

    /// <summary>Reads every byte of it.</summary>
    /// <param name="open">Opens the payload.</param>
    internal static Finding Look(Func<PayloadStore> open)
    {
        try
        {
            using PayloadStore payload = open();
            payload.Verify();
            var family = FamilySummary.Read(payload);
            string found = $"every byte checked; cis {BuildFacts.Read(payload)}, models {family.Name}";
            return family.Note.Length == 0
                ? new(Name, CheckStatus.Pass, found)
                : new(Name, CheckStatus.Warn, found, family.Note);
        }
        catch (PayloadException e)
        {
            return new(Name, CheckStatus.Fail, e.Message, "copy the file again, and compare it with SHA256SUMS");
        }
    }
}
