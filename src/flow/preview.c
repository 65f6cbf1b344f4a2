#include "flow/preview.h"

#include "store/store_profile.h"
#include "store/store_trait.h"

#define PAGE_ARENA (4 << 20) /* of one page of traits */

/* The fields that the attributes are made of; a group tag is another record's. */
#define BIT(name) STORE_TRAIT_BIT(name)
#define PROVED(name) (BIT(attested) | BIT(name))
static const uint64_t wants[ATTRIBUTE_COUNT] = {
	[ATTRIBUTE_DEVICE_NAME] = BIT(name),
	[ATTRIBUTE_SERIAL_NUMBER] = BIT(serial),
	[ATTRIBUTE_MANUFACTURER] = BIT(manufacturer),
	[ATTRIBUTE_MODEL] = BIT(model),
	[ATTRIBUTE_OPERATING_SYSTEM] = BIT(os),
	[ATTRIBUTE_OPERATING_SYSTEM_VERSION] = BIT(os_version),
	[ATTRIBUTE_OS_VERSION] = BIT(os_version),
	[ATTRIBUTE_ENROLLMENT_PROFILE_NAME] = BIT(profile),
	[ATTRIBUTE_DEVICE_OWNERSHIP] = BIT(registration),
	[ATTRIBUTE_IS_TPM_ATTESTED] = BIT(attested),
	[ATTRIBUTE_ASSURANCE] = BIT(assurance),
	[ATTRIBUTE_TPM_CLASS] = PROVED(tpm_class),
	[ATTRIBUTE_TPM_MANUFACTURER] = PROVED(tpm_maker),
	[ATTRIBUTE_TPM_MODEL] = PROVED(tpm_model),
	[ATTRIBUTE_TPM_FIRMWARE_VERSION] = PROVED(firmware),
};

static uint64_t wants_of(const struct filter *filter)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < COUNT_OF(wants); i++)
		if (filter_uses(filter) & ATTRIBUTE_BIT(i))
			bits |= wants[i];
	return bits;
}

/* A preview under way. */
struct trial {
	struct flow *f;
	struct arena *a;      /* of what is answered */
	struct arena scratch; /* of one page */
	struct store_profile_list profiles;
	struct preview *ret;
	struct preview_match *matches;
	size_t matches_max;
};

/* Few servers have as many profiles as a page; who has more waits for one question each. */
static fault find_profile(struct trial *t, struct bytes id, struct bytes *ret)
{
	struct store_profile *profile;
	for (size_t i = 0; i < t->profiles.n; i++)
		if (is_bytes_equal(t->profiles.v[i].id, id)) {
			*ret = t->profiles.v[i].name;
			return NULL;
		}
	TRY(store_profile_get(t->f->store, id, &t->scratch, &profile));
	*ret = profile->name;
	return NULL;
}

static fault facts_of(struct trial *t, const struct store_trait *trait, struct bytes tag,
		      struct attribute_facts *ret)
{
	struct bytes profile = { 0 };
	if (trait->profile.p)
		TRY(find_profile(t, trait->profile, &profile));
	*ret = (struct attribute_facts){
		.is_judged = true,
		.is_attested = trait->attested != 0,
		.assurance = (uint8_t)trait->assurance,
		.tpm_class = (enum anchors_class)trait->tpm_class,
		.tpm_maker = trait->tpm_maker,
		.tpm_model = trait->tpm_model,
		.firmware = trait->firmware,
		.is_registered = trait->registration.p != NULL,
		.profile = profile,
		.group_tag = tag,
		.name = trait->name,
		.serial = trait->serial,
		.manufacturer = trait->manufacturer,
		.model = trait->model,
		.os = trait->os,
		.os_version = trait->os_version,
	};
	return NULL;
}

/* The values outlive their page, and who they are about is read whole. */
static fault keep(struct trial *t, const struct store_trait *trait, const struct attribute_values *values,
		  enum filter_truth truth)
{
	struct preview_match *m = &t->matches[t->ret->n];
	struct store_device *device;
	TRY(store_device_get(t->f->store, trait->id, t->a, &device));
	*m = (struct preview_match){ .device = device, .truth = truth };
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		m->values.of[i] = arena_copy(t->a, values->of[i]);
	NEED(!is_arena_full(t->a), SYS_MEMORY);
	t->ret->n++;
	return NULL;
}

static fault ask(struct trial *t, const struct store_trait *trait, struct bytes tag)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_facts facts;
	TRY(facts_of(t, trait, tag, &facts));
	struct attribute_values values = attribute_values_of(&facts, firmware);
	enum filter_truth truth = filter_judge(t->ret->filter, &values);
	t->ret->devices++;
	t->ret->matching += truth == FILTER_TRUE;
	t->ret->unknown += truth == FILTER_UNKNOWN;
	bool is_kept = truth != FILTER_FALSE && t->ret->n < t->matches_max;
	return is_kept ? keep(t, trait, &values, truth) : NULL;
}

