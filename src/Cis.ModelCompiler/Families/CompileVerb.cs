namespace Cis.ModelCompiler.Families;

/// <summary><c>compile</c>: a folder of source models in, a compiled model family out.</summary>
internal static class CompileVerb
{
    public static int Run(Arguments arguments)
    {
        _ = arguments.Required("family");
        _ = arguments.Required("models");
        _ = arguments.Required("out");
        return 0;
    }
}
