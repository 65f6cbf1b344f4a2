/*
 * production: the commands that make TPMs: a maker, its EK certificates, also for swtpm_setup.
 *
 * Each reads its options and prints nothing when it did what it says. A fault may leave more in o->detail.
 */
#ifndef SIM_PRODUCTION_H
#define SIM_PRODUCTION_H

#include "sim/options.h"

/* A new maker in a folder. */
MUST fault production_run_maker(struct options *o);

/* The EK certificate of one key, as DER in a file. */
MUST fault production_run_certificate(struct options *o);

/* A list of revoked EK certificates, as DER in a file. */
MUST fault production_run_crl(struct options *o);

/* The tool of swtpm_setup.conf(5): writes ek.cert into a folder, by the maker of the configuration file. */
MUST fault production_run_swtpm(struct options *o);

#endif
