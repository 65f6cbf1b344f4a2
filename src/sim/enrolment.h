/*
 * enrolment: one simulated device's way to its certificates: both trips, and the check of what it gets.
 *
 * It speaks to the server as an agent does (wire/trip.h, http/client.h), with a TPM in software or none. A
 * tampering may change what is sent on the way.
 */
#ifndef SIM_ENROLMENT_H
#define SIM_ENROLMENT_H

#include "attest/binding.h"
#include "cert/token.h"
#include "sim/factory.h"
#include "sim/softtpm.h"
#include "wire/trip.h"

#define ENROLMENT_DETAIL_MAX 256
#define ENROLMENT_CODE_MAX 32

struct client;
struct tampering;

/* What devices of one run have in common; all borrowed. */
struct enrolment_plan {
	const char *url;
	struct bytes pin;              /* 32 octets: SHA-256 of the server's root certificate */
	enum trip_purpose purpose;     /* ENROLL, PROVISION or RESEAL */
	struct bytes root;             /* that certificate, DER: enrolment_get_root */
	const struct factory *factory; /* issues the EK certificates; NULL: there are none */
	struct factory_labels labels;
	bool leaf_alone;               /* the TPM holds no certificate but that of its EK */
	uint64_t firmware;             /* of the TPMs */
	uint64_t failures;             /* how many proofs each TPM fails at first */
	const char *no_tpm;            /* why there is no TPM; NULL: there is one */
	const struct token *token;     /* NULL: none */
	const struct tampering *tampering;  /* NULL: an honest device */
	uint32_t patience_s; /* how long a request is sent again that met no answer, or one worth a retry */
};

/* One device. */
struct enrolment_device {
	const char *serial, *name;   /* NULL: not said */
	struct evp_pkey_st *ek;      /* taken over, also on a fault; NULL without TPM */
	struct evp_pkey_st *ak, *device_key; /* taken over like ek; NULL: new ones */
	const char *keep;            /* folder for the second request and its reply; NULL: not kept */
	uint64_t number;             /* names the files there */
};

/* What became of it. Small enough to go through a pipe in one piece. */
struct enrolment_report {
	char serial[TRIP_LABEL_MAX + 1], name[TRIP_LABEL_MAX + 1];
	char fault[ENROLMENT_CODE_MAX + 1]; /* empty: it got its certificates */
	char detail[ENROLMENT_DETAIL_MAX];
	uint32_t hresult;
	char device_id[37];
	uint64_t assurance; /* enum trip_assurance */
	bool is_attested;
	uint32_t took_ms;
};

/* A conversation under way. Tamperings change it; whatever comes after its stage is made from the change. */
struct enrolment {
	const struct enrolment_plan *plan;
	struct enrolment_plan own; /* for a device that goes on otherwise than planned */
	uint64_t failures;         /* that are left */
	struct arena arena;
	struct client *client;
	struct softtpm tpm;
	struct evp_pkey_st *key; /* the device key of a device that proves none in a TPM */
	struct bytes_list chain; /* EK certificate and intermediate */
	struct begin begin;
	struct challenge challenge;
	struct payload payload;
	struct bytes server_key_hash;
	struct binding binding;
	struct statement certify, quote;
	struct answer answer;
	struct bytes octets; /* the answer as sent */
	struct bytes reply;  /* the first reply to it */
	struct enrolment_report *report;
};

/* The root certificate that the server serves, in the arena. SERVER_UNTRUSTED when another one is pinned. */
MUST fault enrolment_get_root(const struct enrolment_plan *plan, struct arena *arena, struct bytes *ret);

/* Enrols or reseals one device and fills the report, whatever happens. */
void enrolment_run(const struct enrolment_plan *plan, struct enrolment_device *device,
		   struct enrolment_report *ret);

/*
 * Makes e->chain: a certificate for that EK, and its intermediate unless leaf_alone; empty without a factory.
 * For tamperings.
 */
MUST fault enrolment_build_chain(struct enrolment *e, struct evp_pkey_st *ek);

#endif
