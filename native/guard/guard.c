#define _GNU_SOURCE
#include "guard.h"

#include "sandbox.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Before the data of every block. Its size keeps them aligned to 16 bytes, as malloc does.
typedef struct Block {
    struct Block *before, *after;
    CisGuard *guard;
    void *start; // what malloc gave: the block itself, or what lies before it for the sake of alignment
    size_t size;
    uint64_t mark; // just before the data, where malloc keeps a size that is never like it
} Block;

_Static_assert(sizeof(Block) % 16 == 0, "blocks are aligned as malloc's are");

static const uint64_t MARK = 0x9e3779b97f4a7c15u;

// As many engines as cis may be told to have.
enum { MOST_GUARDS = 256 };

struct CisGuard {
    int is_taken;
    Block blocks; // of a ring
    size_t held;
    size_t most;
    const volatile int32_t *cancelled; // null but within a call
    jmp_buf end;
};

static CisGuard guards[MOST_GUARDS];

static Block *block_of(void *data) { return (Block *)data - 1; }

// What was allocated before the library was taken over is malloc's own. Its first bytes may be all that can be read.
static int is_block(void *data) { return ((uint64_t *)data)[-1] == MARK; }

// ---- counting -----------------------------------------------------------------------------------------------------

static void link_block(CisGuard *guard, Block *block) {
    block->before = &guard->blocks;
    block->after = guard->blocks.after;
    block->before->after = block->after->before = block;
    guard->held += block->size;
}

static void unlink_block(Block *block) {
    block->before->after = block->after;
    block->after->before = block->before;
    block->guard->held -= block->size;
}

// Ends the call that the library is in, where it must not take so much more.
static void check(CisGuard *guard, size_t more) {
    if (!guard->cancelled)
        return;
    if (*guard->cancelled)
        longjmp(guard->end, CIS_CANCELLED);
    if (more > guard->most || guard->held > guard->most - more)
        longjmp(guard->end, CIS_TOO_MUCH);
}

static __attribute__((noinline)) void *allocate(CisGuard *guard, size_t alignment, size_t size, int zeroed) {
    size_t before = alignment > 16 ? alignment + sizeof(Block) : sizeof(Block);
    if (size > PTRDIFF_MAX - before)
        return NULL;
    check(guard, size);
    char *start = zeroed ? calloc(1, before + size) : malloc(before + size);
    if (!start) {
        cis_sandbox_starve();
        return NULL;
    }
    char *data = start + sizeof(Block);
    if (alignment > 16)
        data = (char *)(((uintptr_t)data + alignment - 1) & -alignment);
    Block *block = block_of(data);
    // One by one: gcc clears a whole struct by "rep stos" for the sake of size, which takes longer than all else here.
    block->guard = guard;
    block->start = start;
    block->size = size;
    block->mark = MARK;
    link_block(guard, block);
    return data;
}

// ---- what the library calls ---------------------------------------------------------------------------------------

static void guarded_free(void *data) {
    if (!data)
        return;
    if (!is_block(data)) {
        free(data);
        return;
    }
    Block *block = block_of(data);
    unlink_block(block);
    block->mark = 0;
    free(block->start);
}

static void *reallocate(void *data, size_t size) {
    if (!is_block(data))
        return realloc(data, size);
    Block *block = block_of(data);
    if (block->start != block || size > PTRDIFF_MAX - sizeof(Block))
        return NULL; // aligned blocks are not reallocated by what asks for them
    if (size > block->size)
        check(block->guard, size - block->size);
    unlink_block(block);
    Block *moved = realloc(block, sizeof(Block) + size);
    if (!moved) {
        cis_sandbox_starve();
    } else {
        moved->start = moved;
        moved->size = size;
    }
    link_block((moved ? moved : block)->guard, moved ? moved : block);
    return moved ? moved + 1 : NULL;
}

// An allocation does not say which library wants it, so each guard has functions of its own.
typedef struct {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *data, size_t size);
    void *(*aligned_alloc)(size_t alignment, size_t size);
    int (*posix_memalign)(void **data, size_t alignment, size_t size);
    void *(*new)(size_t size);
    void *(*new_aligned)(size_t size, size_t alignment);
} Functions;

// C++'s new gives memory or does not return.
static void *or_abort(void *data) {
    if (!data)
        abort();
    return data;
}