/* The devices behind one, and their group tags where the filter asks for them. */
struct traits {
	struct store_trait_list list;
	struct bytes tags[STORE_PAGE_MAX];
	bool is_last;
};

static fault read_page(struct trial *t, struct bytes after, struct traits *ret)
{
	const struct filter *filter = t->ret->filter; /* NULL: nothing is asked */
	const struct store_page page = { .limit = STORE_PAGE_MAX, .after = after };
	*ret = (struct traits){ .list.n = 0 };
	arena_reset(&t->scratch);
	TRY(store_trait_list(t->f->store, page, filter ? wants_of(filter) : 0, &t->scratch, &ret->list));
	if (filter && filter_uses(filter) & ATTRIBUTE_BIT(ATTRIBUTE_GROUP_TAG))
		TRY(store_trait_read_tags(t->f->store, &ret->list, &t->scratch, ret->tags));
	ret->is_last = ret->list.n < page.limit;
	return NULL;
}

static fault ask_page(struct trial *t, struct bytes after)
{
	struct traits p;
	TRY(read_page(t, after, &p));
	for (size_t i = 0; i < p.list.n; i++)
		TRY(ask(t, &p.list.v[i], p.tags[i]));
	t->ret->after = p.is_last ? (struct bytes){ 0 } : arena_copy(t->a, p.list.v[p.list.n - 1].id);
	return NULL;
}

static fault ask_slice(struct trial *t, struct bytes after)
{
	const struct store_page first = { .limit = STORE_PAGE_MAX };
	TRY(store_profile_list(t->f->store, first, t->a, &t->profiles));
	TRY(ask_page(t, after));
	while (t->ret->after.p && t->ret->devices < PREVIEW_SLICE)
		TRY(ask_page(t, t->ret->after));
	return NULL;
}

fault preview_list(struct flow *f, const struct filter_trial *in, struct arena *a, struct preview *ret)
{
	struct preview p = { 0 };
	struct filter_error ignored;
	TRY(filter_parse(in->rule, a, &p.filter, &ignored));
	struct trial t = { .f = f, .a = a, .ret = &p, .matches_max = in->top };
	t.matches = arena_alloc(a, (t.matches_max + 1) * sizeof(*t.matches));
	NEED(t.matches != NULL, SYS_MEMORY);
	arena_init(&t.scratch, PAGE_ARENA);
	fault why = ask_slice(&t, in->after);
	arena_done(&t.scratch);
	TRY(why);
	p.v = t.matches;
	*ret = p;
	return NULL;
}

/* --- the next ones -------------------------------------------------------------------------------------- */

static fault pick(struct trial *t, const struct store_trait *trait, struct bytes tag,
		  struct preview_picked *p)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_facts facts;
	bool is_it = !t->ret->filter;
	if (!is_it) {
		TRY(facts_of(t, trait, tag, &facts));
		struct attribute_values values = attribute_values_of(&facts, firmware);
		is_it = filter_judge(t->ret->filter, &values) == FILTER_TRUE;
	}
	p->devices++;
	p->last = arena_copy(t->a, trait->id);
	if (is_it)
		p->v[p->n++] = p->last;
	return NULL;
}

static fault pick_page(struct trial *t, size_t max, struct preview_picked *p)
{
	struct traits page;
	size_t i = 0;
	TRY(read_page(t, p->last, &page));
	for (; i < page.list.n && p->n < max; i++)
		TRY(pick(t, &page.list.v[i], page.tags[i], p));
	p->is_last = page.is_last && i == page.list.n;
	return is_arena_full(t->a) ? FAIL(SYS_MEMORY) : NULL;
}

static fault pick_slice(struct trial *t, size_t max, struct preview_picked *p)
{
	const struct store_page first = { .limit = STORE_PAGE_MAX };
	TRY(store_profile_list(t->f->store, first, t->a, &t->profiles));
	while (!p->is_last && p->n < max && p->devices < PREVIEW_SLICE)
		TRY(pick_page(t, max, p));
	return NULL;
}

fault preview_list_next(struct flow *f, const struct preview_pick *in, struct arena *a,
			struct preview_picked **ret)
{
	struct preview none = { 0 };
	struct filter_error ignored;
	struct preview_picked *p = arena_alloc(a, sizeof(*p));
	NEED(p != NULL, SYS_MEMORY);
	NEED(in->max <= PREVIEW_PICK_MAX, BUG);
	if (in->rule.p)
		TRY(filter_parse(in->rule, a, &none.filter, &ignored));
	struct trial t = { .f = f, .a = a, .ret = &none };
	p->last = in->after;
	arena_init(&t.scratch, PAGE_ARENA);
	fault why = pick_slice(&t, in->max, p);
	arena_done(&t.scratch);
	TRY(why);
	*ret = p;
	return NULL;
}
