using System.Runtime.InteropServices;

namespace Cis.Sandbox.Messages;

/// <summary>What is asked of the process that reads.</summary>
internal enum RequestKind
{
    /// <summary>To open a document: <see cref="OpenMessage"/>, and its bytes as a descriptor.</summary>
    Open,

    /// <summary>Whether a page looks like a picture.</summary>
    Look,

    /// <summary>To read a page; where there is a descriptor, the pixels go there from now on.</summary>
    Read,

    /// <summary>To remember whether a font lies. Not answered.</summary>
    Judge,

    /// <summary>To close the document. Not answered.</summary>
    Close,
}

/// <summary>How it is answered.</summary>
internal enum AnswerKind
{
    /// <summary>It is ready: the first answer, before anything was asked.</summary>
    Ready,

    /// <summary>It could not be made ready; the message says why.</summary>
    NotReady,

    /// <summary>Done.</summary>
    Done,

    /// <summary>It cannot be read: the outcome, and the reason as the message.</summary>
    Failed,

    /// <summary>It takes a library that the process lacks; the number says which (<see cref="ReaderLibraries"/>).</summary>
    Lacks,

    /// <summary>A fault of the program's; the message names it.</summary>
    Broken,
}

/// <summary>Goes before each message.</summary>
/// <param name="Length">How many bytes the message has.</param>
/// <param name="Kind">A <see cref="RequestKind"/> or an <see cref="AnswerKind"/>.</param>
/// <param name="Number">A page, a number of pages, an <see cref="Pages.Outcome"/>.</param>
/// <param name="Flags">Of an answer: <see cref="Retires"/>, <see cref="IsPicture"/>.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Frame(int Length, int Kind, int Number, int Flags = 0)
{
    /// <summary>The process has lost PDFium to the document, and wants to be replaced.</summary>
    internal const int Retires = 1;

    /// <summary>The page that was looked at is one.</summary>
    internal const int IsPicture = 2;

    /// <summary>A page of two million words, of some 30 bytes each, is no page.</summary>
    internal const int MostBytes = 64 << 20;
}
