/*
 * screen: how commands speak to people: a headline, and lines of a name and what belongs to it.
 */
#ifndef AGENT_SCREEN_H
#define AGENT_SCREEN_H

#include <stdio.h>

#include "agent/cause.h"

/* Colours of ECMA-48, for terminals that want any. */
enum screen_colour { SCREEN_RED = 31, SCREEN_GREEN = 32, SCREEN_YELLOW = 33 };

/* Whether somebody reads it there, and in colours: NO_COLOR takes them away. */
bool is_screen_terminal(FILE *out);
bool is_screen_coloured(FILE *out);

void screen_print_headline(FILE *out, enum screen_colour colour, const char *text);

/* A mark of up to four letters in its colour, and blanks up to column 6. */
void screen_print_mark(FILE *out, enum screen_colour colour, const char *mark);

/*
 * The rest of a line that stands at column `indent`, and its end; on a terminal it goes on below itself at
 * blanks where there is no more room.
 */
void screen_print_text(FILE *out, size_t indent, const char *text);

/* A word of the command line and what it is for. */
void screen_print_help(FILE *out, const char *word, const char *sentence);

/* Nothing when text is empty. */
void screen_print_line(FILE *out, const char *name, const char *text);

/* Why, detail, what to do, code, HRESULT, request: what of it there is. */
void screen_print_cause(FILE *out, const struct cause *cause);

/* The same, but the request, as members of a JSON object, null where there is nothing to say. */
struct json_t;
void screen_put_cause(struct json_t *object, const struct cause *cause);

/* Any other member, likewise. */
void screen_put_text(struct json_t *object, const char *name, const char *text);

/* The whole object, which stays the caller's. */
void screen_print_json(FILE *out, const struct json_t *object);

#endif
