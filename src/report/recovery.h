/*
 * recovery: how far a key recovery is, in the numbers of Microsoft's DMClient CSP (recovery.def).
 */
#ifndef REPORT_RECOVERY_H
#define REPORT_RECOVERY_H

#include "base/fault.h"

enum recovery_status {
#define R(id, number, ...) RECOVERY_##id = number,
#include "report/recovery.def"
#undef R
};

/* The status of a recovery that failed so. */
enum recovery_status recovery_status_of(fault why);

/* What a status means; empty for none of them. */
const char *recovery_sentence(enum recovery_status status);

#endif
