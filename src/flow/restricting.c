#include "flow/restricting.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "flow/filtering.h"
#include "flow/founded.h"
#include "flow/scoping.h"
#include "flow/wording.h"
#include "policy/vouch.h"

#define ROWS_MAX (RESTRICTIONS_MAX + 1)
#define ARENA_SIZE (256 << 10)
#define DEVICES_MAX 1000000
#define FOUNDED BYTES_TEXT("restriction.founded")

struct restricting {
	struct arena arena;
	size_t n;
	struct restriction v[ROWS_MAX];
	bool has_limit; /* one of them asks how many devices a user has */
};

/* --- loading -------------------------------------------------------------------------------------------- */

static struct restriction restriction_of(const struct flow *f, const struct store_restriction *r)
{
	return (struct restriction){
		.id = r->id,
		.name = r->name,
		.state = (enum restriction_state)r->state,
		.action = (enum restriction_action)r->action,
		.is_default = r->is_default == 1,
		.platform = r->platform,
		.scope = { r->group_tags, (enum scope_mode)r->mode,
			   r->filter_id.p ? filtering_find(f, r->filter_id) : NULL },
		.user_groups = r->user_groups,
		.blocks_personal = r->corporate != 0,
		.os_min = r->os_min,
		.os_max = r->os_max,
		.devices_max = r->devices_max,
		.trusts_labels = r->trusts_labels == 1,
		.message = r->message,
	};
}

static fault load(struct flow *f, struct restricting *all)
{
	struct store_restriction_list list;
	const char *ignored;
	TRY(store_restriction_list(f->store, ROWS_MAX + 1, &all->arena, &list));
	NEED(list.n <= ROWS_MAX, RESTRICTION_FULL);
	for (size_t i = 0; i < list.n; i++) {
		struct restriction *r = &all->v[all->n++];
		*r = restriction_of(f, &list.v[i]);
		if (restriction_parse(r, &ignored))
			r->is_whole = false;
		all->has_limit = all->has_limit || r->devices_max;
	}
	return NULL;
}

fault restricting_build(struct flow *f)
{
	struct restricting *all = heap_need(calloc(1, sizeof(*all)));
	arena_init(&all->arena, ARENA_SIZE);
	fault why = load(f, all);
	/* What was in force borrows filters that are gone. */
	restricting_free(f->restricting);
	f->restricting = why ? NULL : all;
	if (why)
		restricting_free(all);
	return why;
}

void restricting_free(struct restricting *r)
{
	if (!r)
		return;
	arena_done(&r->arena);
	free(r);
}

/* --- deciding ------------------------------------------------------------------------------------------- */

/* Without attestation an EK hash or a serial number is only claimed, so it leads to no registration. */
static const struct store_registration *registration_of(const struct restricting_case *c)
{
	return c->claims->is_attested ? c->naming->registration : NULL;
}

static struct attribute_facts facts_of(const struct restricting_case *c)
{
	const struct answer_facts *facts = c->facts;
	const struct store_registration *registration = registration_of(c);
	return (struct attribute_facts){
		.is_judged = true,
		.is_attested = c->claims->is_attested,
		.assurance = c->claims->assurance,
		.tpm_class = (enum anchors_class)facts->class,
		.tpm_maker = facts->maker,
		.tpm_model = facts->tpm_model,
		.firmware = facts->firmware,
		.is_registered = registration != NULL,
		.profile = c->naming->profile->name,
		.group_tag = registration ? registration->group_tag : (struct bytes){ 0 },
		.name = facts->name,
		.serial = facts->serial,
		.manufacturer = facts->manufacturer,
		.model = facts->model,
		.os = facts->os,
		.os_version = facts->os_version,
	};
}

/* Whoever shows a credential or else whom the registration names; counted only where it matters. */
static fault find_user(struct flow *f, const struct restricting_case *c, struct restriction_user *ret)
{
	const struct store_registration *r = registration_of(c);
	const struct store_device *own = c->claims->is_attested ? c->naming->device : NULL;
	ret->groups = c->groups;
	ret->name = !c->user.n && r ? r->assigned_user : c->user;
	if (!ret->name.n || !f->restricting || !f->restricting->has_limit)
		return NULL;
	return store_device_count_by_user(f->store, ret->name, own ? own->id : (struct bytes){ 0 },
					  &ret->devices);
}

struct restrictions restricting_find(const struct flow *f)
{
	const struct restricting *all = f->restricting;
	return (struct restrictions){ all ? all->n : 0, all ? all->v : NULL };
}

fault restricting_judge(struct flow *f, const struct restricting_case *c, struct restriction_finding *ret)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	const struct restrictions list = restricting_find(f);
	const struct attribute_facts facts = facts_of(c);
	const struct attribute_values values = attribute_values_of(&facts, firmware);
	struct restriction_case device = {
		.values = &values,
		.needs_attestation = c->naming->profile->attestation == VOUCH_MODE_REQUIRED,
	};
	TRY(find_user(f, c, &device.user));
	restriction_judge(&list, &device, ret);
	return NULL;
}

struct bytes restricting_monitored(const struct restriction_finding *finding, struct arena *a)
{
	const char *text = NULL;
	for (size_t i = 0; i < finding->monitored_n; i++) {
		const struct restriction_saying *s = &finding->monitored[i];
		if (s->why)
			text = arena_format(a, "%s%s%.*s: %s", text ? text : "", text ? "; " : "",
					    (int)s->by->name.n, (const char *)s->by->name.p,
					    restriction_reason_text(s->reason));
	}
	return bytes_text(text);
}

/* --- words ---------------------------------------------------------------------------------------------- */

