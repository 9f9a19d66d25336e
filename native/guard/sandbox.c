#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- outside: making the process ----------------------------------------------------------------------------------

enum { STACK_BYTES = 64 << 10, REPORT_BYTES = 4096, OPEN_FILES = 64 };

typedef struct {
    const char *program;
    char *const *arguments, *const *environment;
    int descriptors[CIS_SANDBOX_FILES + CIS_SANDBOX_MOST_FILES]; // what stands at 0, 1, 2, …
    int count;
    const CisSandboxLimits *limits;
    sigset_t signals; // as they were masked before
    int parent;
    volatile int error;
} Start;

static int set_limit(int what, int64_t value) {
    struct rlimit now;
    if (getrlimit(what, &now))
        return -1;
    rlim_t limit = (rlim_t)value;
    if (now.rlim_max < limit)
        limit = now.rlim_max;
    return setrlimit(what, &(struct rlimit){limit, limit});
}

static int set_limits(const CisSandboxLimits *limits) {
    return set_limit(RLIMIT_CORE, 0) || set_limit(RLIMIT_NOFILE, OPEN_FILES) ||
           set_limit(RLIMIT_FSIZE, limits->most_file_bytes) || set_limit(RLIMIT_DATA, limits->most_data_bytes);
}

// Puts the descriptors at 0, 1, 2, …, and closes all others.
static int place(const Start *start) {
    int count = start->count;
    int moved[CIS_SANDBOX_FILES + CIS_SANDBOX_MOST_FILES];
    // First out of the way of their places: none is overwritten before it is moved.
    for (int i = 0; i < count; i++)
        if ((moved[i] = fcntl(start->descriptors[i], F_DUPFD, count)) < 0)
            return -1;
    for (int i = 0; i < count; i++)
        if (dup2(moved[i], i) < 0)
            return -1;
    if (syscall(SYS_close_range, count, ~0u, 0) == 0)
        return 0;
    // Before Linux 5.9.
    for (int i = count, end = (int)sysconf(_SC_OPEN_MAX); i < end; i++)
        close(i);
    return 0;
}

// Runs on the memory of the caller, which waits: nothing here may change what is the caller's but for start itself.
static int become(void *argument) {
    Start *start = argument;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The one that started it may have ended before that.
    if (getppid() != start->parent)
        _exit(127);
    // The limits last: until they are placed, there may be more descriptors than the process may have.
    if (place(start) == 0 && set_limits(start->limits) == 0) {
        sigprocmask(SIG_SETMASK, &start->signals, NULL);
        execve(start->program, start->arguments, start->environment);
    }
    start->error = errno;
    _exit(127);
}

static int clone_into(Start *start, char *stack, int namespaces) {
    start->error = 0;
    int pid = clone(become, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD | namespaces, start);
    if (pid < 0)
        return -errno;
    if (!start->error)
        return pid;
    waitpid(pid, NULL, 0);
    return -start->error;
}

// In namespaces if it may be; without where users get none, or they have been used up.
static int make_process(Start *start, int *layers) {
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return -errno;
    sigset_t all;
    sigfillset(&all);
    // No handler may run on the caller's memory in the other process.
    pthread_sigmask(SIG_BLOCK, &all, &start->signals);
    *layers = CIS_SANDBOX_LIMITS | CIS_SANDBOX_NAMESPACES;
    int pid = clone_into(start, stack, CLONE_NEWUSER | CLONE_NEWNET);
    if (pid < 0) {
        *layers = CIS_SANDBOX_LIMITS;
        pid = clone_into(start, stack, 0);
    }
    pthread_sigmask(SIG_SETMASK, &start->signals, NULL);
    munmap(stack, STACK_BYTES);
    return pid;
}

// A file in memory that stays as long as it is: what is mapped of it outside cannot go away.
static int make_report(CisSandboxReport **report) {
    int file = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0)
        return -1;
    void *mapped = MAP_FAILED;
    if (ftruncate(file, REPORT_BYTES) == 0 && fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        mapped = mmap(NULL, REPORT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) {
        close(file);
        return -1;
    }
    *report = mapped;
    (*report)->denied = -1;
    return file;
}

int cis_sandbox_start(const char *program, char *const arguments[], char *const environment[], const int32_t *files,
                      int32_t count, const CisSandboxLimits *limits, CisSandbox *sandbox) {
    if (count > CIS_SANDBOX_MOST_FILES)
        return EINVAL;
    int sockets[2], error = 0, layers = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
        return errno;
    int report = make_report(&sandbox->report);
    if (report < 0) {
        error = errno;
        close(sockets[0]);
        close(sockets[1]);
        return error;
    }
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    Start start = {.program = program,
                   .arguments = arguments,
                   .environment = environment,
                   // Where there is no such device, the report takes what nobody reads.
                   .descriptors = {sockets[1], report, nothing < 0 ? report : nothing},
                   .count = CIS_SANDBOX_FILES + count,
                   .limits = limits,
                   .parent = getpid()};
    for (int i = 0; i < count; i++)
        start.descriptors[CIS_SANDBOX_FILES + i] = files[i];
    int pid = make_process(&start, &layers);
    close(sockets[1]);
    close(report);
    if (nothing >= 0)
        close(nothing);
    if (pid < 0) {
        close(sockets[0]);
        munmap(sandbox->report, REPORT_BYTES);
        return -pid;
    }
    sandbox->pid = pid;
    sandbox->socket = sockets[0];
    sandbox->layers = layers;
    return 0;
}

int cis_sandbox_end(CisSandbox *sandbox, CisSandboxReport *last) {
    int status = -1;
    kill(sandbox->pid, SIGKILL);
    while (waitpid(sandbox->pid, &status, 0) < 0 && errno == EINTR)
        ;
    *last = *sandbox->report;
    last->path[CIS_SANDBOX_PATH - 1] = 0;
    close(sandbox->socket);
    munmap(sandbox->report, REPORT_BYTES);
    return status;
}

// ---- both sides: messages -----------------------------------------------------------------------------------------

typedef union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header; // for its alignment
} Control;

int cis_sandbox_send(int32_t socket, const void *data, size_t length, int32_t file) {
    const char *rest = data;
    while (length > 0) {
        struct iovec part = {(void *)rest, length};
        Control control = {0};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (file >= 0) {
            message.msg_control = &control;
            message.msg_controllen = sizeof control;
            struct cmsghdr *header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(header), &file, sizeof(int));
        }
        ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            return errno;
        }
        file = -1;
        rest += sent;
        length -= (size_t)sent;
    }
    return 0;
}

static void take_file(struct msghdr *message, int32_t *file) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
            header->cmsg_len != CMSG_LEN(sizeof(int)))
            continue;
        int came;
        memcpy(&came, CMSG_DATA(header), sizeof(int));
        if (*file >= 0)
            close(came);
        else
            *file = came;
    }
}

int cis_sandbox_receive(int32_t socket, void *data, size_t length, int32_t *file) {
    char *rest = data;
    *file = -1;
    while (length > 0) {
        struct iovec part = {rest, length};
        Control control;
        struct msghdr message = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        ssize_t came = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (came < 0) {
            if (errno == EINTR)
                continue;
            return errno;
        }
        take_file(&message, file);
        if (came == 0)
            return EPIPE;
        rest += came;
        length -= (size_t)came;
    }
    return 0;
}
