/*
 * log: one line per event on standard error, one write each, so that lines of several processes never mix.
 *
 *	LOG(INFO, "restart", log_text("role", "verify 0"), log_int("pid", pid));
 *	time=2026-01-02T03:04:05Z process="parent 0" event=restart role="verify 0" pid=4711
 *
 * The environment variable ASSAY_LOG chooses the form for a process and all its children: text (also when
 * unset), journal (text after a priority such as <6>), json. Values are quoted and escaped where needed.
 * There is deliberately no way to print a secret: hexadecimal is for hashes and ids.
 */
#ifndef PROC_LOG_H
#define PROC_LOG_H

#include "base/fault.h"

/* As syslog numbers them (RFC 5424 §6.2.1). */
enum log_priority {
	LOG_PRIORITY_ERROR = 3,
	LOG_PRIORITY_WARNING = 4,
	LOG_PRIORITY_INFO = 6,
	LOG_PRIORITY_DEBUG = 7,
};

enum log_type { LOG_TYPE_NONE = 0, LOG_TYPE_TEXT, LOG_TYPE_INT, LOG_TYPE_HEX };

#define LOG_LINE_MAX 2048

struct log_pair {
	const char *key;
	enum log_type type;
	struct bytes bytes;
	int64_t number;
};

/* Views are borrowed until the line is written. log_fault writes fault=CODE and nothing for NULL. */
struct log_pair log_text(const char *key, const char *value);
struct log_pair log_bytes(const char *key, struct bytes value);
struct log_pair log_hex(const char *key, struct bytes value);
struct log_pair log_int(const char *key, int64_t value);
struct log_pair log_fault(fault why);

/* Writes one line of at most LOG_LINE_MAX octets; a pair that does not fit is left out, and cut=1 says so. */
void log_write(enum log_priority priority, const char *event, const struct log_pair *pairs, size_t count);

#define LOG(priority, event, ...)                                                                  \
	log_write(LOG_PRIORITY_##priority, event, (const struct log_pair[]){ __VA_ARGS__ },        \
		  COUNT_OF(((const struct log_pair[]){ __VA_ARGS__ })))

#endif
