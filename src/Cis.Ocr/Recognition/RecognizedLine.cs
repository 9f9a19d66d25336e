using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>A line as it was read, before the page is put in order.</summary>
/// <param name="Line">Its text, confidence, box and words, all in page pixels.</param>
/// <param name="Vertical">It runs down the page, as vertical Japanese does.</param>
internal readonly record struct RecognizedLine(TextLine Line, bool Vertical);
