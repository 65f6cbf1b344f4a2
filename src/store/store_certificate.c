#include "store/store_certificate.h"

#include "store/row.h"

RECORD_TABLE(store_certificate, STORE_CERTIFICATE_FIELDS)
RECORD_TABLE(store_certificate_revoked, STORE_CERTIFICATE_REVOKED_FIELDS)

fault store_certificate_put(struct store *s, const struct store_certificate *row)
{
	return row_put(s, STMT_CERTIFICATE_PUT, &store_certificate_record, row);
}

fault store_certificate_get(struct store *s, struct bytes serial, struct arena *a,
			    struct store_certificate **ret)
{
	void *row;
	TRY(row_get(s, STMT_CERTIFICATE_GET, VALUES(value_id(serial)), a, &row));
	*ret = row;
	return NULL;
}

/* Says of the lists that the certificate belongs into that they are no longer right (store_crl.h). */
static fault spoil(struct store *s, struct bytes serial)
{
	uint64_t changed;
	return driver_run(s, STMT_CRL_SPOIL_BY_SERIAL, VALUES(value_id(serial)), &changed);
}

/* The same of what the device was issued, but for that ticket. */
static fault spoil_by_device(struct store *s, struct bytes device_id, struct bytes but_for_ticket)
{
	uint64_t changed;
	struct values in = VALUES(value_id(device_id), value_id(but_for_ticket));
	return driver_run(s, STMT_CRL_SPOIL_BY_DEVICE, in, &changed);
}

static const uint8_t no_ticket[RECORD_ID_SIZE] = { 0 };

/* A step of one certificate, which it takes from some states only. */
static fault run_step(struct store *s, enum stmt step, struct values in, struct bytes serial)
{
	uint64_t changed;
	TRY(driver_run(s, step, in, &changed));
	return changed ? NULL : row_check_state(s, STMT_CERTIFICATE_COUNT, VALUES(value_id(serial)));
}

fault store_certificate_issue(struct store *s, struct bytes serial, struct bytes der)
{
	return run_step(s, STMT_CERTIFICATE_ISSUE, VALUES(value_id(serial), value_bytes(der)), serial);
}

fault store_certificate_void_by_ticket(struct store *s, struct bytes ticket_id, uint64_t *ret_count)
{
	return driver_run(s, STMT_CERTIFICATE_VOID_BY_TICKET, VALUES(value_id(ticket_id)), ret_count);
}

fault store_certificate_revoke(struct store *s, struct bytes serial, uint64_t reason, int64_t now)
{
	struct values in = VALUES(value_id(serial), value_number((int64_t)reason), value_number(now));
	TRY(spoil(s, serial));
	return run_step(s, STMT_CERTIFICATE_REVOKE, in, serial);
}

fault store_certificate_hold(struct store *s, struct bytes serial,
			     const struct store_certificate_hold *h)
{
	struct values in = VALUES(value_id(serial), value_number((int64_t)h->causes), value_number(h->now));
	TRY(spoil(s, serial));
	return run_step(s, STMT_CERTIFICATE_HOLD, in, serial);
}

fault store_certificate_release(struct store *s, struct bytes serial, uint64_t causes)
{
	struct values in = VALUES(value_id(serial), value_number((int64_t)causes));
	TRY(spoil(s, serial));
	return run_step(s, STMT_CERTIFICATE_RELEASE, in, serial);
}

fault store_certificate_hold_by_device(struct store *s, struct bytes device_id,
				       const struct store_certificate_hold *h)
{
	uint64_t changed;
	struct values in = VALUES(value_id(device_id), value_number((int64_t)h->causes),
				  value_number(h->now));
	TRY(spoil_by_device(s, device_id, BYTES_OF(no_ticket)));
	return driver_run(s, STMT_CERTIFICATE_HOLD_BY_DEVICE, in, &changed);
}

fault store_certificate_release_by_device(struct store *s, struct bytes device_id, uint64_t causes)
{
	uint64_t changed;
	struct values in = VALUES(value_id(device_id), value_number((int64_t)causes));
	TRY(spoil_by_device(s, device_id, BYTES_OF(no_ticket)));
	return driver_run(s, STMT_CERTIFICATE_RELEASE_BY_DEVICE, in, &changed);
}