static fault read_terms(const struct restriction_words *in, struct restricting_order *o)
{
	struct store_restriction *row = o->row;
	o->detail = "ownership: any or corporate.";
	TRY(wording_read_truth(in->ownership, "corporate", "any", &row->corporate));
	o->detail = "trustClaims: true or false.";
	TRY(wording_read_truth(in->trust_claims, "true", "false", &row->trusts_labels));
	o->detail = "limit: a number of devices.";
	return wording_read_number(in->limit, DEVICES_MAX, &row->devices_max);
}

static void read_texts(const struct restriction_words *in, struct store_restriction *row)
{
	const struct {
		struct bytes word, *column;
	} texts[] = {
		{ in->display_name, &row->name },	  { in->platform_type, &row->platform },
		{ in->group_tags, &row->group_tags },	  { in->os_minimum_version, &row->os_min },
		{ in->os_maximum_version, &row->os_max }, { in->message, &row->message },
		{ in->user_groups, &row->user_groups },
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i].word.p)
			*texts[i].column = bytes_unless_empty(texts[i].word);
	if (in->state.p)
		row->state = restriction_state_find(in->state);
	if (in->action.p)
		row->action = restriction_action_find(in->action);
}

/* What is said, and whether all of the row makes sense then. */
static fault read_words(struct flow *f, const struct restriction_words *in, struct restricting_order *o)
{
	read_texts(in, o->row);
	struct scoping scope = { .include = in->include, .exclude = in->exclude, .mode = o->row->mode,
				 .filter_id = o->row->filter_id };
	TRY(scoping_read(f, &scope, o->a, &o->detail));
	o->row->mode = scope.mode;
	o->row->filter_id = scope.filter_id;
	TRY(read_terms(in, o));
	struct restriction r = restriction_of(f, o->row);
	o->detail = "The filter cannot decide: assay filter check.";
	NEED(!o->row->filter_id.p || r.scope.filter, POL_UNVERIFIED_ATTR);
	return restriction_parse(&r, &o->detail);
}

/* --- changing ------------------------------------------------------------------------------------------- */

fault restricting_list(struct flow *f, struct arena *a, struct store_restriction_list *ret)
{
	return store_restriction_list(f->store, ROWS_MAX, a, ret);
}

fault restricting_get(struct flow *f, struct bytes id, struct arena *a, struct store_restriction **ret)
{
	return store_restriction_get(f->store, id, a, ret);
}

fault restricting_list_hits(struct flow *f, struct store_page page, struct arena *a,
			    struct store_decision_hit_list *ret)
{
	return store_decision_hit_list(f->store, page, a, ret);
}

static fault put_row(struct store *s, const void *row)
{
	return store_restriction_put(s, row);
}

fault restricting_put_default(struct flow *f)
{
	struct store_restriction row = {
		.name = BYTES_TEXT("Default"),
		.is_default = 1,
		.state = RESTRICTION_ON,
		.action = RESTRICTION_ALLOW,
		.created = f->now,
		.updated = f->now,
	};
	return founded_put(f, &(struct founded){ FOUNDED, &row.id, put_row, &row });
}

fault restricting_put(struct flow *f, const struct restriction_words *in, struct restricting_order *o)
{
	struct store_restriction_list list;
	struct store_restriction *row = arena_alloc(o->a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_restriction){
		.state = RESTRICTION_ON,
		.action = RESTRICTION_BLOCK,
		.created = f->now,
		.updated = f->now,
	};
	o->row = row;
	TRY(read_words(f, in, o));
	TRY(restricting_list(f, o->a, &list));
	NEED(list.n < ROWS_MAX, RESTRICTION_FULL);
	row->priority = list.n ? list.n : 1;
	TRY(flow_id_new(f, o->a, &row->id));
	TRY(store_restriction_put(f->store, row));
	return flow_audit(f, o->by->name, "restriction.add", row->id, o->by->request_id);
}

fault restricting_update(struct flow *f, const struct restriction_words *in, struct restricting_order *o)
{
	o->row->updated = f->now;
	TRY(read_words(f, in, o));
	TRY(store_restriction_update(f->store, o->row));
	return flow_audit(f, o->by->name, "restriction.set", o->row->id, o->by->request_id);
}

/* Numbers the restrictions anew, from 1, with o->row at its own priority; without, when that is 0. */
static fault renumber(struct flow *f, struct restricting_order *o)
{
	struct store_restriction_list list;
	uint64_t next = 1;
	TRY(restricting_list(f, o->a, &list));
	for (size_t i = 0; i < list.n; i++) {
		struct store_restriction *r = &list.v[i];
		if (r->is_default || is_bytes_equal(r->id, o->row->id))
			continue;
		next += next == o->row->priority;
		bool is_moved = r->priority != next;
		r->priority = next++;
		if (is_moved)
			TRY(store_restriction_update(f->store, r));
	}
	/* Behind all others is as far as one can go. */
	o->row->priority = o->row->priority < next ? o->row->priority : next;
	return NULL;
}

fault restricting_move(struct flow *f, uint64_t priority, struct restricting_order *o)
{
	NEED(!o->row->is_default, RESTRICTION_DEFAULT);
	o->detail = "priority: the first place is 1.";
	NEED(priority > 0, PARSE_FIELD);
	o->row->priority = priority;
	o->row->updated = f->now;
	TRY(renumber(f, o));
	TRY(store_restriction_update(f->store, o->row));
	return flow_audit(f, o->by->name, "restriction.move", o->row->id, o->by->request_id);
}

fault restricting_delete(struct flow *f, struct restricting_order *o)
{
	NEED(!o->row->is_default, RESTRICTION_DEFAULT);
	TRY(store_restriction_delete(f->store, o->row->id));
	o->row->priority = 0;
	TRY(renumber(f, o));
	return flow_audit(f, o->by->name, "restriction.remove", o->row->id, o->by->request_id);
}
