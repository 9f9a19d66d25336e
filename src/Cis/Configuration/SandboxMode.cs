namespace Cis.Configuration;

/// <summary>Where documents are parsed.</summary>
internal enum SandboxMode
{
    /// <summary>In a process in the sandbox where the kernel lets there be one, else in this one, which is said.</summary>
    Auto,

    /// <summary>In a process in the sandbox, or not at all.</summary>
    On,

    /// <summary>In this process.</summary>
    Off,
}
