// The calls of the kernel that a process in the sandbox may make. Computing and waiting: memory, clocks, its own
// threads and signals. Its files: reading, mapping and growing what it was given. Nothing that names a file, a process,
// an address or a device.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "sandbox.h"

// clang-format off
static const int allowed[] = {
    // In the order of how often they are called.
    SYS_futex, SYS_recvmsg, SYS_sendmsg, SYS_munmap, SYS_madvise, SYS_mremap, SYS_brk, SYS_read, SYS_pread64, SYS_write,
    SYS_close, SYS_fstat, SYS_lseek, SYS_ftruncate, SYS_fadvise64, SYS_sched_yield, SYS_clock_gettime,
    SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getpid, SYS_getppid, SYS_gettid, SYS_getrandom,
    SYS_getrusage, SYS_sysinfo, SYS_membarrier, SYS_sched_getaffinity, SYS_getcpu, SYS_get_mempolicy, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall, SYS_set_robust_list, SYS_rseq,
    SYS_poll, SYS_ppoll, SYS_exit, SYS_exit_group,
};

// Refused without a word: questions that libraries ask, and can do without.
static const struct {
    int call, error;
} refused[] = {
    {SYS_clone3, ENOSYS}, // clone is asked then, whose flags can be looked at
    {SYS_fcntl, EPERM},       {SYS_ioctl, ENOTTY},          {SYS_prctl, EPERM},       {SYS_uname, EPERM},
    {SYS_flock, EPERM},       {SYS_sched_setaffinity, EPERM}, {SYS_prlimit64, EPERM}, {SYS_getrlimit, EPERM},
    {SYS_mlock, EPERM},       {SYS_getuid, EPERM},            {SYS_geteuid, EPERM},   {SYS_statfs, EPERM},
    {SYS_fstatfs, EPERM},     {SYS_pipe2, EPERM},             {SYS_eventfd2, EPERM},  {SYS_sched_getparam, EPERM},
    {SYS_sched_getscheduler, EPERM}, {SYS_getcwd, ENOENT},    {SYS_setpriority, EPERM},
};
// clang-format on

#define COUNT(array) (sizeof(array) / sizeof *(array))

// Calls that name a file, and which argument does.
static int path_argument(int call) {
    switch (call) {
            // clang-format off
        case SYS_open: case SYS_stat: case SYS_lstat: case SYS_access: case SYS_readlink: case SYS_creat: return 0;
        case SYS_openat: case SYS_newfstatat: case SYS_statx: case SYS_readlinkat: case SYS_faccessat:
        case SYS_faccessat2: case SYS_openat2: return 1;
            // clang-format on
        default: return -1;
    }
}

// ---- the filter ---------------------------------------------------------------------------------------------------

// Each call allowed or refused takes two instructions, those with conditions a few more.
enum { MOST_INSTRUCTIONS = 256 };

typedef struct {
    struct sock_filter code[MOST_INSTRUCTIONS];
    unsigned short length;
} Filter;

#define FIELD(name) ((unsigned)offsetof(struct seccomp_data, name))
// The lower half of an argument, which is all that flags and protections use.
#define ARGUMENT(n) ((unsigned)offsetof(struct seccomp_data, args[n]))

static void put(Filter *filter, unsigned short code, unsigned char yes, unsigned char no, unsigned value) {
    filter->code[filter->length++] = (struct sock_filter){code, yes, no, value};
}

static void load(Filter *filter, unsigned at) { put(filter, BPF_LD | BPF_W | BPF_ABS, 0, 0, at); }
static void answer(Filter *filter, unsigned with) { put(filter, BPF_RET | BPF_K, 0, 0, with); }

// The next count instructions are for this call alone.
static void if_call(Filter *filter, int call, unsigned char count) {
    put(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, count, (unsigned)call);
}

static unsigned error(int number) { return SECCOMP_RET_ERRNO | (unsigned)number; }

