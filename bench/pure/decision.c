#include "decision.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy/restriction.h"

struct decision {
	struct arena arena;
	struct attribute_values values;
	struct restriction v[FILTERS_MAX + 1];
};

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void put(struct decision *d, size_t i)
{
	const char *ignored;
	struct filter_error error;
	char text[128];
	struct restriction *r = &d->v[i];
	snprintf(text, sizeof(text), "(device.groupTag -eq \"Shop %03zu\")", i);
	*r = (struct restriction){ .name = BYTES_TEXT("bench"), .state = RESTRICTION_ON,
				   .action = RESTRICTION_BLOCK, .scope.mode = SCOPE_INCLUDE };
	must(!filter_parse(bytes_text(text), &d->arena, &r->scope.filter, &error));
	must(!restriction_parse(r, &ignored));
}

struct decision *decision_new(void)
{
	const char *ignored;
	struct decision *d = calloc(1, sizeof(*d));
	must(d);
	arena_init(&d->arena, FILTERS_MAX * FILTER_ARENA_SIZE);
	d->values.of[ATTRIBUTE_GROUP_TAG] = BYTES_TEXT("Shop 900");
	for (size_t i = 0; i < FILTERS_MAX; i++)
		put(d, i);
	d->v[FILTERS_MAX] = (struct restriction){ .name = BYTES_TEXT("Default"), .state = RESTRICTION_ON,
						  .action = RESTRICTION_ALLOW, .is_default = true };
	must(!restriction_parse(&d->v[FILTERS_MAX], &ignored));
	return d;
}

void decision_free(struct decision *d)
{
	arena_done(&d->arena);
	free(d);
}

bool is_decision_made(void *of)
{
	struct decision *d = of;
	struct restriction_finding finding;
	const struct restrictions list = { COUNT_OF(d->v), d->v };
	const struct restriction_case c = { .values = &d->values, .needs_attestation = true };
	restriction_judge(&list, &c, &finding);
	return !finding.decided.why && finding.decided.by == &d->v[FILTERS_MAX];
}

bool are_decision_filters_asked(void *of)
{
	const struct decision *d = of;
	size_t held = 0;
	for (size_t i = 0; i < FILTERS_MAX; i++)
		held += filter_judge(d->v[i].scope.filter, &d->values) != FILTER_FALSE;
	return held == 0;
}
