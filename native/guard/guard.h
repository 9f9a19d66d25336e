// Bounds what a library takes in one call: the memory that it allocates, and the time until it is canceled.
//
// A copy of PDFium parses a page in one call that nothing can cancel, and three kilobytes of nested forms make it use
// all memory. But it keeps allocating. So a copy's malloc, calloc, realloc and free are replaced by ours: they count,
// and an allocation over the limit, or after the call was canceled, does not return but ends the call. The library's
// state is lost with it: the copy must not be called again, and must be unloaded.
//
// A guarded library is used by one thread at a time, and must hold no lock across an allocation that other threads
// need.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CIS_EXPORT __attribute__((visibility("default")))

typedef struct CisGuard CisGuard;

typedef enum { CIS_RETURNED, CIS_TOO_MUCH, CIS_CANCELLED } CisVerdict;

// Takes over the allocations of a library that is loaded and was not called yet. Null where 256 are guarded already, or
// the library allocates in some other way.
CIS_EXPORT CisGuard *cis_guard_attach(void *library);

enum { CIS_GUARD_ARGUMENTS = 10 };

// result = function(arguments). The arguments are integers and pointers, those that the function lacks are ignored.
// most_bytes: what the library may hold in all. The call ends early too once *cancelled is not 0.
CIS_EXPORT CisVerdict cis_guard_call(CisGuard *guard, void *function, const intptr_t arguments[CIS_GUARD_ARGUMENTS],
                                     size_t most_bytes, const volatile int32_t *cancelled, intptr_t *result);

// Frees all that the library still holds. It must be unloaded by now.
CIS_EXPORT void cis_guard_release(CisGuard *guard);
