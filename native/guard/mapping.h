// Files that are cut short while they are mapped.
//
// Whoever looks at a page of a mapped file that the file has no more is ended by the kernel (SIGBUS), with all that it
// was at. The pages of watched files come back as zeros instead, and it can be asked whether that happened: what was
// read then is worth nothing, but nothing else is lost. The file's bytes are not copied, and watching costs nothing
// while all is well.
#pragma once

#include <stddef.h>

#include "guard.h"

typedef struct CisMapping CisMapping;

// Watches memory that a file is mapped to. Null where 1024 are watched already: these are as they would be without.
CIS_EXPORT CisMapping *cis_mapping_watch(void *start, size_t length);

// Whether pages were missing.
CIS_EXPORT int cis_mapping_is_cut(CisMapping *mapping);

// Ends it. The memory must be mapped still.
CIS_EXPORT void cis_mapping_forget(CisMapping *mapping);
