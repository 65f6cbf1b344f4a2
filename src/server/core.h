/*
 * core: what the parts of the core role share (server/role_core.c, server/work.c).
 */
#ifndef SERVER_CORE_H
#define SERVER_CORE_H

#include "api/serve.h"
#include "flow/attempts.h"
#include "flow/auditing.h"
#include "flow/revocation.h"
#include "proc/child.h"
#include "server/answers.h"
#include "server/gather.h"
#include "server/job.h"
#include "server/opening.h"
#include "server/pending.h"
#include "server/publication.h"
#include "server/settings.h"
#include "sign/lineage.h"

struct core {
	struct loop *loop;
	struct child *child;
	struct link *ca;
	struct gather *gather;
	struct publication *publication; /* what every verify knows of the trusted certificates */
	struct jobs *jobs;
	struct openings *openings;
	struct pending
		*asked; /* what the CA was asked: request_id is the ticket, which may be gone by the time of
				  the answer, from_id the certificate's place in it */
	struct pending *minted; /* device tokens that ca owes, and to whom */
	struct pending *standings; /* what ca owes of which certificates are good (server/standing.h) */
	struct pending *answers_owed; /* what ca is to say of certificates, and to whom */
	struct pending *lookups;      /* what desk owes, and to whom */
	struct answers *answers;
	int64_t answers_since; /* the second in which it was asked so often */
	unsigned answers_signed;
	struct revocation_order list; /* the list that ca is signing, without its rows */
	int list_stage;
	struct pending *heads; /* what ca owes of the audit's heads (server/notary.h) */
	struct core_head {
		struct audit_head of; /* what it was asked for */
		uint8_t hash[AUDIT_HASH_SIZE];
		int64_t next; /* when it is asked again */
		int stage;
	} head;
	uint8_t jwks[FRAME_JWKS_MAX]; /* as ca said it last */
	struct loop_event *commit;
	struct loop_event *tick;
	struct arena files;    /* certificates, CRLs and addresses read at the start */
	struct serve_files served;
	char url[SETTINGS_URL_SIZE];
	struct issuer issuers[LINEAGE_MAX]; /* the present one first */
	struct vault_key ticket_key, record_key;
	struct flow_limits limits;
	struct flow flow;
	int64_t pruned;        /* when replies were last forgotten */
	int64_t appraised;     /* when devices whose time had come were last looked at */
	int64_t watched;       /* when failures were last compared */
	unsigned admin_verifier; /* instance of the one that parses for administrators */
	bool is_trust_changed; /* by a job of this commit: the snapshot is about to be another */
	bool is_rule_changed; /* rows of blocklist, filters or restrictions are others than in force */
	bool stopping;
};

/* Asks the CA for every certificate that the ticket is still owed. */
void core_ask(struct core *c, struct opening *t);

/* The same for every ticket. */
void core_ask_all(struct core *c);

/* Queues a job and sees that it is run before the loop sleeps. NULL when too many wait. */
struct job *core_put(struct core *c, const struct job_kind *kind, struct link *link,
		     const struct frame *frame);

/* Notes in the log what the job is answered. */
void core_log(const struct job *j);

/* Answers the job's asker with j->answer. */
void core_send(struct core *c, struct job *j);

#endif
