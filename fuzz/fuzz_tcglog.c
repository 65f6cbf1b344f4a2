/*
 * tcglog: a log that is read can be replayed for every bank that is known, and its events end where they say.
 */
#include "attest/tcglog.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct tcglog log;
	struct tcglog_values values;
	if (tcglog_parse(bytes_of(p, n), &log))
		return 0;
	HOLDS(log.n >= 1 && log.n <= TCGLOG_BANKS_MAX);
	HOLDS(log.events.n <= n && (log.count == 0) == (log.events.n == 0));
	for (size_t i = 0; i < log.n; i++) {
		const struct alg_hash *row = alg_hash_find(log.banks[i].hash);
		bool is_known = row && row->evp;
		HOLDS(!is_known || !tcglog_replay(&log, row->id, &values));
	}
	return 0;
}
