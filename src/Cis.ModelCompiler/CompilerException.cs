namespace Cis.ModelCompiler;

/// <summary>The tool cannot do what was asked; the message is a sentence for the person who runs the build.</summary>
internal sealed class CompilerException(string reason, Exception? cause = null) : Exception(reason, cause);
