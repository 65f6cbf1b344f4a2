#include "flow/roster.h"

#include <string.h>

#include "base/base64.h"
#include "base/text.h"

/* --- in verify ------------------------------------------------------------------------------------------ */

bool is_roster_import_id(struct bytes id)
{
	if (id.n > ROSTER_IMPORT_ID_MAX)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		uint8_t c = id.p[i], letter = c | 0x20;
		bool is_plain = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
				c == '.' || c == '_';
		if (!is_plain)
			return false;
	}
	return true;
}

fault roster_read(struct registration_new *in, struct arena *a, const char **ret_detail)
{
	struct bytes text = in->hardware_identifier;
	if (!is_roster_import_id(in->import_id)) {
		*ret_detail = "importId has other characters than letters, digits, '-', '.' and '_'.";
		return FAIL(PARSE_FIELD);
	}
	in->hardware_identifier = (struct bytes){ 0 };
	if (!text.n)
		return NULL;
	uint8_t *octets = arena_alloc(a, text.n);
	NEED(octets != NULL, SYS_MEMORY);
	struct wr w = wr_of(octets, text.n);
	if (in->hardware_digest.p || !base64_parse(text, &w)) {
		*ret_detail = in->hardware_digest.p ? "hardwareIdentifier and hardwareDigest are both there."
						    : "hardwareIdentifier is not base64 with its padding.";
		return FAIL(PARSE_FIELD);
	}
	return flow_hash(wr_done(&w), a, &in->hardware_digest);
}

static fault write_row(const struct jsn_item *item, struct arena *a, struct wr *w)
{
	struct registration_row row = { 0 };
	const char *detail = item->detail;
	fault why = item->why ? item->why : roster_read(item->value, a, &detail);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	if (why) {
		row.number = fault_number(why);
		row.detail = bytes_text(detail);
		row.detail.n = row.detail.n < BODY_DETAIL_MAX ? row.detail.n : BODY_DETAIL_MAX;
		if (!is_text_printable(row.detail))
			row.detail = (struct bytes){ 0 };
	} else {
		TRY(flow_encode(&registration_new_message, item->value, a, &row.registration));
	}
	size_t place = wr_open16(w);
	message_write(&registration_row_message, &row, w);
	wr_close16(w, place);
	return NULL;
}

fault roster_read_list(const struct jsn_list *list, struct arena *a, struct registrations_new *ret)
{
	size_t room = registrations_new_message.fields[0].max;
	uint8_t *octets = arena_alloc(a, room);
	NEED(octets != NULL, SYS_MEMORY);
	struct wr w = wr_of(octets, room);
	for (size_t i = 0; i < list->n; i++)
		TRY(write_row(&list->v[i], a, &w));
	NEED(!w.bad, BODY_LIMIT);
	ret->rows = wr_done(&w);
	return NULL;
}

/* --- in core -------------------------------------------------------------------------------------------- */

/* A page under way. */
struct roster {
	struct flow *f;
	const struct inventory_actor *by;
	struct arena *a;
	struct roster_page *page;
};

/* What is said of a row that is refused stays with it; whatever else went wrong ends the page. */
static fault refuse(struct roster_row *row, fault why)
{
	row->why = why;
	return is_fault_refusal(why) ? NULL : why;
}

static fault read_row(struct rd *r, struct roster_row *ret)
{
	struct registration_row row;
	struct bytes octets = rd_tpm2b(r, UINT16_MAX);
	TRY(message_parse(&registration_row_message, octets, &row));
	if (row.registration.p)
		return message_parse(&registration_new_message, row.registration, &ret->in);
	NEED(row.number, PARSE_FIELD);
	ret->why = fault_by_number(row.number);
	ret->detail = row.detail;
	return NULL;
}

