#include "cli/layout.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *folder, *role;
} roles[] = {
	{ "RootCA", "root" },
	{ "IntermediateCA", "intermediate" },
	{ "DeniedCA", "denied" },
};

/* Folders that are neither a code nor a name of the registry. */
static const struct {
	const char *folder, *code;
} makers[] = {
	{ "STMicro", "STM" },
	{ "QC", "QCOM" },
};

/* Makers whose TPMs are firmware of a processor or platform. */
static const char *const firmware[] = { "AMD", "ARM", "GOOG", "HISI", "INTC", "MSFT", "QCOM" };

static bool is_word(struct bytes part, const char *word)
{
	return part.n == strlen(word) && strncasecmp((const char *)part.p, word, part.n) == 0;
}

static const char *role_of(struct bytes folder)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (is_word(folder, roles[i].folder))
			return roles[i].role;
	return NULL;
}

static const struct maker *maker_of(struct bytes folder)
{
	for (size_t i = 0; i < COUNT_OF(makers); i++)
		if (is_word(folder, makers[i].folder))
			return maker_find_text(bytes_text(makers[i].code));
	return maker_find_text(folder);
}

/* Whatever the folders are called above and below: the innermost that says something counts. */
struct layout layout_parse(const char *path)
{
	struct layout found = { 0 };
	for (const char *end = strchr(path, '/'); end; end = strchr(path, '/')) {
		struct bytes folder = bytes_of(path, (size_t)(end - path));
		const char *role = role_of(folder);
		const struct maker *maker = maker_of(folder);
		found.role = role ? role : found.role;
		found.maker = maker ? maker : found.maker;
		path = end + 1;
	}
	return found;
}

const char *layout_folder(const char *role)
{
	size_t i = 0;
	while (i + 1 < COUNT_OF(roles) && strcmp(roles[i].role, role) != 0)
		i++;
	return roles[i].folder;
}

enum anchors_class layout_class(const struct maker *maker)
{
	static const enum anchors_class classes[] = {
		[MAKER_REGISTERED] = ANCHORS_DISCRETE,
		[MAKER_VIRTUAL] = ANCHORS_VIRTUAL,
		[MAKER_TEST] = ANCHORS_TEST,
	};
	for (size_t i = 0; i < COUNT_OF(firmware); i++)
		if (strcmp(maker->code, firmware[i]) == 0)
			return ANCHORS_FIRMWARE;
	return classes[maker->kind];
}
