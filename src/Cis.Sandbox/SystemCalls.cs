using System.Globalization;

namespace Cis.Sandbox;

/// <summary>Names of the system calls that somebody who has taken over a process tries first (x86-64).</summary>
internal static class SystemCalls
{
    internal static string NameOf(int number) =>
        number switch
        {
            9 => "mmap (of memory that runs)",
            10 => "mprotect (of memory that runs)",
            41 => "socket",
            42 => "connect",
            53 => "socketpair",
            56 => "clone",
            57 => "fork",
            58 => "vfork",
            59 or 322 => "execve",
            62 or 200 or 234 => "kill",
            82 or 264 or 316 => "rename",
            87 or 263 => "unlink",
            90 or 91 or 268 => "chmod",
            101 => "ptrace",
            165 => "mount",
            272 => "unshare",
            310 or 311 => "process_vm_readv",
            319 => "memfd_create",
            321 => "bpf",
            425 => "io_uring_setup",
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
}
