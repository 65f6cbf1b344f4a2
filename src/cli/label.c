#include "cli/label.h"

#include <string.h>

#include "base/text.h"
#include "cli/layout.h"

#define NOBODY "-"

struct reading {
	struct label *label;
	bool has_maker;
	const char *detail; /* what is wrong */
};

static void read_maker(struct bytes text, struct reading *r)
{
	const struct maker *maker = maker_find_text(text);
	bool is_nobody = is_bytes_text(text, NOBODY);
	if (!maker && !is_nobody)
		r->detail = "The label names a maker that the registry does not have.";
	r->label->maker = maker ? maker->code : "";
	r->has_maker = true;
}

static void read_class(struct bytes text, struct reading *r)
{
	enum anchors_class class;
	if (anchors_class_parse(text, &class))
		r->label->class = anchors_class_word(class);
	else
		r->detail = "The label has a class that there is not.";
}

static void read_role(struct bytes text, struct reading *r)
{
	enum anchors_role role;
	if (anchors_role_parse(text, &role))
		r->label->role = anchors_role_word(role);
	else
		r->detail = "The label has a role that there is not.";
}

static void read_source(struct bytes text, struct reading *r)
{
	if (text.n < BUNDLE_SOURCE_SIZE && is_text_printable(text))
		snprintf(r->label->source, BUNDLE_SOURCE_SIZE, "%.*s", (int)text.n, (const char *)text.p);
	else
		r->detail = "The label's source is too long or cannot be shown.";
}

static const struct {
	const char *name;
	void (*read)(struct bytes text, struct reading *r);
} lines[] = {
	{ "Assay-Maker: ", read_maker },
	{ "Assay-Class: ", read_class },
	{ "Assay-Role: ", read_role },
	{ "Assay-Source: ", read_source },
};

static void read_line(struct bytes line, struct reading *r)
{
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		size_t n = strlen(lines[i].name);
		if (is_bytes_text(bytes_slice(line, 0, n), lines[i].name))
			lines[i].read(bytes_slice(line, n, line.n - n), r);
	}
}

static void read_text(struct bytes text, struct reading *r)
{
	while (text.p && !r->detail) {
		struct bytes line = bytes_until(&text, '\n');
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		read_line(line, r);
	}
}

/* Whoever is denied vouches for no maker. */
static bool is_denied(const struct line *line, const struct reading *r)
{
	const char *role = line->values[OPTION_ROLE] ? line->values[OPTION_ROLE] : r->label->role;
	return role && strcmp(role, anchors_role_word(ANCHORS_DENIED)) == 0;
}

/* What the command line and the folders say of the maker, unless somebody said so already. */
static fault find_maker(const struct line *line, const struct layout *layout, struct reading *r,
			struct complaint *complaint)
{
	const char *said = line->values[OPTION_MAKER];
	const struct maker *maker = said ? maker_find_text(bytes_text(said)) : layout->maker;
	if (said && !maker)
		return complaint_put(complaint, FAIL(USAGE), "--maker %s: the registry has no such maker.",
				     said);
	if (!said && (r->has_maker || is_denied(line, r)))
		return NULL;
	if (!maker)
		return complaint_put(complaint, FAIL(USAGE),
				     "Neither --maker nor a folder says which maker it may vouch for.");
	r->label->maker = maker->code;
	if (!r->label->class)
		r->label->class = anchors_class_word(layout_class(maker));
	return NULL;
}

fault label_get(const struct line *line, const struct bundle_file *file, struct bytes before,
		struct complaint *complaint, struct label *ret)
{
	const struct layout layout = layout_parse(file->layout);
	struct label label = { .maker = "", .role = layout.role };
	struct reading r = { .label = &label };
	snprintf(label.source, sizeof(label.source), "%s", file->source);
	read_text(before, &r);
	if (r.detail)
		return complaint_put(complaint, FAIL(ANCHOR_INVALID), "%s", r.detail);
	TRY(find_maker(line, &layout, &r, complaint));
	if (line->values[OPTION_CLASS])
		label.class = line->values[OPTION_CLASS];
	if (line->values[OPTION_ROLE])
		label.role = line->values[OPTION_ROLE];
	if (!label.class)
		label.class = anchors_class_word(ANCHORS_UNKNOWN);
	*ret = label;
	return NULL;
}

void label_write(const struct label *l, FILE *out)
{
	fprintf(out, "Assay-Maker: %s\nAssay-Class: %s\nAssay-Role: %s\n", l->maker[0] ? l->maker : NOBODY,
		l->class, l->role);
	if (l->source[0])
		fprintf(out, "Assay-Source: %s\n", l->source);
}
