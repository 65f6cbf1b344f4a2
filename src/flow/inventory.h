/*
 * inventory: the records that administrators keep: registrations and enrolment tokens; and the devices
 * that came of them. Each change writes an audit row in the actor's name.
 */
#ifndef FLOW_INVENTORY_H
#define FLOW_INVENTORY_H

#include "flow/flow.h"
#include "store/store_conflict.h"
#include "store/store_device.h"
#include "store/store_listing.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"
#include "store/store_report.h"
#include "store/store_token.h"
#include "wire/body.h"

struct inventory_actor {
	const char *name;
	struct bytes request_id;
};

/*
 * The record of a registration, not stored yet; ret borrows from in and has no id. Texts of no octets are
 * absent; without a profile it gets the one that is assigned to it (flow/profiles.h). PARSE_FIELD when
 * neither EK hash nor serial number is given, NOT_FOUND for an unknown profile.
 */
MUST fault inventory_build_registration(struct flow *f, const struct inventory_actor *by,
					const struct registration_new *in, struct arena *a,
					struct store_registration *ret);
/* Builds and stores it. CONFLICT when EK hash or serial number is registered already. */
MUST fault inventory_put_registration(struct flow *f, const struct inventory_actor *by,
				      const struct registration_new *in, struct arena *a,
				      struct store_registration **ret);
/* The token's text is shown once, in *ret_text; only its hash is kept. NOT_FOUND for an unknown profile. */
MUST fault inventory_put_token(struct flow *f, const struct inventory_actor *by, const struct token_new *in,
			       struct arena *a, const char **ret_text);

MUST fault inventory_delete_registration(struct flow *f, const struct inventory_actor *by, struct bytes id);
MUST fault inventory_delete_token(struct flow *f, const struct inventory_actor *by, struct bytes id);

MUST fault inventory_list_tokens(struct flow *f, struct store_page page, struct arena *a,
				 struct store_token_list *ret);
/* A page of any list, and how many there are on all pages (store/store_listing.h). */
MUST fault inventory_list(struct flow *f, const struct selection *q, struct arena *a,
			  struct store_listing *ret);
/* One record of a list as its pages show it, by its id in that column. NOT_FOUND. */
struct inventory_listed {
	uint8_t view, column; /* enum store_listing_view, store_listing_column */
	struct bytes id;
};
MUST fault inventory_get_listed(struct flow *f, const struct inventory_listed *which, struct arena *a,
				const void **ret);
MUST fault inventory_count(struct flow *f, const struct selection *q, struct arena *a,
			   struct store_listing_total *ret);
MUST fault inventory_list_conflicts(struct flow *f, struct store_page page, struct arena *a,
				    struct store_conflict_list *ret);
/* The registration has no device any more and waits for one. */
MUST fault inventory_free_registration(struct flow *f, struct bytes id, struct arena *a);

/*
 * It may enrol without a user once more, whatever the one-time limit of its profile says, and be prepared
 * for another user. NOT_FOUND.
 */
MUST fault inventory_update_userless(struct flow *f, const struct inventory_actor *by, struct bytes id,
				     struct arena *a);

/*
 * The device's certificates are revoked and its registration is free; its record stays, and so do its TPM's
 * EKs. SYS_BUSY while it is being enrolled, CONFLICT when it is retired already.
 */
MUST fault inventory_retire_device(struct flow *f, const struct inventory_actor *by, struct bytes id,
				   struct arena *a);

/*
 * The same, and the record is gone with its evidence; what happened to the device stays (flow/history.h). Its
 * TPM comes again as one that never enrolled. Also of one that is retired. SYS_BUSY.
 */
MUST fault inventory_delete_device(struct flow *f, const struct inventory_actor *by, struct bytes id,
				   struct arena *a);
MUST fault inventory_get_device(struct flow *f, struct bytes id, struct arena *a, struct store_device **ret);
MUST fault inventory_get_refusal(struct flow *f, struct bytes key, struct arena *a,
				 struct store_refusal **ret);
/* The dossier (wire/dossier.h) of the device's latest verdict. NOT_FOUND. */
MUST fault inventory_get_evidence(struct flow *f, struct bytes device_id, struct arena *a, struct bytes *ret);
MUST fault inventory_get_registration(struct flow *f, struct bytes id, struct arena *a,
				      struct store_registration **ret);

#endif
