#define _GNU_SOURCE
#include "mapping.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_MAPPINGS = 1024 };

// The handler reads these while others change them: a slot counts once its end is set, and no longer when that is 0.
struct CisMapping {
    atomic_int is_taken;
    _Atomic uintptr_t start, end;
    atomic_int is_cut;
};

static CisMapping mappings[MOST_MAPPINGS];
static struct sigaction before;
static uintptr_t page_mask;

// What is missing at an address is missing from there on: one call for all of it, whose zeros take no memory.
static int give_zeros(CisMapping *mapping, uintptr_t address) {
    uintptr_t end = atomic_load(&mapping->end);
    if (!end || address < atomic_load(&mapping->start) || address >= end)
        return 0;
    uintptr_t page = address & page_mask;
    if (mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
        return 0;
    atomic_store(&mapping->is_cut, 1);
    return 1;
}

static void pass_on(int number, siginfo_t *info, void *context) {
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(number, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(number);
    } else {
        // Back to the instruction that failed, or once more where it was sent: that ends the process now.
        signal(number, SIG_DFL);
        if (info->si_code <= 0)
            raise(number);
    }
}

static void on_missing_page(int number, siginfo_t *info, void *context) {
    int error = errno;
    int is_given = 0;
    for (int i = 0; info->si_code == BUS_ADRERR && i < MOST_MAPPINGS && !is_given; i++)
        is_given = give_zeros(&mappings[i], (uintptr_t)info->si_addr);
    if (!is_given)
        pass_on(number, info, context);
    errno = error;
}

static void install(void) {
    page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    struct sigaction action = {.sa_sigaction = on_missing_page, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(SIGBUS, &action, &before);
}

CisMapping *cis_mapping_watch(void *start, size_t length) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    for (int i = 0; i < MOST_MAPPINGS; i++) {
        if (atomic_exchange(&mappings[i].is_taken, 1))
            continue;
        atomic_store(&mappings[i].is_cut, 0);
        atomic_store(&mappings[i].start, (uintptr_t)start);
        atomic_store(&mappings[i].end, (uintptr_t)start + length);
        return &mappings[i];
    }
    return NULL;
}

int cis_mapping_is_cut(CisMapping *mapping) { return atomic_load(&mapping->is_cut); }

void cis_mapping_forget(CisMapping *mapping) {
    atomic_store(&mapping->end, 0);
    atomic_store(&mapping->is_taken, 0);
}