/* Reads the rows and has the act do its work with each that could be read. */
static fault run(struct roster *s, const struct registrations_new *in,
		 fault (*act)(struct roster *s, struct roster_row *row))
{
	struct rd r = rd_of(in->rows);
	struct roster_page *page = s->page;
	*page = (struct roster_page){ .v = arena_alloc(s->a, BODY_REGISTRATIONS_MAX * sizeof(*page->v)) };
	NEED(page->v != NULL, SYS_MEMORY);
	while (rd_left(&r)) {
		struct roster_row *row = &page->v[page->n];
		NEED(page->n++ < BODY_REGISTRATIONS_MAX, BODY_LIMIT);
		TRY(read_row(&r, row));
		if (!row->why)
			TRY(act(s, row));
		page->counts[row->state]++;
	}
	return NULL;
}

/* The registrations that have the row's EK hash and its serial number; each may be NULL. */
struct roster_known {
	struct store_registration *by_ek, *by_serial;
};

static fault find_known(struct roster *s, struct bytes ek_hash, struct bytes serial, struct roster_known *ret)
{
	*ret = (struct roster_known){ 0 };
	if (ek_hash.p)
		TRY(store_registration_find_by_ek(s->f->store, ek_hash, s->a, &ret->by_ek));
	if (serial.n)
		TRY(store_registration_find_by_serial(s->f->store, serial, s->a, &ret->by_serial));
	return NULL;
}

/* What decides whom a registration admits, and as what. */
static const struct compared {
	const char *name;
	size_t offset;
} compared[] = {
	{ "ekHash", offsetof(struct store_registration, ek_hash) },
	{ "serialNumber", offsetof(struct store_registration, serial) },
	{ "groupTag", offsetof(struct store_registration, group_tag) },
	{ "assignedUserPrincipalName", offsetof(struct store_registration, assigned_user) },
	{ "productKey", offsetof(struct store_registration, product_key) },
	{ "profile", offsetof(struct store_registration, profile) },
};

#define COMPARED_KEYS 2 /* the first so many are what a registration is found by */

/* The first of the first n things that wanted says and the registration does not; NULL when there is none. */
static const char *difference(const struct store_registration *wanted, const struct store_registration *known,
			      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bytes a = *(const struct bytes *)((const uint8_t *)wanted + compared[i].offset);
		struct bytes b = *(const struct bytes *)((const uint8_t *)known + compared[i].offset);
		if (a.p && !is_bytes_equal(a, b))
			return compared[i].name;
	}
	return NULL;
}

static fault refuse_difference(struct roster *s, struct roster_row *row, const struct roster_known *known,
			       const char *what)
{
	char id[TEXT_UUID_SIZE];
	const struct store_registration *r = known->by_ek ? known->by_ek : known->by_serial;
	row->detail = bytes_text(
		arena_format(s->a, "Registration %s has another %s.", text_uuid(r->id.p, id), what));
	return refuse(row, known->by_ek ? FAIL(EK_REGISTERED) : FAIL(SERIAL_REGISTERED));
}

/* A registration stands in the way: it says the same, or something else. */
static fault meet(struct roster *s, struct roster_row *row, struct store_registration *wanted)
{
	struct roster_known known;
	TRY(find_known(s, wanted->ek_hash, wanted->serial, &known));
	const struct store_registration *r = known.by_ek ? known.by_ek : known.by_serial;
	NEED(r != NULL, SYS_STORAGE);
	const char *what = difference(wanted, r, COUNT_OF(compared));
	if (what)
		return refuse_difference(s, row, &known, what);
	row->state = ROSTER_SAME;
	row->id = r->id;
	return NULL;
}

static fault put_row(struct roster *s, struct roster_row *row)
{
	struct store_registration wanted;
	fault why = inventory_build_registration(s->f, s->by, &row->in, s->a, &wanted);
	if (why) {
		row->detail = why == FAIL(NOT_FOUND) ? BYTES_TEXT("There is no such profile.")
			      : why == FAIL(PARSE_FIELD)
				      ? BYTES_TEXT("Neither ekHash nor serialNumber is there.")
				      : (struct bytes){ 0 };
		return refuse(row, why);
	}
	TRY(flow_id_new(s->f, s->a, &wanted.id));
	why = store_registration_put(s->f->store, &wanted);
	if (why == FAIL(CONFLICT))
		return meet(s, row, &wanted);
	row->state = ROSTER_DONE;
	row->id = wanted.id;
	return why;
}

