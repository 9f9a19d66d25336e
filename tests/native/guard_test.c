// guard_test LIBRARY CALLS: the guard around a library that allocates and frees at random, is stopped for taking too
// much or being cancelled, and is left with what it holds; and files that are cut while they are mapped.
#define _GNU_SOURCE
#include "guarded.h"

#include "guard.h"
#include "mapping.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void demand(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static void call_library(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    demand(library != NULL, "the library cannot be loaded");
    CisGuard *guard = cis_guard_attach(library);
    demand(guard != NULL, "the library cannot be guarded");
    void *work = dlsym(library, "work");
    CisVerdict verdict = CIS_RETURNED;
    for (int i = 0; i < 4 && verdict == CIS_RETURNED; i++) {
        int32_t cancelled = chance(8) == 0;
        intptr_t arguments[CIS_GUARD_ARGUMENTS] = {(intptr_t)chance(1 << 30), between_both(1, 400)}, result = 1;
        size_t most = chance(4) ? 64u << 20 : 1000 + chance(100000);
        verdict = cis_guard_call(guard, work, arguments, most, &cancelled, &result);
        demand(result == 1, "a block lost what was in it");
        demand(!cancelled || verdict != CIS_TOO_MUCH, "a cancelled call ended for another reason");
    }
    dlclose(library);
    cis_guard_release(guard);
}

static void cut_file(void) {
    enum { PAGE = 4096, PAGES = 4 };
    static char bytes[PAGE * PAGES];
    memset(bytes, 'x', sizeof bytes);
    int file = memfd_create("cut", 0);
    demand(file >= 0 && write(file, bytes, sizeof bytes) == (ssize_t)sizeof bytes, "no file");
    size_t length = sizeof bytes - chance(100);
    char *start = mmap(NULL, length, PROT_READ, MAP_SHARED, file, 0);
    CisMapping *mapping = cis_mapping_watch(start, length);
    demand(mapping != NULL, "no room to watch it");
    int left = (int)chance(PAGES + 1);
    demand(ftruncate(file, (off_t)left * PAGE) == 0, "the file cannot be cut");
    for (size_t at = 0; at < length; at += 1 + chance(700))
        demand(start[at] == (at < (size_t)left * PAGE ? 'x' : 0), "a byte that is none of the file's");
    demand(start[length - 1] == (left == PAGES ? 'x' : 0), "the last byte");
    demand(cis_mapping_is_cut(mapping) == (left < PAGES), "a cut that was not noticed, or none that was");
    cis_mapping_forget(mapping);
    munmap(start, length);
    close(file);
}

int main(int count, char **arguments) {
    long calls = count > 2 ? atol(arguments[2]) : 100;
    seed_chance(20261127);
    for (long i = 0; i < calls; i++) {
        call_library(arguments[1]);
        cut_file();
    }
    printf("%ld guarded libraries and cut files held\n", calls);
    return 0;
}
