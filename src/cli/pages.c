#include "cli/pages.h"

#include <stdio.h>
#include <string.h>

void pages_init(struct pages *p, const char *of)
{
	p->of = of;
	snprintf(p->path, sizeof(p->path), "%s", of);
}

void pages_init_asked(struct pages *p, const char *of, const char *query)
{
	p->of = of;
	snprintf(p->path, sizeof(p->path), "%s?%s", of, query);
}

static fault read_link(struct session *s, struct pages *p, const json_t *document)
{
	const json_t *member = json_object_get(document, "@odata.nextLink");
	struct bytes link = bytes_of(json_string_value(member), json_string_length(member));
	const char *path = link.p ? strstr((const char *)link.p, p->of) : NULL;
	size_t n = strlen(p->of);
	bool is_next = path && path[n] == '?' && strlen(path) <= PAGES_LINK_MAX && strcmp(path, p->path) != 0;
	for (size_t i = 0; i < link.n; i++)
		is_next = is_next && link.p[i] > ' ' && link.p[i] <= '~';
	if (member && !is_next)
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID),
				     "The link to the next page leads elsewhere.");
	snprintf(p->path, sizeof(p->path), "%s", member ? path : "");
	return NULL;
}

fault pages_get(struct session *s, struct pages *p, json_t *held)
{
	json_auto_t *document = NULL;
	const struct remote_request request = { .method = "GET", .path = p->path };
	TRY(session_send(s, &request, &document));
	json_t *page = json_object_get(document, "value");
	if (!json_is_array(page))
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID), "The answer is no page of a list.");
	NEED(json_array_extend(held, page) == 0, SYS_MEMORY);
	return read_link(s, p, document);
}

fault pages_list(struct session *s, const char *of, json_t *ret)
{
	size_t i;
	const json_t *record;
	struct pages pages;
	pages_init(&pages, of);
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(s, &pages, page));
		json_array_foreach(page, i, record) {
			const char *id = json_string_value(json_object_get(record, "id"));
			if (id)
				json_object_set(ret, id, (json_t *)record);
		}
	}
	return NULL;
}