/* One row of the audit for the page, which says how many of it. */
static fault audit(struct roster *s, const char *action)
{
	const size_t *n = s->page->counts;
	const char *detail = arena_format(s->a, "%zu rows: %zu done, %zu were so already, %zu refused",
					  s->page->n, n[ROSTER_DONE], n[ROSTER_SAME], n[ROSTER_REFUSED]);
	NEED(detail != NULL, SYS_MEMORY);
	const struct flow_deed deed = { s->by->name, action, { 0 }, s->by->request_id, detail };
	return flow_note(s->f, &deed);
}

fault roster_put(struct flow *f, const struct inventory_actor *by, const struct registrations_new *in,
		 struct arena *a, struct roster_page *ret)
{
	struct roster s = { f, by, a, ret };
	TRY(run(&s, in, put_row));
	return audit(&s, "registration.import");
}

static fault delete_row(struct roster *s, struct roster_row *row)
{
	struct roster_known known;
	const struct store_registration wanted = { .ek_hash = row->in.ek_hash,
						   .serial = row->in.serial_number };
	if (!wanted.ek_hash.p && !wanted.serial.n) {
		row->detail = BYTES_TEXT("Neither ekHash nor serialNumber is there.");
		return refuse(row, FAIL(PARSE_FIELD));
	}
	TRY(find_known(s, wanted.ek_hash, wanted.serial, &known));
	const struct store_registration *r = known.by_ek ? known.by_ek : known.by_serial;
	row->state = r ? ROSTER_REFUSED : ROSTER_SAME;
	if (!r)
		return NULL;
	bool is_two = known.by_ek && known.by_serial && !is_bytes_equal(known.by_ek->id, known.by_serial->id);
	struct store_registration named = {
		.ek_hash = r->ek_hash.p ? wanted.ek_hash : r->ek_hash,
		.serial = r->serial.p && wanted.serial.n ? wanted.serial : r->serial,
	};
	const char *what = is_two ? "serialNumber" : difference(&named, r, COMPARED_KEYS);
	if (what)
		return refuse_difference(s, row, &known, what);
	TRY(inventory_delete_registration(s->f, s->by, r->id));
	row->state = ROSTER_DONE;
	row->id = r->id;
	return NULL;
}

fault roster_delete(struct flow *f, const struct inventory_actor *by, const struct registrations_new *in,
		    struct arena *a, struct roster_page *ret)
{
	struct roster s = { f, by, a, ret };
	return run(&s, in, delete_row);
}

/* --- what is kept --------------------------------------------------------------------------------------- */

static struct store_imported kept_of(const struct flow *f, const struct roster_row *row)
{
	return (struct store_imported){
		.import_id = row->in.import_id,
		.serial = row->in.serial_number,
		.ek_hash = row->in.ek_hash,
		.group_tag = row->in.group_tag,
		.product_key = row->in.product_key,
		.assigned_user = row->in.assigned_user_principal_name,
		.registration = row->id,
		.fault = bytes_text(row->why ? row->why->name : NULL),
		.detail = row->detail,
		.created = f->now,
	};
}

fault roster_keep(struct flow *f, struct arena *a, struct roster_page *page)
{
	page->kept = arena_alloc(a, page->n * sizeof(*page->kept) + 1);
	NEED(page->kept != NULL, SYS_MEMORY);
	for (size_t i = 0; i < page->n; i++) {
		page->kept[i] = kept_of(f, &page->v[i]);
		TRY(flow_id_new(f, a, &page->kept[i].id));
		TRY(store_imported_put(f->store, &page->kept[i]));
	}
	return store_imported_prune(f->store, ROSTER_KEPT);
}

fault roster_get_kept(struct flow *f, struct bytes id, struct arena *a, struct store_imported **ret)
{
	return store_imported_get(f->store, id, a, ret);
}

fault roster_delete_kept(struct flow *f, struct bytes id)
{
	return store_imported_delete(f->store, id);
}
