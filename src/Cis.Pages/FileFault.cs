namespace Cis.Pages;

/// <summary>Says why a file or folder cannot be used, in words that do not repeat its path and that say what to do.</summary>
public static class FileFault
{
    // errno(3), which an IOException has as its HResult: asm-generic/errno-base.h and errno.h.
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int IoError = 5;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int NotADirectory = 20;
    private const int IsADirectory = 21;
    private const int ProcessFilesExhausted = 24;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int Loop = 40;
    private const int Quota = 122;

    /// <summary>The reason, such as <c>permission denied for this user</c>; without a full stop.</summary>
    /// <param name="e">What a file operation has thrown.</param>
    public static string Describe(Exception e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e switch
        {
            UnauthorizedAccessException or IOException { HResult: AccessDenied or NotPermitted } =>
                "permission denied for this user",
            DirectoryNotFoundException => "a folder of its path is missing, or is a file",
            FileNotFoundException => "there is no such file",
            IOException { HResult: NoEntry } => "there is no such file or folder",
            PathTooLongException => "its path is too long",
            IOException { HResult: NoSpace } => "no space is left: make room, or name another place",
            IOException { HResult: Quota } => "this user's disk quota is used up",
            IOException { HResult: ReadOnly } => "it is on a file system that is mounted read-only",
            IOException { HResult: Exists } => "a file is in its place",
            IOException { HResult: NotADirectory } => "a part of its path is a file",
            IOException { HResult: IsADirectory } => "it is a folder",
            IOException { HResult: Loop } => "its symbolic links go round in a circle",
            IOException { HResult: ProcessFilesExhausted } => "too many files are open: raise ulimit -n",
            IOException { HResult: IoError } => "the device reports an error (EIO)",
            _ => WithoutPath(e.Message),
        };
    }

    /// <summary>The same of a file that was to be read, which a folder is not: the system may call that a lack of permission.</summary>
    /// <param name="e">What a file operation has thrown.</param>
    /// <param name="path">The file's.</param>
    public static string Describe(Exception e, string path) => Directory.Exists(path) ? "it is a folder" : Describe(e);

    // "No locks available : '/mnt/nfs/x'"
    private static string WithoutPath(string message)
    {
        int path = message.IndexOf(" : '", StringComparison.Ordinal);
        return (path < 0 ? message : message[..path]).TrimEnd('.');
    }
}
