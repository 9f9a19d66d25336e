// A process in a sandbox: it parses what strangers send, and can do nothing else.
//
// Outside, cis_sandbox_start creates the process without an environment, with the files that it is given and no others,
// with limits of memory and file size, and, where the kernel allows user namespaces, in namespaces of its own without a
// network. Inside, the process loads what it needs and then enters the sandbox (cis_sandbox_enter): from there on the
// kernel allows only the calls that computing, waiting and the given files need. Opening a file fails as if there were
// none; any other call ends the process. Attempts are recorded in a page that both sides share.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "guard.h"

// What holds a process in the sandbox. The first two are always there.
enum { CIS_SANDBOX_LIMITS = 1, CIS_SANDBOX_CALLS = 2, CIS_SANDBOX_NAMESPACES = 4 };

// The descriptors that a process in a sandbox begins with; its files follow from CIS_SANDBOX_FILES on.
enum { CIS_SANDBOX_SOCKET = 0, CIS_SANDBOX_REPORT = 1, CIS_SANDBOX_NOTHING = 2, CIS_SANDBOX_FILES = 3 };
enum { CIS_SANDBOX_MOST_FILES = 8 };

// The exit code of a process that made a call which the sandbox does not allow.
enum { CIS_SANDBOX_DENIED = 159 };

enum { CIS_SANDBOX_PATH = 244 };

// Written inside, read outside: believed as little as anything else that comes from inside.
typedef struct {
    int32_t denied;              // the number of the call that ended the process, or -1
    int32_t opened;              // how many files it tried to open
    int32_t starved;             // whether it was refused memory
    char path[CIS_SANDBOX_PATH]; // the first of those files, cut to this length, ended by a zero
} CisSandboxReport;

typedef struct {
    int64_t most_file_bytes; // of any file it writes: the pixels of a page
    int64_t most_data_bytes; // of memory that is its own
} CisSandboxLimits;

typedef struct {
    int32_t pid;
    int32_t socket;
    int32_t layers; // of CIS_SANDBOX_*, but for CIS_SANDBOX_CALLS, which comes with cis_sandbox_enter
    int32_t reserved;
    CisSandboxReport *report; // mapped until cis_sandbox_end
} CisSandbox;

// Starts a program. arguments end with a null, the environment does too; count files are handed over in their order.
// Returns 0 or an errno.
CIS_EXPORT int cis_sandbox_start(const char *program, char *const arguments[], char *const environment[],
                                 const int32_t *files, int32_t count, const CisSandboxLimits *limits,
                                 CisSandbox *sandbox);

// Ends the process, whatever it is at, and copies its last report. Returns its status as wait gives it, -1 where
// somebody else took it.
CIS_EXPORT int cis_sandbox_end(CisSandbox *sandbox, CisSandboxReport *last);

// Sends all of it, with at most one file (-1 for none). 0 or an errno; the other end may be gone.
CIS_EXPORT int cis_sandbox_send(int32_t socket, const void *data, size_t length, int32_t file);

// Waits for all of it. *file is the descriptor that came along, or -1. 0, an errno, or EPIPE at the end.
CIS_EXPORT int cis_sandbox_receive(int32_t socket, void *data, size_t length, int32_t *file);

// From here on this process is in the sandbox, all of its threads. 0 or an errno.
CIS_EXPORT int cis_sandbox_enter(void);

// Notes that memory was refused; nothing to do outside of a sandbox.
void cis_sandbox_starve(void);
