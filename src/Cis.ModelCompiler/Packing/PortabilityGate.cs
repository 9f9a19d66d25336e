namespace Cis.ModelCompiler.Packing;

/// <summary>
/// The promise that the packed file runs on Amazon Linux 2023 and whatever is as new: checked at the build, since the
/// linker takes the newest symbols that the building machine has.
/// </summary>
internal static class PortabilityGate
{
    /// <summary>The glibc of Amazon Linux 2023.</summary>
    public static readonly Version NewestGlibc = new(2, 34);

    /// <summary>The libstdc++ symbols of its gcc 11.</summary>
    public static readonly Version NewestLibstdcxx = new(3, 4, 29);

    /// <summary>All that the executable itself may need; the libraries of the payload may need more, loaded later.</summary>
    private static readonly string[] ExecutableMayNeed = ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"];

    /// <summary>Checks the executable and tells what it needs.</summary>
    /// <exception cref="CompilerException">It would not start on the target.</exception>
    public static string CheckExecutable(string path)
    {
        var needs = ElfNeeds.Read(path);
        string[] tooMany = needs.Libraries.Except(ExecutableMayNeed, StringComparer.Ordinal).ToArray();
        if (tooMany.Length > 0)
        {
            throw new CompilerException($"{path} needs {string.Join(", ", tooMany)}, which a target may lack.");
        }

        CheckVersions(path, needs);
        return Describe(needs);
    }

    /// <summary>Checks a library of the payload and tells what it needs.</summary>
    /// <exception cref="CompilerException">It would not load on the target.</exception>
    public static string CheckLibrary(string path)
    {
        var needs = ElfNeeds.Read(path);
        CheckVersions(path, needs);
        return Describe(needs);
    }

    private static void CheckVersions(string path, ElfNeeds needs)
    {
        if (needs.Glibc > NewestGlibc)
        {
            throw new CompilerException(
                $"{path} needs glibc {needs.Glibc}, newer than the {NewestGlibc} of the target."
            );
        }

        Version libstdcxx = needs.NewestOf("GLIBCXX_");
        if (libstdcxx > NewestLibstdcxx)
        {
            throw new CompilerException(
                $"{path} needs GLIBCXX {libstdcxx}, newer than the {NewestLibstdcxx} of the target."
            );
        }
    }

    private static string Describe(ElfNeeds needs)
    {
        Version libstdcxx = needs.NewestOf("GLIBCXX_");
        string cxx = libstdcxx.Major > 0 ? $", GLIBCXX {libstdcxx}" : "";
        return $"glibc {needs.Glibc}{cxx}; {string.Join(" ", needs.Libraries)}";
    }
}
