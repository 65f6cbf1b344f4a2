/*
 * roster: registrations by the page, as files and Microsoft Graph's importedWindowsAutopilotDeviceIdentities
 * bring them. Each row is for itself: one that is refused says why and stops no other, and a page that comes
 * again changes nothing.
 */
#ifndef FLOW_ROSTER_H
#define FLOW_ROSTER_H

#include "flow/inventory.h"
#include "store/store_imported.h"
#include "wire/jsn.h"

/* What became of rows is kept for the latest so many of those that Graph's endpoints took. */
#define ROSTER_KEPT 10000

#define ROSTER_IMPORT_ID_MAX 64

/* Letters, digits, '-', '.' and '_', which an address can carry as they are (RFC 3986 §2.3). */
bool is_roster_import_id(struct bytes id);

enum roster_state {
	ROSTER_REFUSED = 0,
	ROSTER_SAME, /* it was so already */
	ROSTER_DONE,
	ROSTER_STATES
};

struct roster_row {
	struct registration_new in; /* empty when it could not be read */
	enum roster_state state;
	fault why;           /* of one that is refused */
	struct bytes detail; /* a sentence, or absent */
	struct bytes id;     /* the registration's; absent when it is refused */
};

struct roster_page {
	size_t n;
	struct roster_row *v;
	size_t counts[ROSTER_STATES];
	struct store_imported *kept; /* n of them, after roster_keep */
};

/*
 * In verify: reads what the table of fields does not say of a registration: the hardware identifier becomes
 * its digest. PARSE_FIELD with a sentence for one that is no base64, or beside a digest.
 */
MUST fault roster_read(struct registration_new *in, struct arena *a, const char **ret_detail);

/* The same of each item of a list (struct registration_new), as what core takes. SYS_MEMORY. */
MUST fault roster_read_list(const struct jsn_list *list, struct arena *a, struct registrations_new *ret);

/*
 * In core: registers each row. ROSTER_SAME when a registration says what the row says of EK hash, serial
 * number, group tag, user, product key and profile; what the row leaves out is not compared, nor are names
 * and hardware, which change by themselves. Rows are refused with EK_REGISTERED or SERIAL_REGISTERED and the
 * difference, with the faults of inventory_build_registration, or as verify refused them. One row of the
 * audit says it for the page.
 */
MUST fault roster_put(struct flow *f, const struct inventory_actor *by, const struct registrations_new *in,
		      struct arena *a, struct roster_page *ret);

/*
 * Takes back the registration that each row names, of which EK hash and serial number must be the row's where
 * both have one. ROSTER_SAME when there is none.
 */
MUST fault roster_delete(struct flow *f, const struct inventory_actor *by, const struct registrations_new *in,
			 struct arena *a, struct roster_page *ret);

/* Keeps what became of the rows, of all imports the latest ROSTER_KEPT. */
MUST fault roster_keep(struct flow *f, struct arena *a, struct roster_page *page);

MUST fault roster_get_kept(struct flow *f, struct bytes id, struct arena *a, struct store_imported **ret);
MUST fault roster_delete_kept(struct flow *f, struct bytes id);

#endif
