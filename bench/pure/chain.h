/*
 * chain: judging EK certificates, and the bare arithmetic in it, among few anchors and among many.
 */
#ifndef BENCH_CHAIN_H
#define BENCH_CHAIN_H

#include <stdbool.h>

struct chain;

/*
 * Certificates with their anchors; all of these end the process when something fails. Of made ones there are
 * enough for each to be forgotten before its turn comes again; root and issuing CA are anchors, among so many
 * others, or only the root is, and the devices send the issuing CA.
 */
struct chain *chain_new_known(unsigned others);
struct chain *chain_new_sent(void);

/*
 * The certificate of a chip, which is known after its first turn, with the certificates of all makers below a
 * folder, or with the one above it alone.
 */
struct chain *chain_new_real(const char *leaf, const char *folder);
struct chain *chain_new_alone(const struct chain *real);

void chain_free(struct chain *c);

/* How many anchors there are. */
unsigned long chain_count(const struct chain *c);

/* Every row about the next EK certificate passes. */
bool is_chain_good(void *c);

/* One d2i_X509 of the next leaf and one X509_verify_cert; the certificates above it were read before. */
bool is_chain_verified(void *c);

#endif
