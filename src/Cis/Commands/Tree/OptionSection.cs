namespace Cis.Commands.Tree;

/// <summary>What an option is about: under this heading the help has it, in this order.</summary>
internal enum OptionSection
{
    /// <summary>What only this command does.</summary>
    Options,

    /// <summary>Which files.</summary>
    Input,

    /// <summary>What is read, and how.</summary>
    Reading,

    /// <summary>What becomes of the result.</summary>
    Output,

    /// <summary>When a page, a file or a document is given up.</summary>
    Limits,

    /// <summary>A folder in place of a cloud.</summary>
    Local,

    /// <summary>SQS and S3.</summary>
    Queue,

    /// <summary>OpenSearch.</summary>
    Index,

    /// <summary>The worker's process.</summary>
    Worker,

    /// <summary>This machine: cores, memory, scratch.</summary>
    Machine,

    /// <summary>What is said besides.</summary>
    Log,

    /// <summary>Help and the configuration file.</summary>
    Help,
}
