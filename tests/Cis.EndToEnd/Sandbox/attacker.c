// Stands in for PDFium, taken over by a document: what a file says behind "%PDF-attack:" is tried when it is opened.
// WITNESS is a path that it tries to make. Every door that is found open ends the process with exit code 77, which the
// tests look for.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN_DOOR = 77, CORRUPT = 3 };

static void must_fail(int failed) {
    if (!failed)
        _exit(OPEN_DOOR);
}

static void try_metadata_service(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};
    inet_pton(AF_INET, "169.254.169.254", &to.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    must_fail(s < 0 || connect(s, (struct sockaddr *)&to, sizeof to));
}

static void try_code(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must_fail(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static void eat(void) {
    for (;;) {
        char *more = malloc(64 << 20);
        if (!more)
            abort();
        memset(more, 1, 64 << 20);
    }
}

static void fork_for_ever(void) {
    for (;;)
        must_fail(fork() < 0);
}

// Goes past its own library: what the guard counts is not all that a process can ask for.
static void eat_past_the_guard(void) {
    for (;;) {
        void *more = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (more == MAP_FAILED)
            abort();
    }
}

static void answer_nonsense(void) {
    static const char nonsense[] = "\xff\xff\xff\x7f and more that is no answer at all";
    must_fail(write(0, nonsense, sizeof nonsense) < 0 || 1);
}

static void attack(const char *how) {
    char bytes[64];
    if (!strcmp(how, "socket"))
        must_fail(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
    else if (!strcmp(how, "metadata"))
        try_metadata_service();
    else if (!strcmp(how, "exec"))
        must_fail(execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL));
    else if (!strcmp(how, "fork"))
        fork_for_ever();
    else if (!strcmp(how, "ptrace"))
        must_fail(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
    else if (!strcmp(how, "parent"))
        must_fail(
            process_vm_readv(getppid(), &(struct iovec){bytes, 8}, 1, &(struct iovec){(void *)0x400000, 8}, 1, 0) < 0);
    else if (!strcmp(how, "kill"))
        must_fail(kill(getppid(), SIGKILL));
    else if (!strcmp(how, "environment"))
        must_fail(open("/proc/self/environ", O_RDONLY) < 0);
    else if (!strcmp(how, "write"))
        must_fail(open(WITNESS, O_WRONLY | O_CREAT, 0600) < 0);
    else if (!strcmp(how, "directory"))
        must_fail(mkdir(WITNESS, 0700));
    else if (!strcmp(how, "code"))
        try_code();
    else if (!strcmp(how, "crash"))
        *(volatile int *)8 = 1;
    else if (!strcmp(how, "overflow"))
        attack((const char[]){"overflow"});
    else if (!strcmp(how, "abort"))
        abort();
    else if (!strcmp(how, "hang"))
        for (;;)
            ;
    else if (!strcmp(how, "eat"))
        eat();
    else if (!strcmp(how, "eat-past"))
        eat_past_the_guard();
    else if (!strcmp(how, "nonsense"))
        answer_nonsense();
    // None of it may be found in the environment either.
    extern char **environ;
    must_fail(environ == NULL || *environ == NULL);
}

// The names that cis asks for; each must be there. The first is the one it opens a document with.
#define STUB(name) \
    __attribute__((visibility("default"))) intptr_t name(void) { return 0; }
#include "stubs.h"

__attribute__((visibility("default"))) void *FPDF_LoadMemDocument64(const char *data, size_t size,
                                                                    const char *password) {
    (void)password;
    char *how = malloc(32);
    memset(how, 0, 32);
    const char *from = memchr(data, ':', size);
    for (int i = 0; from && ++from < data + size && *from >= '-' && i < 31; i++)
        how[i] = *from;
    attack(how);
    free(how);
    return NULL;
}

__attribute__((visibility("default"))) unsigned long FPDF_GetLastError(void) { return CORRUPT; }
