#include "api/property.h"

#include <stdio.h>
#include <string.h>

#include "api/endpoint.h"
#include "api/odata.h"
#include "api/openapi.h"
#include "api/report.h"
#include "store/scratch.h"
#include "store/store_device.h"
#include "store/store_listing.h"

/* A value of each kind as a filter has it, and one more of the same. */
static const char *const values[PROPERTY_KIND_COUNT] = {
	[PROPERTY_TEXT] = "'a'",   [PROPERTY_UUID] = "00112233-4455-6677-8899-aabbccddeeff",
	[PROPERTY_HEX] = "'0011'", [PROPERTY_MOMENT] = "2026-01-01T00:00:00Z",
	[PROPERTY_NUMBER] = "7",   [PROPERTY_TRUTH] = "true",
};

static void ask(struct scratch *t, const struct property_list *list, const struct query *q)
{
	struct store_listing_total n;
	struct selection s, again;
	struct odata_error error = { 0 };
	struct store_listing rows;
	uint8_t octets[SELECTION_SIZE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	arena_reset(&t->arena);
	fault why = odata_parse(list, q, &t->arena, &s, &error);
	if (why)
		fail_msg("%s: %.*s: %s", list->name, (int)error.value.n, (const char *)error.value.p,
			 error.sentence);
	selection_write(&s, &w);
	OK(selection_parse(wr_done(&w), &again));
	OK(store_listing_list(t->s, &again, &t->arena, &rows));
	OK(store_listing_count(t->s, &again, &t->arena, &n));
	CHECK(rows.is_last && n.is_all && rows.n == n.n);
}

/* Those of endpoints, then those of reports. */
static const struct property_list *list_at(size_t i)
{
	for (uint64_t e = 0; e < ENDPOINT_COUNT; e++)
		if (property_list_find(e) && !i--)
			return property_list_find(e);
	return i < REPORT_COUNT ? &reports[i].list : NULL;
}

/* A word of the property, in quotes. */
static const char *word_of(const struct property *p, char out[static 64])
{
	uint64_t one = 1;
	json_t *word = p->value(&one);
	snprintf(out, 64, "'%s'", json_string_value(word));
	json_decref(word);
	return out;
}

static void every_property_that_is_compared_is_one_of_the_records(void **state)
{
	struct scratch *t = *state;
	size_t asked = 0;
	for (size_t i = 0; list_at(i); i++) {
		const struct property_list *list = list_at(i);
		CHECK(list->n <= 64);
		for (size_t k = 0; k < list->n; k++) {
			char text[256], word[64];
			const struct property *p = &list->v[k];
			if (p->column == PROPERTY_SHOWN)
				continue;
			const char *value = p->kind == PROPERTY_WORD ? word_of(p, word) : values[p->kind];
			snprintf(text, sizeof(text), "%s eq %s or not (%s in (%s))", p->name, value, p->name,
				 value);
			ask(t, list, &(struct query){ .top = 5, .filter = bytes_text(text) });
			snprintf(text, sizeof(text), "%s desc", p->name);
			if (is_property_sortable(p))
				ask(t, list, &(struct query){ .top = 5, .orderby = bytes_text(text) });
			asked++;
		}
		ask(t, list, &(struct query){ .top = 5 });
		if (list->is_searched)
			ask(t, list, &(struct query){ .top = 5, .search = BYTES_TEXT("some") });
	}
	CHECK(asked > 150);
}

/* n times before a comparison, and as often behind it. */
static const struct deep {
	const char *before, *behind;
	size_t n;
} deeps[] = {
	{ "serialNumber eq 'a' or ", "", 31 },    { "serialNumber eq 'a' and ", "", 31 },
	{ "serialNumber eq 'a' or (", ")", 15 },  { "serialNumber eq 'a' and not (", ")", 7 },
	{ "(", " or serialNumber eq 'a')", 15 }, { "not (", ")", 7 },
};

/* The engine's parser has a stack of a hundred places, of which every open parenthesis takes some. */
static void the_longest_and_deepest_filters_are_answered(void **state)
{
	struct scratch *t = *state;
	for (const struct deep *of = deeps; of < deeps + COUNT_OF(deeps); of++) {
		uint8_t octets[ODATA_EXPRESSION_MAX];
		struct wr w = wr_of(octets, sizeof(octets));
		for (size_t n = 0; n < of->n; n++)
			wr_bytes(&w, bytes_text(of->before));
		wr_bytes(&w, BYTES_TEXT("model eq 'b'"));
		for (size_t n = 0; n < of->n; n++)
			wr_bytes(&w, bytes_text(of->behind));
		const struct query q = { .top = 5,
					 .search = BYTES_TEXT("some"),
					 .orderby = BYTES_TEXT("lastSyncDateTime desc"),
					 .filter = wr_done(&w) };
		ask(t, property_list_find(ENDPOINT_DEVICES), &q);
	}
}

static void a_record_of_nothing_has_every_member(void **state)
{
	static const uint64_t nothing[256];
	(void)state;
	for (size_t i = 0; list_at(i); i++) {
		const struct property_list *list = list_at(i);
		json_auto_t *o = property_object(list, 0, nothing);
		for (size_t k = 0; k < list->n; k++)
			CHECK(!!json_object_get(o, list->v[k].name) == !!list->v[k].value);
	}
}

/* Each row of the table of endpoints is an operation, and each list has its schema. */
static void the_description_has_every_endpoint_and_every_list(void **state)
{
	size_t operations = 0;
	const char *path;
	json_t *at;
	json_auto_t *all = openapi_new();
	(void)state;
	json_object_foreach(json_object_get(all, "paths"), path, at)
		operations += json_object_size(at);
	CHECK(operations == ENDPOINT_COUNT);
	json_t *schemas = json_object_get(json_object_get(all, "components"), "schemas");
	for (size_t i = 0; list_at(i); i++)
		CHECK(json_object_get(schemas, list_at(i)->name));
}

static void words_that_several_numbers_have_are_all_of_them(void **state)
{
	const struct property_list *list = property_list_find(ENDPOINT_DEVICES);
	const struct property *p = property_find(list, BYTES_TEXT("managementState"));
	(void)state;
	uint64_t managed = property_numbers_of(p, BYTES_TEXT("managed"));
	CHECK(managed == UINT64_C(1) << STORE_DEVICE_ACTIVE);
	CHECK(property_numbers_of(p, BYTES_TEXT("retired")) == 0xFFFF - managed);
	CHECK(property_numbers_of(p, BYTES_TEXT("nobody")) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_property_that_is_compared_is_one_of_the_records),
		SCRATCH_TEST(the_longest_and_deepest_filters_are_answered),
		TEST(a_record_of_nothing_has_every_member),
		TEST(the_description_has_every_endpoint_and_every_list),
		TEST(words_that_several_numbers_have_are_all_of_them),
	};
	return RUN(tests);
}
