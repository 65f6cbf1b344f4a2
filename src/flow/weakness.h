/*
 * weakness: which rows of the blocklist are about the TPMs of a report, by their names.
 */
#ifndef FLOW_WEAKNESS_H
#define FLOW_WEAKNESS_H

#include "flow/flow.h"
#include "store/store_listing.h"

/*
 * Of each store_report_firmware the names of the rows, as the records have them now, that are about such TPMs
 * by maker, model and firmware, with commas between; names live in the arena. Rows that go by errata or by
 * the version of a certificate say nothing here: makes are not told apart by them. SYS_STORAGE, SYS_MEMORY.
 */
MUST fault weakness_find(struct flow *f, const struct store_listing *rows, struct arena *a);

#endif
