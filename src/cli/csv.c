#include "cli/csv.h"

#include <stdlib.h>

#include "base/heap.h"
#include "wire/csvline.h"

void csv_write(const struct bytes *fields, size_t n, FILE *out)
{
	size_t size = csvline_size(fields, n);
	uint8_t *line = heap_need(malloc(size));
	struct wr w = wr_of(line, size);
	csvline_write(fields, n, &w);
	fwrite(line, 1, w.at, out);
	free(line);
}