// One answer if an argument has any of some bits, another if it has none.
static void by_bits(Filter *filter, int call, int argument, unsigned bits, unsigned with, unsigned without) {
    if_call(filter, call, 4);
    load(filter, ARGUMENT(argument));
    put(filter, BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
    answer(filter, with);
    answer(filter, without);
}

static void by_value(Filter *filter, int call, int argument, unsigned value, unsigned same, unsigned other) {
    if_call(filter, call, 4);
    load(filter, ARGUMENT(argument));
    put(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
    answer(filter, same);
    answer(filter, other);
}

static void write_filter(Filter *filter) {
    load(filter, FIELD(arch));
    put(filter, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_X86_64);
    answer(filter, SECCOMP_RET_KILL_PROCESS);
    load(filter, FIELD(nr));
    // Memory for data only: all code is there by now.
    by_bits(filter, SYS_mmap, 2, PROT_EXEC, SECCOMP_RET_TRAP, SECCOMP_RET_ALLOW);
    by_bits(filter, SYS_mprotect, 2, PROT_EXEC, SECCOMP_RET_TRAP, SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < COUNT(allowed); i++) {
        if_call(filter, allowed[i], 1);
        answer(filter, SECCOMP_RET_ALLOW);
    }
    // Threads of its own, signals to itself, a look at a descriptor that it has, a name for a thread.
    by_bits(filter, SYS_clone, 0, CLONE_THREAD, SECCOMP_RET_ALLOW, SECCOMP_RET_TRAP);
    by_value(filter, SYS_tgkill, 0, (unsigned)getpid(), SECCOMP_RET_ALLOW, SECCOMP_RET_TRAP);
    by_bits(filter, SYS_newfstatat, 3, AT_EMPTY_PATH, SECCOMP_RET_ALLOW, SECCOMP_RET_TRAP);
    for (size_t i = 0; i < COUNT(refused); i++) {
        if_call(filter, refused[i].call, 1);
        answer(filter, error(refused[i].error));
    }
    answer(filter, SECCOMP_RET_TRAP);
}

// ---- what is not allowed ------------------------------------------------------------------------------------------

static CisSandboxReport *report;

// .NET asks how much memory the machine has left, the C library where it stands and how many CPUs there are: both go on
// without the answer.
static const char *const usual[] = {"/proc/meminfo", "/etc/localtime", "/sys/devices/system/cpu/online", "/proc/stat"};

static int is_usual(const char *path) {
    for (size_t i = 0; i < COUNT(usual); i++)
        if (strcmp(path, usual[i]) == 0)
            return 1;
    return 0;
}

static void note_path(const char *path) {
    if (is_usual(path) || report->opened++ > 0)
        return;
    int i = 0;
    for (; i < CIS_SANDBOX_PATH - 1 && path[i]; i++)
        report->path[i] = path[i];
    report->path[i] = 0;
}

// A file that cannot be opened is one that is not there: fonts, profiles and the machine's memory are asked for by
// libraries that go on without. Nobody needs the rest.
static void on_denied(int number, siginfo_t *info, void *context) {
    (void)number;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    int path = path_argument(info->si_syscall);
    if (path < 0) {
        report->denied = info->si_syscall;
        _exit(CIS_SANDBOX_DENIED);
    }
    note_path((const char *)registers[path == 0 ? REG_RDI : REG_RSI]);
    registers[REG_RAX] = -ENOENT;
}

void cis_sandbox_starve(void) {
    if (report)
        report->starved = 1;
}

int cis_sandbox_enter(void) {
    void *shared = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, CIS_SANDBOX_REPORT, 0);
    if (shared == MAP_FAILED)
        return errno;
    report = shared;
    struct sigaction action = {.sa_sigaction = on_denied, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    static Filter filter; // too large for a thread's stack to be sure of it
    write_filter(&filter);
    struct sock_fprog program = {filter.length, filter.code};
    // Nobody may look into it, nor it into itself: what /proc shows of it is root's from here on.
    if (sigaction(SIGSYS, &action, NULL) || prctl(PR_SET_DUMPABLE, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return errno;
    long failed = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    return failed < 0 ? errno : failed > 0 ? EBUSY : 0;
}
