#include "flow/preview.h"

#include <string.h>

#include "store/store_trait.h"

#define PAGE_ARENA (4 << 20) /* of one page of traits */

/* Which texts the attributes are made of; the numbers are read in any case. */
static const struct {
	enum attribute_id id;
	enum store_trait_want want;
} wants[] = {
	{ ATTRIBUTE_DEVICE_NAME, STORE_TRAIT_NAME },
	{ ATTRIBUTE_SERIAL_NUMBER, STORE_TRAIT_SERIAL },
	{ ATTRIBUTE_MANUFACTURER, STORE_TRAIT_MANUFACTURER },
	{ ATTRIBUTE_MODEL, STORE_TRAIT_MODEL },
	{ ATTRIBUTE_OPERATING_SYSTEM, STORE_TRAIT_OS },
	{ ATTRIBUTE_OPERATING_SYSTEM_VERSION, STORE_TRAIT_OS_VERSION },
	{ ATTRIBUTE_OS_VERSION, STORE_TRAIT_OS_VERSION },
	{ ATTRIBUTE_ENROLLMENT_PROFILE_NAME, STORE_TRAIT_PROFILE },
	{ ATTRIBUTE_GROUP_TAG, STORE_TRAIT_GROUP_TAG },
	{ ATTRIBUTE_TPM_MANUFACTURER, STORE_TRAIT_TPM_MAKER },
	{ ATTRIBUTE_TPM_MODEL, STORE_TRAIT_TPM_MODEL },
};

static uint64_t wants_of(const struct filter *filter)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < COUNT_OF(wants); i++)
		if (filter_uses(filter) & ATTRIBUTE_BIT(wants[i].id))
			bits |= wants[i].want;
	return bits;
}

static struct attribute_values values_of(const struct store_trait *t,
					 char firmware[static FIRMWARE_TEXT_SIZE])
{
	const struct attribute_facts facts = {
		.is_judged = true,
		.is_attested = t->attested != 0,
		.assurance = (uint8_t)t->assurance,
		.tpm_class = (enum anchors_class)t->tpm_class,
		.tpm_maker = t->tpm_maker,
		.tpm_model = t->tpm_model,
		.firmware = t->firmware,
		.is_registered = t->registered != 0,
		.profile = t->profile,
		.group_tag = t->group_tag,
		.name = t->name,
		.serial = t->serial,
		.manufacturer = t->manufacturer,
		.model = t->model,
		.os = t->os,
		.os_version = t->os_version,
	};
	return attribute_values_of(&facts, firmware);
}

/* A preview under way. */
struct trial {
	struct flow *f;
	struct arena *a; /* of what is answered */
	struct preview *ret;
	struct preview_match *matches;
	size_t matches_max;
};

/* What was read for the filter outlives its page, and who it is about is read whole. */
static fault keep(struct trial *t, const struct store_trait *trait, enum filter_truth truth)
{
	struct preview_match *m = &t->matches[t->ret->n];
	struct store_device *device;
	char firmware[FIRMWARE_TEXT_SIZE];
	TRY(store_device_get(t->f->store, trait->id, t->a, &device));
	*m = (struct preview_match){ device, truth, values_of(trait, firmware) };
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		m->values.of[i] = arena_copy(t->a, m->values.of[i]);
	NEED(!is_arena_full(t->a), SYS_MEMORY);
	t->ret->n++;
	return NULL;
}

static fault ask(struct trial *t, const struct store_trait *trait)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_values values = values_of(trait, firmware);
	enum filter_truth truth = filter_judge(t->ret->filter, &values);
	t->ret->devices++;
	t->ret->matching += truth == FILTER_TRUE;
	t->ret->unknown += truth == FILTER_UNKNOWN;
	return truth != FILTER_FALSE && t->ret->n < t->matches_max ? keep(t, trait, truth) : NULL;
}

static fault ask_page(struct trial *t, struct store_page page, struct arena *scratch)
{
	struct store_trait_list list;
	TRY(store_trait_list(t->f->store, page, wants_of(t->ret->filter), scratch, &list));
	for (size_t i = 0; i < list.n; i++)
		TRY(ask(t, &list.v[i]));
	bool is_last = list.n < page.limit;
	t->ret->after = is_last ? (struct bytes){ 0 } : arena_copy(t->a, list.v[list.n - 1].id);
	return NULL;
}

static fault ask_slice(struct trial *t, struct bytes after)
{
	struct arena scratch;
	struct store_page page = { .limit = STORE_PAGE_MAX, .after = after };
	arena_init(&scratch, PAGE_ARENA);
	fault why = ask_page(t, page, &scratch);
	while (!why && t->ret->after.p && t->ret->devices < PREVIEW_SLICE) {
		arena_reset(&scratch);
		page.after = t->ret->after;
		why = ask_page(t, page, &scratch);
	}
	arena_done(&scratch);
	return why;
}

fault preview_list(struct flow *f, const struct filter_trial *in, struct arena *a, struct preview *ret)
{
	struct preview p = { 0 };
	struct filter_error ignored;
	TRY(filter_parse(in->rule, a, &p.filter, &ignored));
	struct trial t = { .f = f, .a = a, .ret = &p, .matches_max = in->top };
	t.matches = arena_alloc(a, (t.matches_max + 1) * sizeof(*t.matches));
	NEED(t.matches != NULL, SYS_MEMORY);
	TRY(ask_slice(&t, in->after));
	p.v = t.matches;
	*ret = p;
	return NULL;
}
