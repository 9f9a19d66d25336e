// A process in a box: it parses what strangers send, and can do nothing else.
//
// Outside, cis_box_start makes the process with no environment, with the files that it is given and no others, with limits
// of memory and file size, and, where the kernel lets users have them, in namespaces of its own without a network. Inside,
// the process loads what it needs and then enters the box (cis_box_enter): from there on the kernel answers only the calls
// that computing, waiting and the given files take. Opening a file fails as if there were none; any other call ends the
// process. What was tried is told in a page that both share.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "guard.h"

// What the box holds against a process. The first two are always there.
enum { CIS_BOX_LIMITS = 1, CIS_BOX_CALLS = 2, CIS_BOX_NAMESPACES = 4 };

// The descriptors that a process in a box begins with; its files follow from CIS_BOX_FILES on.
enum { CIS_BOX_SOCKET = 0, CIS_BOX_REPORT = 1, CIS_BOX_NOTHING = 2, CIS_BOX_FILES = 3, CIS_BOX_MOST_FILES = 8 };

// The exit code of a process that made a call which the box does not allow.
enum { CIS_BOX_DENIED = 159 };

enum { CIS_BOX_PATH = 244 };

// Written inside, read outside: believed as little as anything else that comes from inside.
typedef struct {
    int32_t denied;           // the number of the call that ended the process, or -1
    int32_t opened;           // how many files it tried to open
    int32_t starved;          // whether it was refused memory
    char path[CIS_BOX_PATH]; // the first of those files, cut to this length, ended by a zero
} CisBoxReport;

typedef struct {
    int64_t most_file_bytes; // of any file it writes: the pixels of a page
    int64_t most_data_bytes; // of memory that is its own
} CisBoxLimits;

typedef struct {
    int32_t pid;
    int32_t socket;
    int32_t walls;        // of CIS_BOX_*, but for CIS_BOX_CALLS, which comes with cis_box_enter
    int32_t reserved;
    CisBoxReport *report; // mapped until cis_box_end
} CisBox;

// Starts a program. arguments end with a null, the environment does too; count files are handed over in their order.
// Returns 0 or an errno.
CIS_EXPORT int cis_box_start(const char *program, char *const arguments[], char *const environment[],
                             const int32_t *files, int32_t count, const CisBoxLimits *limits, CisBox *box);

// Ends the process, whatever it is at, and copies its last report. Returns its status as wait gives it, -1 where somebody
// else took it.
CIS_EXPORT int cis_box_end(CisBox *box, CisBoxReport *last);

// Sends all of it, with at most one file (-1 for none). 0 or an errno; the other end may be gone.
CIS_EXPORT int cis_box_send(int32_t socket, const void *data, size_t length, int32_t file);

// Waits for all of it. *file is the descriptor that came along, or -1. 0, an errno, or EPIPE at the end.
CIS_EXPORT int cis_box_receive(int32_t socket, void *data, size_t length, int32_t *file);

// From here on this process is in the box, all of its threads. 0 or an errno.
CIS_EXPORT int cis_box_enter(void);

// Notes that memory was refused; nothing to do outside of a box.
void cis_box_starve(void);
