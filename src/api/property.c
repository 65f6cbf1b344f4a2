#include "api/property.h"

#include <string.h>

#include "api/endpoint.h"
#include "api/member.h"
#include "api/word.h"
#include "flow/inventory.h"

#define STORE_LISTING_SHOWN PROPERTY_SHOWN
#define ROW(name, kind, value, offset, column) \
	{ name, PROPERTY_##kind, STORE_LISTING_##column, (uint16_t)(offset), value },

static const struct property devices[] = {
#define DEVICES(...) ROW(__VA_ARGS__)
#define PROPERTY(list, name, kind, value, record, field, column) \
	list(name, kind, value, offsetof(struct record, field), column)
#define WHOLE(list, name, kind, value) list(name, kind, value, 0, SHOWN)
#include "api/property.def"
#undef DEVICES
#undef PROPERTY
#undef WHOLE
};

static const struct property_list lists[] = {
	{ "managedDevices", STORE_LISTING_DEVICE, true, ENDPOINT_DEVICES, COUNT_OF(devices), devices },
};

const struct property_list *property_list_find(uint64_t endpoint)
{
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (lists[i].endpoint == endpoint)
			return &lists[i];
	return NULL;
}

const struct property *property_find(const struct property_list *list, struct bytes name)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_bytes_text(name, list->v[i].name))
			return &list->v[i];
	return NULL;
}

bool is_property_sortable(const struct property *p)
{
	bool is_ordered = p->kind != PROPERTY_UUID && p->kind != PROPERTY_HEX;
	return p->column != PROPERTY_SHOWN && (is_ordered || strcmp(p->name, "id") == 0);
}

uint64_t property_numbers_of(const struct property *p, struct bytes word)
{
	uint64_t set = 0;
	for (uint64_t i = 0; i < PROPERTY_WORDS_MAX; i++) {
		json_t *said = p->value(&i);
		if (is_bytes_equal(bytes_of(json_string_value(said), json_string_length(said)), word))
			set |= UINT64_C(1) << i;
		json_decref(said);
	}
	return set;
}

json_t *property_object(const struct property_list *list, uint64_t members, const void *record)
{
	json_t *o = json_object();
	for (size_t i = 0; o && i < list->n; i++) {
		const struct property *p = &list->v[i];
		if (i == 0 || !members || members >> i & 1)
			json_object_set_new(o, p->name, p->value((const uint8_t *)record + p->offset));
	}
	return o;
}