fault store_certificate_revoke_others(struct store *s, struct bytes device_id, struct bytes ticket_id,
				      uint64_t reason, int64_t now)
{
	uint64_t changed;
	struct values in = VALUES(value_id(device_id), value_id(ticket_id), value_number((int64_t)reason),
				  value_number(now));
	TRY(spoil_by_device(s, device_id, ticket_id));
	return driver_run(s, STMT_CERTIFICATE_REVOKE_OTHERS, in, &changed);
}

fault store_certificate_revoke_by_device(struct store *s, struct bytes device_id, uint64_t reason,
					 int64_t now)
{
	uint64_t changed;
	struct values in = VALUES(value_id(device_id), value_number((int64_t)reason), value_number(now));
	TRY(spoil_by_device(s, device_id, BYTES_OF(no_ticket)));
	return driver_run(s, STMT_CERTIFICATE_REVOKE_BY_DEVICE, in, &changed);
}

fault store_certificate_count_live(struct store *s, struct bytes device_id, uint64_t *ret)
{
	return row_number(s, STMT_CERTIFICATE_COUNT_LIVE, VALUES(value_id(device_id)), ret);
}

fault store_certificate_count_open(struct store *s, struct bytes device_id, uint64_t *ret)
{
	return row_number(s, STMT_CERTIFICATE_COUNT_OPEN, VALUES(value_id(device_id)), ret);
}

fault store_certificate_count_in_force(struct store *s, struct bytes device_id, int64_t now, uint64_t *ret)
{
	struct values in = VALUES(value_id(device_id), value_number(now));
	return row_number(s, STMT_CERTIFICATE_COUNT_IN_FORCE, in, ret);
}

fault store_certificate_count_aks(struct store *s, struct bytes device_id, int64_t now, uint64_t *ret)
{
	struct values in = VALUES(value_id(device_id), value_number(now));
	return row_number(s, STMT_CERTIFICATE_COUNT_AKS, in, ret);
}

fault store_certificate_count(struct store *s, uint64_t state, int64_t now, uint64_t *ret)
{
	struct values in = VALUES(value_number((int64_t)state), value_number(now));
	return row_number(s, STMT_CERTIFICATE_COUNT_STATE, in, ret);
}

fault store_certificate_list(struct store *s, bool is_revoked, struct store_page page, struct arena *a,
			     struct store_certificate_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, is_revoked ? STMT_CERTIFICATE_LIST_ENDED : STMT_CERTIFICATE_LIST, in, a, &list));
	*ret = (struct store_certificate_list){ list.n, list.v };
	return NULL;
}

fault store_certificate_list_by_ticket(struct store *s, struct bytes ticket_id, struct store_page page,
				       struct arena *a, struct store_certificate_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(ticket_id), value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_CERTIFICATE_LIST_BY_TICKET, in, a, &list));
	*ret = (struct store_certificate_list){ list.n, list.v };
	return NULL;
}

fault store_certificate_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
				       struct arena *a, struct store_certificate_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(device_id), value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_CERTIFICATE_LIST_BY_DEVICE, in, a, &list));
	*ret = (struct store_certificate_list){ list.n, list.v };
	return NULL;
}

fault store_certificate_list_revoked(struct store *s, const struct store_certificate_range *range,
				     struct arena *a, struct store_certificate_revoked_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_id(range->above), value_id(range->upto),
				  value_number(range->not_after), value_limit(range->limit),
				  value_number((int64_t)range->generation));
	TRY(row_list(s, STMT_CERTIFICATE_LIST_REVOKED, in, a, &list));
	*ret = (struct store_certificate_revoked_list){ list.n, list.v };
	return NULL;
}

fault store_certificate_count_by(struct store *s, const struct store_certificate_by *by, uint64_t *ret)
{
	int64_t last = by->is_in_force ? STORE_CERTIFICATE_ISSUED : STORE_CERTIFICATE_HELD;
	struct values in = VALUES(value_number((int64_t)by->generation), value_number(last),
				  value_number(by->is_in_force ? by->now : 0));
	return row_number(s, STMT_CERTIFICATE_COUNT_GENERATION, in, ret);
}
