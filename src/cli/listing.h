/*
 * listing: a collection from its first page to its last, printed as it comes.
 *
 * No more than a few pages are held. Text is a table, JSON an array of the records as the server sent them,
 * CSV a line of the members' names and one per record. When a later page fails, a JSON array stays open, so
 * that nobody takes half a list for the whole.
 */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "cli/resource.h"

/* Prints to standard output. each, unless NULL, is shown every record with the value given. */
MUST fault listing_write(struct session *s, const struct resource *r,
			 void (*each)(const json_t *record, void *of), void *of);

#endif
