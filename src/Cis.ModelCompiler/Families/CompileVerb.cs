namespace Cis.ModelCompiler.Families;

/// <summary><c>compile</c>: a folder of source models in, a compiled model family out.</summary>
internal static class CompileVerb
{
    public static int Run(Arguments arguments)
    {
        var source = FamilySource.Find(arguments.Required("family"), arguments.Required("models"));
        new FamilyCompiler(source, arguments.Required("out")).Compile();
        return 0;
    }
}
