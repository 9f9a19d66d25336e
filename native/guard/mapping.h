// Files that are cut short while they are mapped.
//
// A process that touches a page of a mapped file which the file no longer has is killed by the kernel (SIGBUS), with
// all its work. The missing pages of watched files read as zeros instead, and the caller can ask whether that happened:
// what was read then is worthless, but nothing else is lost. The file is not copied, and watching costs nothing while
// all is well.
#pragma once

#include <stddef.h>

#include "guard.h"

typedef struct CisMapping CisMapping;

// Watches memory to which a file is mapped. Null where 1024 are watched already: those behave as without a watch.
CIS_EXPORT CisMapping *cis_mapping_watch(void *start, size_t length);

// Whether pages were missing.
CIS_EXPORT int cis_mapping_is_cut(CisMapping *mapping);

// Ends the watch. The memory must still be mapped.
CIS_EXPORT void cis_mapping_forget(CisMapping *mapping);
