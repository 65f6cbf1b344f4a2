#include "api/property.h"

#include <string.h>

#include "api/endpoint.h"
#include "api/member.h"
#include "api/policyword.h"
#include "api/property.def"
#include "api/word.h"
#include "flow/certificates.h"
#include "flow/complying.h"
#include "flow/filtering.h"
#include "flow/history.h"
#include "flow/inventory.h"
#include "flow/restricting.h"
#include "flow/roster.h"

#define STORE_LISTING_SHOWN PROPERTY_SHOWN
#define ROW(of, name, kind, value, field, column) \
	{ name, PROPERTY_##kind, STORE_LISTING_##column, (uint16_t)offsetof(struct of, field), value },

static const struct property devices[] = { PROPERTY_DEVICES(ROW, store_device_listed) };
static const struct property registrations[] = { PROPERTY_REGISTRATIONS(ROW, store_registration) };
static const struct property imported[] = { PROPERTY_IMPORTED(ROW, store_imported) };
static const struct property filters[] = { PROPERTY_FILTERS(ROW, store_filter) };
static const struct property restrictions[] = { PROPERTY_RESTRICTIONS(ROW, store_restriction_listed) };
static const struct property compliances[] = { PROPERTY_COMPLIANCES(ROW, store_compliance_listed) };
static const struct property audit[] = { PROPERTY_AUDIT(ROW, store_audit) };
static const struct property certificates[] = { PROPERTY_CERTIFICATES(ROW, store_certificate) };
static const struct property refusals[] = { PROPERTY_REFUSALS(ROW, store_refusal) };

#define LIST(name, view, is_searched, order, endpoint, of) \
	{ name, STORE_LISTING_##view, is_searched, order, ENDPOINT_##endpoint, COUNT_OF(of), of },

static const struct property_list lists[] = {
	LIST("managedDevices", DEVICE, true, NULL, DEVICES, devices)
	LIST("windowsAutopilotDeviceIdentities", REGISTRATION, true, NULL, REGISTRATIONS, registrations)
	LIST("importedWindowsAutopilotDeviceIdentities", IMPORTED, true, NULL, IMPORTED, imported)
	LIST("assignmentFilters", FILTER, true, NULL, FILTERS, filters)
	LIST("deviceEnrollmentConfigurations", RESTRICTION, true, "isDefault,priority", RESTRICTIONS,
	     restrictions)
	LIST("deviceCompliancePolicies", COMPLIANCE, true, "isDefault", COMPLIANCES, compliances)
	LIST("auditEvents", AUDIT, true, NULL, AUDIT_EVENTS, audit)
	LIST("certificates", CERTIFICATE, false, NULL, CERTIFICATES, certificates)
	LIST("refusals", REFUSAL, true, NULL, REFUSALS, refusals)
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

json_t *property_words(const struct property *p)
{
	json_t *words = json_array();
	for (uint64_t i = 0; i < PROPERTY_WORDS_MAX; i++) {
		size_t n = json_array_size(words), k = 0;
		json_t *word = p->value(&i);
		while (k < n && !json_equal(json_array_get(words, k), word))
			k++;
		if (k == n)
			json_array_append(words, word);
		json_decref(word);
	}
	return words;
}

json_t *property_object(const struct property_list *list, uint64_t members, const void *record)
{
	json_t *o = json_object();
	for (size_t i = 0; o && i < list->n; i++) {
		const struct property *p = &list->v[i];
		bool is_wanted = i == 0 || !members || members >> i & 1;
		if (is_wanted && p->value)
			json_object_set_new(o, p->name, p->value((const uint8_t *)record + p->offset));
	}
	return o;
}
