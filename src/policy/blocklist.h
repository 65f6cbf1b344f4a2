/*
 * blocklist: which TPMs have firmware that must be updated first, and which keys such firmware has spoilt.
 *
 * Pure: rows and what is known of a TPM go in, the worst of what they say comes out. What refuses must be
 * signed: firmwareVersion in a statement of the attestation key, or the version in the EK certificate, which
 * is that of manufacture and therefore decides only where no signed version says that it was fixed since.
 * What the TPM's properties say (the date of its errata) is anybody's word and warns.
 */
#ifndef POLICY_BLOCKLIST_H
#define POLICY_BLOCKLIST_H

#include "attest/verdict.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"
#include "wire/body.h"

#define BLOCKLIST_ROWS_MAX 1024
#define BLOCKLIST_WARNINGS_MAX 8
#define BLOCKLIST_DETAIL_SIZE 512

/* What a row goes by. */
enum blocklist_basis {
	BLOCKLIST_BY_FIRMWARE = 1, /* first to last, both among them, as firmware.h reads them */
	BLOCKLIST_BY_ERRATA,       /* errata dated first to last, as YYYY-DDD (ISO 8601); warns only */
};

enum blocklist_effect { BLOCKLIST_REFUSE = 1, BLOCKLIST_WARN };

/* Kinds of keys, as bits: those that such firmware makes or uses so that an update alone does not mend them.
 */
enum blocklist_kind { BLOCKLIST_RSA = 1, BLOCKLIST_ECC = 2 };

struct blocklist_row {
	struct blocklist_new text; /* as it was written; the rest is what that means */
	enum blocklist_basis basis;
	enum blocklist_effect effect;
	unsigned kinds; /* enum blocklist_kind */
	uint64_t first, last;
	uint64_t fixed; /* 0: never was */
};

/* Rows in the order of their ids, and the SHA-256 of them as a file, which every verdict records. */
struct blocklist {
	size_t n;
	const struct blocklist_row *v;
	uint8_t digest[32];
};

/*
 * One row. PARSE_FIELD when a text does not have its form or they do not fit each other; *ret_detail is then
 * a sentence without arguments. Views are those of text.
 */
MUST fault blocklist_parse_row(const struct blocklist_new *text, struct blocklist_row *ret,
			       const char **ret_detail);

/*
 * n rows as a list, in the arena, views borrowed. CONFLICT when two have one id, PARSE_FIELD as for one row,
 * BODY_LIMIT for more than BLOCKLIST_ROWS_MAX, SYS_MEMORY.
 */
MUST fault blocklist_build(const struct blocklist_new *rows, size_t n, struct arena *arena,
			   struct blocklist *ret);

/* A whole file (data/blocklist.tsv, wire/tsv.h). Faults as tsv_parse and blocklist_build; detail as
 * tsv_parse. */
MUST fault blocklist_parse(struct bytes text, struct arena *arena, struct blocklist *ret,
			   const char **ret_detail);

/* The file that comes with the product: what a server begins with, and all that an agent knows. */
struct bytes blocklist_shipped(void);

/* The list as a file, without remarks. */
void blocklist_write(const struct blocklist *b, struct wr *w);

/* The kind of a key by enum frame_key; 0 when there is none. */
enum blocklist_kind blocklist_kind_of(uint64_t key);

/* One of a device's keys. */
struct blocklist_key {
	enum blocklist_kind kind; /* 0: there is no such key */
	uint64_t born;            /* firmwareVersion signed in its first Certify here */
};

/* What is known of a TPM. */
struct blocklist_tpm {
	struct bytes maker, model; /* code of maker.h; absent: no certificate vouches for it */
	struct bytes version;      /* tpmVersion of that certificate */
	bool has_firmware;         /* firmware is the firmwareVersion that its attestation key signed */
	uint64_t firmware;
	uint64_t errata; /* year * 1000 + day of the year, by its own word; 0: not said */
	struct blocklist_key ak, device;
};

/* From worst to best; zero is not judged. */
enum blocklist_outcome {
	BLOCKLIST_UNJUDGED = 0,
	BLOCKLIST_VULNERABLE, /* the firmware must be updated */
	BLOCKLIST_OLD_KEYS,   /* it was, but a key is older than that */
	BLOCKLIST_FINE,
};

struct blocklist_finding {
	enum blocklist_outcome outcome;
	const struct blocklist_row *row; /* that decided; NULL when fine */
	uint64_t found;                  /* the version that row names */
	bool is_certified;               /* found is the EK certificate's, not signed by the TPM */
	bool is_ak_old, is_device_old;   /* which keys are to be renewed */
	size_t warnings;
	const struct blocklist_row *warned[BLOCKLIST_WARNINGS_MAX];
};

/*
 * What the list says of a TPM. A row for a maker says nothing of another's TPM; where no certificate names
 * the maker it warns, as numbers alone are not a maker's.
 */
void blocklist_judge(const struct blocklist *b, const struct blocklist_tpm *t, struct blocklist_finding *ret);

/* The same as rows of checks.def: FIRMWARE_CURRENT and, when the firmware is, FIRMWARE_KEYS. */
void blocklist_judge_rows(const struct blocklist_finding *f, uint8_t outcomes[static CHECK_COUNT]);

/*
 * The finding for people, one sentence with the fixed version and the maker's page, or the keys to renew;
 * empty when there is nothing to say. Returns out.
 */
char *blocklist_text(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE]);

/* The names of the warnings with commas between, empty when there are none. Returns out. */
char *blocklist_warnings(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE]);

#endif
