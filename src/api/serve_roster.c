#include "api/serve_roster.h"

#include "api/serve_list.h"
#include "api/shape.h"
#include "flow/roster.h"

static fault read_page(struct serve *s, struct registrations_new *ret)
{
	return message_parse(&registrations_new_message, s->c->body, ret);
}

/* --- the shell's ---------------------------------------------------------------------------------------- */

static fault answer_counts(struct serve *s, const struct roster_page *page)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < page->n; i++)
		if (page->v[i].state != ROSTER_DONE)
			json_array_append_new(rows, shape_roster_row(&page->v[i], i));
	return serving_answer_json(
		s, json_pack("{sIso}", "done", (json_int_t)page->counts[ROSTER_DONE], "value", rows));
}

fault serve_roster_import(struct serve *s)
{
	struct registrations_new in;
	struct roster_page page;
	TRY(read_page(s, &in));
	TRY(roster_put(s->f, &s->by, &in, s->a, &page));
	return answer_counts(s, &page);
}

fault serve_roster_remove(struct serve *s)
{
	struct registrations_new in;
	struct roster_page page;
	TRY(read_page(s, &in));
	TRY(roster_delete(s->f, &s->by, &in, s->a, &page));
	return answer_counts(s, &page);
}

/* --- Graph's -------------------------------------------------------------------------------------------- */

static fault import(struct serve *s, struct roster_page *ret)
{
	struct registrations_new in;
	TRY(read_page(s, &in));
	TRY(roster_put(s->f, &s->by, &in, s->a, ret));
	return roster_keep(s->f, s->a, ret);
}

fault serve_roster_add_imported(struct serve *s)
{
	struct roster_page page;
	TRY(import(s, &page));
	return serve_list_answer_one(s, ENDPOINT_IMPORTED, &page.kept[0], NULL);
}

fault serve_roster_import_imported(struct serve *s)
{
	struct roster_page page;
	TRY(import(s, &page));
	const struct property_list *shown = property_list_find(ENDPOINT_IMPORTED);
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < page.n; i++)
		json_array_append_new(p.rows, property_object(shown, 0, &page.kept[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_roster_get_imported(struct serve *s)
{
	struct bytes id;
	struct store_imported *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(roster_get_kept(s->f, id, s->a, &row));
	return serve_list_answer_one(s, ENDPOINT_IMPORTED, row, NULL);
}

fault serve_roster_remove_imported(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return roster_delete_kept(s->f, id);
}
