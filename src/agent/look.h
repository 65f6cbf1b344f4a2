/*
 * look: what is needed to look at the rows of readiness.def, and the functions that do. Private to readiness.
 *
 * A function fills the finding of its row. It may rely on the row that its own needs; what it finds out for
 * later ones it leaves in the struct.
 */
#ifndef AGENT_LOOK_H
#define AGENT_LOOK_H

#include "agent/device.h"
#include "agent/eksource.h"
#include "agent/post.h"
#include "agent/readiness.h"
#include "attest/tcglog.h"

struct look {
	struct settings settings; /* of the invocation, with times that fit into READINESS_LIMIT_MS */
	bool is_offline;
	struct readiness *to;
	struct arena arena;
	fault open; /* of chip_open */
	struct device device;
	struct chip_properties about;
	struct chip_health health;
	struct state state;    /* STATE_UNOPENED: there is no folder yet */
	struct tcglog log;
	bool has_log;
	fault state_fault;     /* why it cannot be read */
	bool has_identity;     /* device holds keys */
	bool is_enrolled;
	struct eksource source;
	struct post post;
	bool is_asked;
	fault answer;          /* of the server, in post.cause; NULL: it would go on */
};

/* Begins what takes its time while the TPM is looked at. */
void look_net_begin(struct look *l);

/* Looks at every row, in their order. */
void look_run(const struct invocation *invocation, struct readiness *r);

/* Outcomes. detail may be NULL; fact says what was found. */
void look_pass(struct readiness_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void look_leave(struct readiness_finding *f, enum readiness_outcome outcome, const char *fact);
void look_fail(struct readiness_finding *f, fault why, const char *detail);

#define R(row, function, ...) \
	void look_##function(struct look *l, const struct readiness_row *row, struct readiness_finding *f);
#include "agent/readiness.def"
#undef R

#endif
