/*
 * csv: lines of comma-separated values (RFC 4180), safe to open with a spreadsheet.
 */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include <stdio.h>

#include "base/bytes.h"

/* Writes a line of n fields, as wire/csvline.h does. */
void csv_write(const struct bytes *fields, size_t n, FILE *out);

#endif
