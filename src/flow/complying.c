#include "flow/complying.h"

#include <stdlib.h>

#include "base/heap.h"
#include "flow/filtering.h"
#include "flow/founded.h"
#include "flow/scoping.h"
#include "flow/wording.h"
#include "store/store_appraisal.h"

#define ARENA_SIZE (64 << 10)
#define FOUNDED BYTES_TEXT("compliance.founded")
#define DEFAULT_HOURS (30 * 24)
#define DEFAULT_GRACE_HOURS 24

struct complying {
	struct arena arena;
	size_t n;
	struct compliance_policy v[COMPLIANCE_POLICIES_MAX];
};

/* --- loading -------------------------------------------------------------------------------------------- */

static struct compliance_policy policy_of(const struct flow *f, const struct store_compliance *r)
{
	return (struct compliance_policy){
		.id = r->id,
		.name = r->name,
		.is_default = r->is_default == 1,
		.scope = { r->group_tags, (enum scope_mode)r->mode,
			   r->filter_id.p ? filtering_find(f, r->filter_id) : NULL },
		.attested_hours = r->attested_hours,
		.assurance = (enum compliance_assurance)r->assurance,
		.classes = (unsigned)r->classes,
		.wants_firmware = r->firmware != 0,
		.wants_key = r->device_key != 0,
		.silent_hours = r->silent_hours,
		.grace_hours = r->grace_hours,
		.is_report = r->report == 1,
		.updated = r->updated,
	};
}

static fault load(struct flow *f, struct complying *all)
{
	struct store_compliance_list list;
	const char *ignored;
	TRY(store_compliance_list(f->store, COMPLIANCE_POLICIES_MAX + 1, &all->arena, &list));
	NEED(list.n <= COMPLIANCE_POLICIES_MAX, COMPLIANCE_FULL);
	for (size_t i = 0; i < list.n; i++) {
		struct compliance_policy *p = &all->v[all->n++];
		*p = policy_of(f, &list.v[i]);
		if (compliance_parse(p, &ignored))
			p->is_whole = false;
	}
	return NULL;
}

fault complying_build(struct flow *f)
{
	struct complying *all = heap_need(calloc(1, sizeof(*all)));
	arena_init(&all->arena, ARENA_SIZE);
	fault why = load(f, all);
	/* What was in force borrows filters that are gone. */
	complying_free(f->complying);
	f->complying = why ? NULL : all;
	if (why)
		complying_free(all);
	return why;
}

void complying_free(struct complying *c)
{
	if (!c)
		return;
	arena_done(&c->arena);
	free(c);
}

struct compliance_policies complying_find(const struct flow *f)
{
	const struct complying *all = f->complying;
	return (struct compliance_policies){ all ? all->n : 0, all ? all->v : NULL };
}

/* --- words ---------------------------------------------------------------------------------------------- */

static fault read_times(const struct compliance_words *in, struct complying_order *o)
{
	o->detail = "attestedWithinHours: a number up to 8760, a year.";
	TRY(wording_read_number(in->attested_within_hours, COMPLIANCE_HOURS_MAX, &o->row->attested_hours));
	o->detail = "silentHours: a number up to 8760, a year.";
	TRY(wording_read_number(in->silent_hours, COMPLIANCE_HOURS_MAX, &o->row->silent_hours));
	o->detail = "gracePeriodHours: a number up to 8760, a year.";
	return wording_read_number(in->grace_period_hours, COMPLIANCE_HOURS_MAX, &o->row->grace_hours);
}

static fault read_tpm(const struct compliance_words *in, struct complying_order *o)
{
	enum compliance_assurance assurance = COMPLIANCE_ANY;
	unsigned classes = 0;
	o->detail = "minimumAssurance: none, low, medium or high.";
	NEED(!in->minimum_assurance.n || compliance_assurance_parse(in->minimum_assurance, &assurance),
	     PARSE_FIELD);
	o->detail = "tpmClasses: discrete, firmware, virtual, test, unknown, with commas between.";
	NEED(compliance_classes_parse(in->tpm_classes, &classes), PARSE_FIELD);
	if (in->minimum_assurance.p)
		o->row->assurance = assurance;
	if (in->tpm_classes.p)
		o->row->classes = classes;
	o->detail = "firmwareNotVulnerable: true or false.";
	TRY(wording_read_truth(in->firmware_not_vulnerable, "true", "false", &o->row->firmware));
	o->detail = "deviceKeyInTpm: true or false.";
	return wording_read_truth(in->device_key_in_tpm, "true", "false", &o->row->device_key);
}

