/*
 * config: a configuration file as values, by a table.
 *
 * The format is INI: `[section]`, `key = value`, comments on lines of their own that begin with # or ;. A
 * value is the rest of its line without the blanks around it; nothing is quoted, escaped, continued or
 * included. The program's table says which keys there are, of which type, within which bounds, with which
 * default, and why somebody would set them; the same table prints the file of defaults and the manual.
 * Reading is strict: an unknown or repeated key, a value outside its bounds or a line too long refuses the
 * whole file.
 *
 * This module sees text only. Whoever opens the file says which one it was.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/fault.h"
#include "base/wr.h"

#define CONFIG_LINE_MAX 1024 /* octets of a line without its newline */
#define CONFIG_KEY_MAX 64    /* octets of "section.key" */
#define CONFIG_ROWS_MAX 64
#define CONFIG_HOST_MAX 253 /* RFC 1035 section 2.3.4 */

/* The member that a row's offset points to, by type. */
enum config_type {
	CONFIG_TEXT = 1, /* char[max + 1]; min and max octets */
	CONFIG_PATH,     /* the same, absolute when not empty */
	CONFIG_UINT,     /* uint64_t; min and max value */
	CONFIG_BOOL,     /* bool; "true" or "false" */
	CONFIG_ADDRESS,  /* struct config_address; HOST:PORT or [IPV6]:PORT of at most max octets, empty when
			    min is 0 */
	CONFIG_WORD,     /* uint64_t; which of the row's words, from 1; 0 for none, when min is 0 */
};

struct config_address {
	char host[CONFIG_HOST_MAX + 1]; /* without brackets; empty: no address was given */
	uint16_t port;                  /* 0: whichever is free */
};

struct config_row {
	const char *key; /* "section.key", or "key" for one that comes before all sections */
	enum config_type type;
	size_t offset;
	uint64_t min, max;
	const char *value;    /* the default, as it would be written in the file */
	const char *sentence; /* what it is for */
	const char *words;    /* of CONFIG_WORD, with | between; else NULL */
};

/* Where and why a file was refused; the sentence has the place in it. */
struct config_error {
	size_t line; /* 0: not about a line */
	char sentence[256];
};

/*
 * Sets every value of ret to its default. Also the test of a table: a default that its own row refuses is a
 * BUG.
 */
MUST fault config_init(const struct config_row *rows, size_t count, void *ret);

/*
 * Sets every value of ret to what text says, or to its default. CONFIG_INVALID with *ret_error filled when
 * text is refused; ret then holds no usable values.
 */
MUST fault config_parse(const struct config_row *rows, size_t count, struct bytes text, void *ret,
			struct config_error *ret_error);

/* Sets the one value that row is about, as an option of the command line does. CONFIG_INVALID as above. */
MUST fault config_put(const struct config_row *row, struct bytes value, void *ret,
		      struct config_error *ret_error);

/* The row of that key, or NULL. */
const struct config_row *config_find(const struct config_row *rows, size_t count, struct bytes key);

/* Appends the values at from as a file: the sentence as comment, then the key. config_parse reads it back. */
void config_write(const struct config_row *rows, size_t count, const void *from, struct wr *w);

#endif
