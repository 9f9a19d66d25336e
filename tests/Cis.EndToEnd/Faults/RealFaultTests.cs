using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Faults;

/// <summary>With the real servers, where this machine has them, and what only they can do.</summary>
public sealed class RealFaultTests(RealStack stack) : FaultTests(stack);