/* What is said, and whether all of the row makes sense then. */
static fault read_words(struct flow *f, const struct compliance_words *in, struct complying_order *o)
{
	struct scoping scope = { .include = in->include,
				 .exclude = in->exclude,
				 .mode = o->row->mode,
				 .filter_id = o->row->filter_id };
	if (in->display_name.p)
		o->row->name = bytes_unless_empty(in->display_name);
	if (in->group_tags.p)
		o->row->group_tags = bytes_unless_empty(in->group_tags);
	TRY(scoping_read(f, &scope, o->a, &o->detail));
	o->row->mode = scope.mode;
	o->row->filter_id = scope.filter_id;
	TRY(read_times(in, o));
	TRY(read_tpm(in, o));
	o->detail = "enforcement: hold or report.";
	TRY(wording_read_truth(in->enforcement, "report", "hold", &o->row->report));
	struct compliance_policy p = policy_of(f, o->row);
	o->detail = "The filter cannot decide: assay filter check.";
	NEED(!o->row->filter_id.p || p.scope.filter, POL_UNVERIFIED_ATTR);
	return compliance_parse(&p, &o->detail);
}

/* --- changing ------------------------------------------------------------------------------------------- */

fault complying_list(struct flow *f, struct arena *a, struct store_compliance_list *ret)
{
	return store_compliance_list(f->store, COMPLIANCE_POLICIES_MAX, a, ret);
}

fault complying_get(struct flow *f, struct bytes id, struct arena *a, struct store_compliance **ret)
{
	return store_compliance_get(f->store, id, a, ret);
}

static fault put_row(struct store *s, const void *row)
{
	return store_compliance_put(s, row);
}

fault complying_put_default(struct flow *f)
{
	struct store_compliance row = {
		.name = BYTES_TEXT("Default"),
		.is_default = 1,
		.attested_hours = DEFAULT_HOURS,
		.grace_hours = DEFAULT_GRACE_HOURS,
		.created = f->now,
		.updated = f->now,
	};
	return founded_put(f, &(struct founded){ FOUNDED, &row.id, put_row, &row });
}

/* Whoever it applies to, and whoever it applied to, is looked at anew. */
static fault note(struct flow *f, const struct complying_order *o, const char *action)
{
	TRY(store_appraisal_spoil(f->store));
	return flow_audit(f, o->by->name, action, o->row->id, o->by->request_id);
}

fault complying_put(struct flow *f, const struct compliance_words *in, struct complying_order *o)
{
	struct store_compliance_list list;
	o->row = arena_alloc(o->a, sizeof(*o->row));
	NEED(o->row != NULL, SYS_MEMORY);
	*o->row = (struct store_compliance){ .created = f->now, .updated = f->now };
	TRY(read_words(f, in, o));
	TRY(complying_list(f, o->a, &list));
	NEED(list.n < COMPLIANCE_POLICIES_MAX, COMPLIANCE_FULL);
	TRY(flow_id_new(f, o->a, &o->row->id));
	TRY(store_compliance_put(f->store, o->row));
	return note(f, o, "compliance.add");
}

fault complying_update(struct flow *f, const struct compliance_words *in, struct complying_order *o)
{
	o->row->updated = f->now;
	TRY(read_words(f, in, o));
	TRY(store_compliance_update(f->store, o->row));
	return note(f, o, "compliance.set");
}

fault complying_delete(struct flow *f, struct complying_order *o)
{
	NEED(!o->row->is_default, COMPLIANCE_DEFAULT);
	TRY(store_compliance_delete(f->store, o->row->id));
	return note(f, o, "compliance.remove");
}
