namespace Cis.Service;

/// <summary>The unit by which systemd runs the worker: <c>cis-worker.service</c> beside this file, carried in the program.</summary>
internal static class ServiceUnit
{
    private const string ResourceName = "cis-worker.service";

    /// <summary>The unit, as it is to stand in /etc/systemd/system.</summary>
    internal static string Read()
    {
        using Stream unit = typeof(ServiceUnit).Assembly.GetManifestResourceStream(ResourceName)!;
        using var reader = new StreamReader(unit);
        return reader.ReadToEnd();
    }
}