#define FUNCTIONS(n)                                                                                                   \
    static void *malloc_##n(size_t size) { return allocate(&guards[n], 16, size, 0); }                                 \
    static void *calloc_##n(size_t count, size_t size) {                                                               \
        size_t bytes;                                                                                                  \
        return __builtin_mul_overflow(count, size, &bytes) ? NULL : allocate(&guards[n], 16, bytes, 1);                \
    }                                                                                                                  \
    static void *realloc_##n(void *data, size_t size) {                                                                \
        return data ? reallocate(data, size) : allocate(&guards[n], 16, size, 0);                                      \
    }                                                                                                                  \
    static void *aligned_alloc_##n(size_t alignment, size_t size) { return allocate(&guards[n], alignment, size, 0); } \
    static int posix_memalign_##n(void **data, size_t alignment, size_t size) {                                        \
        *data = allocate(&guards[n], alignment, size, 0);                                                              \
        return *data ? 0 : ENOMEM;                                                                                     \
    }                                                                                                                  \
    static void *new_##n(size_t size) { return or_abort(allocate(&guards[n], 16, size, 0)); }                          \
    static void *new_aligned_##n(size_t size, size_t alignment) {                                                      \
        return or_abort(allocate(&guards[n], alignment, size, 0));                                                     \
    }

#define ENTRY(n) {malloc_##n, calloc_##n, realloc_##n, aligned_alloc_##n, posix_memalign_##n, new_##n, new_aligned_##n},

// 0 to 255, in octal.
#define EIGHT(each, n) each(n##0) each(n##1) each(n##2) each(n##3) each(n##4) each(n##5) each(n##6) each(n##7)
// clang-format off
#define SIXTY_FOUR(each, n)                                                                             \
    EIGHT(each, n##0) EIGHT(each, n##1) EIGHT(each, n##2) EIGHT(each, n##3) EIGHT(each, n##4) EIGHT(each, n##5) \
    EIGHT(each, n##6) EIGHT(each, n##7)
// clang-format on
#define EACH_GUARD(each) SIXTY_FOUR(each, 00) SIXTY_FOUR(each, 01) SIXTY_FOUR(each, 02) SIXTY_FOUR(each, 03)

EACH_GUARD(FUNCTIONS)

static const Functions functions[MOST_GUARDS] = {EACH_GUARD(ENTRY)};

// ---- taking a library over ----------------------------------------------------------------------------------------

// What the dynamic section says of a library's references to others (System V ABI, AMD64 supplement, 4.4 and 5.2).
typedef struct {
    const Elf64_Sym *symbols;
    const char *names;
    const Elf64_Rela *tables[2];
    size_t sizes[2];
} References;

static References references_of(const struct link_map *map) {
    References found = {0};
    for (const Elf64_Dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        // glibc has made these addresses absolute.
        const void *at = (const void *)entry->d_un.d_ptr;
        switch (entry->d_tag) {
            case DT_SYMTAB: found.symbols = at; break;
            case DT_STRTAB: found.names = at; break;
            case DT_RELA: found.tables[0] = at; break;
            case DT_RELASZ: found.sizes[0] = entry->d_un.d_val; break;
            case DT_JMPREL: found.tables[1] = at; break;
            case DT_PLTRELSZ: found.sizes[1] = entry->d_un.d_val; break;
            default: break;
        }
    }
    return found;
}

static void *replacement_for(const char *name, const Functions *own) {
    const struct {
        const char *name;
        void *function;
    } replacements[] = {
        {"malloc", own->malloc},
        {"calloc", own->calloc},
        {"realloc", own->realloc},
        {"aligned_alloc", own->aligned_alloc},
        {"posix_memalign", own->posix_memalign},
        {"free", guarded_free},
        // C++'s operators, in the names that compilers give them (Itanium C++ ABI, 5.1): a process with a C++ library
        // of its own would lend them to the guarded one. Further arguments, such as a size to delete, do not matter.
        {"_Znwm", own->new},
        {"_Znam", own->new},
        {"_ZnwmRKSt9nothrow_t", own->malloc},
        {"_ZnamRKSt9nothrow_t", own->malloc},
        {"_ZnwmSt11align_val_t", own->new_aligned},
        {"_ZnamSt11align_val_t", own->new_aligned},
        {"_ZdlPv", guarded_free},
        {"_ZdaPv", guarded_free},
        {"_ZdlPvm", guarded_free},
        {"_ZdaPvm", guarded_free},
        {"_ZdlPvSt11align_val_t", guarded_free},
        {"_ZdaPvSt11align_val_t", guarded_free},
        {"_ZdlPvmSt11align_val_t", guarded_free},
        {"_ZdaPvmSt11align_val_t", guarded_free},
    };
    for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++)
        if (strcmp(name, replacements[i].name) == 0)
            return replacements[i].function;
    return NULL;
}

// Which part of a library its loader makes read-only once it has filled it (PT_GNU_RELRO), and whose it is.
typedef struct {
    uintptr_t library, first, end;
} ReadOnly;

static int find_read_only(struct dl_phdr_info *info, size_t size, void *to) {
    (void)size;
    ReadOnly *found = to;
    for (int i = 0; info->dlpi_addr == found->library && i < info->dlpi_phnum; i++) {
        const Elf64_Phdr *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_GNU_RELRO)
            continue;
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        found->first = (info->dlpi_addr + segment->p_vaddr) & -page;
        found->end = (info->dlpi_addr + segment->p_vaddr + segment->p_memsz) & -page;
    }
    return info->dlpi_addr == found->library;
}

