#include "policy/attribute.h"

#include "policy/compliance.h"

#define BIT(op) (UINT32_C(1) << ATTRIBUTE_##op)

const struct attribute attributes[ATTRIBUTE_COUNT] = {
#define P(id, name_, type_, operators_, source_, words_, sentence_) \
	[ATTRIBUTE_##id] = { .name = (name_),                       \
			     .type = ATTRIBUTE_##type_,             \
			     .operators = (operators_),             \
			     .source = ATTRIBUTE_##source_,         \
			     .words = (words_),                     \
			     .sentence = (sentence_) },
#include "policy/attribute.def"
#undef P
};

_Static_assert(ATTRIBUTE_COUNT <= 64, "a set of attributes is one number");

static const char *const operator_words[ATTRIBUTE_OPERATOR_COUNT] = {
	[ATTRIBUTE_EQ] = "eq",
	[ATTRIBUTE_NE] = "ne",
	[ATTRIBUTE_IN] = "in",
	[ATTRIBUTE_NOT_IN] = "notIn",
	[ATTRIBUTE_STARTS_WITH] = "startsWith",
	[ATTRIBUTE_CONTAINS] = "contains",
	[ATTRIBUTE_NOT_CONTAINS] = "notContains",
	[ATTRIBUTE_GT] = "gt",
	[ATTRIBUTE_GE] = "ge",
	[ATTRIBUTE_LT] = "lt",
	[ATTRIBUTE_LE] = "le",
};

static const char *const type_words[] = {
	[ATTRIBUTE_TEXT] = "text",
	[ATTRIBUTE_ENUMERATION] = "enumeration",
	[ATTRIBUTE_BOOLEAN] = "boolean",
	[ATTRIBUTE_VERSION] = "version",
};

static const char *const source_words[] = {
	[ATTRIBUTE_LABEL] = "label",
	[ATTRIBUTE_RECORD] = "record",
	[ATTRIBUTE_CLAIM] = "claim",
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool is_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool is_attribute_part(struct bytes b, size_t at, struct bytes part)
{
	return at <= b.n && part.n <= b.n - at && is_same(b.p + at, part.p, part.n);
}

bool is_attribute_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && is_same(a.p, b.p, a.n);
}

enum attribute_id attribute_find(struct bytes name)
{
	size_t id = 0;
	while (id < ATTRIBUTE_COUNT && !is_attribute_equal(name, bytes_text(attributes[id].name)))
		id++;
	return (enum attribute_id)id;
}

const char *attribute_operator_word(enum attribute_operator op)
{
	return operator_words[op];
}

enum attribute_operator attribute_operator_find(struct bytes word)
{
	bool has_dash = word.n && word.p[0] == '-';
	struct bytes bare = has_dash ? bytes_slice(word, 1, word.n - 1) : word;
	size_t op = 0;
	while (op < ATTRIBUTE_OPERATOR_COUNT && !is_attribute_equal(bare, bytes_text(operator_words[op])))
		op++;
	return (enum attribute_operator)op;
}

bool is_attribute_order(enum attribute_operator op)
{
	return ((BIT(GT) | BIT(GE) | BIT(LT) | BIT(LE)) >> op) & 1;
}

bool is_attribute_operator(const struct attribute *a, enum attribute_operator op)
{
	return (a->operators >> op) & 1;
}

bool is_attribute_word(const struct attribute *a, struct bytes word)
{
	struct bytes rest = bytes_text(a->words);
	while (rest.p)
		if (is_attribute_equal(bytes_until(&rest, ' '), word))
			return true;
	return !a->words;
}

const char *attribute_type_word(enum attribute_type type)
{
	return type_words[type];
}

const char *attribute_source_word(enum attribute_source source)
{
	return source_words[source];
}

static void put_claims(const struct attribute_facts *facts, char *firmware, struct bytes *of)
{
	if (!facts->is_judged)
		return;
	of[ATTRIBUTE_IS_TPM_ATTESTED] = bytes_text(facts->is_attested ? "True" : "False");
	enum compliance_assurance best = compliance_assurance_of(facts->assurance);
	of[ATTRIBUTE_ASSURANCE] = bytes_text(compliance_assurance_word(best));
	if (!facts->is_attested)
		return;
	of[ATTRIBUTE_TPM_CLASS] = bytes_text(anchors_class_word(facts->tpm_class));
	of[ATTRIBUTE_TPM_MANUFACTURER] = facts->tpm_maker;
	of[ATTRIBUTE_TPM_MODEL] = facts->tpm_model;
	if (facts->firmware)
		of[ATTRIBUTE_TPM_FIRMWARE_VERSION] = bytes_text(firmware_text(facts->firmware, firmware));
}

struct attribute_values attribute_values_of(const struct attribute_facts *facts,
					    char firmware[static FIRMWARE_TEXT_SIZE])
{
	struct attribute_values v = {
		.of = {
			[ATTRIBUTE_DEVICE_NAME] = facts->name,
			[ATTRIBUTE_DEVICE_OWNERSHIP] =
				bytes_text(facts->is_registered ? "Corporate" : "Personal"),
			[ATTRIBUTE_ENROLLMENT_PROFILE_NAME] = facts->profile,
			[ATTRIBUTE_MANUFACTURER] = facts->manufacturer,
			[ATTRIBUTE_MODEL] = facts->model,
			[ATTRIBUTE_OPERATING_SYSTEM_VERSION] = facts->os_version,
			[ATTRIBUTE_OS_VERSION] = facts->os_version,
			[ATTRIBUTE_GROUP_TAG] = facts->group_tag,
			[ATTRIBUTE_OPERATING_SYSTEM] = facts->os,
			[ATTRIBUTE_SERIAL_NUMBER] = facts->serial,
		},
	};
	put_claims(facts, firmware, v.of);
	return v;
}
