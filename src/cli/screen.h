/*
 * screen: what is at the other end of standard output.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "base/bytes.h"

struct screen {
	bool is_terminal;
	bool has_colour;
	size_t width; /* columns; 0: lines may be as long as they like */
};

/* Of a descriptor. Colours are for terminals that have them, when NO_COLOR is not set (no-color.org). */
void screen_get(int fd, struct screen *ret);

/* What begins the colour of a word of state, "" when it has none, and what ends any colour. */
const char *screen_paint(const struct screen *s, struct bytes word);
const char *screen_strong(const struct screen *s);
const char *screen_plain(const struct screen *s);

/* Columns that text takes on a screen (UTF-8, printable). */
size_t screen_measure(struct bytes text);

/* The longest beginning of text that takes at most width columns. */
struct bytes screen_cut(struct bytes text, size_t width);

#endif