static int protect(const ReadOnly *part, int how) {
    return part->first == part->end || mprotect((void *)part->first, part->end - part->first, how) == 0;
}

static int is_function(const Elf64_Rela *reference) {
    uint32_t type = ELF64_R_TYPE(reference->r_info);
    return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT;
}

// How many references now lead to functions of ours.
static int replace(const struct link_map *map, const Functions *own) {
    const References references = references_of(map);
    int replaced = 0;
    for (int table = 0; table < 2; table++) {
        for (size_t i = 0; i < references.sizes[table] / sizeof(Elf64_Rela); i++) {
            const Elf64_Rela *reference = &references.tables[table][i];
            const Elf64_Sym *symbol = &references.symbols[ELF64_R_SYM(reference->r_info)];
            void *function = is_function(reference) ? replacement_for(references.names + symbol->st_name, own) : NULL;
            if (function) {
                *(void **)(map->l_addr + reference->r_offset) = function;
                replaced++;
            }
        }
    }
    return replaced;
}

static int take_over(void *library, const Functions *own) {
    struct link_map *map;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
        return 0;
    ReadOnly part = {.library = map->l_addr};
    dl_iterate_phdr(find_read_only, &part);
    if (!protect(&part, PROT_READ | PROT_WRITE))
        return 0;
    return replace(map, own) > 0 && protect(&part, PROT_READ);
}

static int claim(CisGuard *guard) { return !__atomic_exchange_n(&guard->is_taken, 1, __ATOMIC_ACQUIRE); }

static void leave(CisGuard *guard) { __atomic_store_n(&guard->is_taken, 0, __ATOMIC_RELEASE); }

CisGuard *cis_guard_attach(void *library) {
    int n = 0;
    while (n < MOST_GUARDS && !claim(&guards[n]))
        n++;
    if (n == MOST_GUARDS)
        return NULL;
    CisGuard *guard = &guards[n];
    guard->blocks.before = guard->blocks.after = &guard->blocks;
    guard->held = 0;
    guard->cancelled = NULL;
    if (take_over(library, &functions[n]))
        return guard;
    leave(guard);
    return NULL;
}

// ---- a call -------------------------------------------------------------------------------------------------------

typedef intptr_t Function(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
                          intptr_t);

CisVerdict cis_guard_call(CisGuard *guard, void *function, const intptr_t a[CIS_GUARD_ARGUMENTS], size_t most_bytes,
                          const volatile int32_t *cancelled, intptr_t *result) {
    guard->most = most_bytes;
    CisVerdict verdict = (CisVerdict)setjmp(guard->end);
    if (verdict == CIS_RETURNED) {
        guard->cancelled = cancelled;
        *result = ((Function *)function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
    }
    guard->cancelled = NULL;
    return verdict;
}

void cis_guard_release(CisGuard *guard) {
    for (Block *block = guard->blocks.after; block != &guard->blocks;) {
        Block *after = block->after;
        free(block->start);
        block = after;
    }
    leave(guard);
    // Millions of small blocks lie among those of others: malloc keeps what is not at the end of its heap.
    malloc_trim(0);
}
