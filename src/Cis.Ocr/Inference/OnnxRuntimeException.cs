namespace Cis.Ocr.Inference;

/// <summary>The inference library refused a model or a run; its own words are the message.</summary>
internal sealed class OnnxRuntimeException(string message) : Exception(message);
