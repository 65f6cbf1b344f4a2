#include "cli/ekpub.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/certtree.h"
#include "cli/registration.h"

#define HASH_SIZE 32

struct counts {
	size_t imported, present, passed_over;
};

static fault send(struct session *s, const char *hash, struct counts *c)
{
	json_auto_t *body = json_object();
	bool is_present;
	json_object_set_new(body, "ekHash", json_string(hash));
	if (s->line->values[OPTION_PROFILE])
		json_object_set_new(body, "profile", json_string(s->line->values[OPTION_PROFILE]));
	if (s->line->values[OPTION_GROUP_TAG])
		json_object_set_new(body, "groupTag", json_string(s->line->values[OPTION_GROUP_TAG]));
	TRY(resource_put_body(s, &registration_resource, body, &is_present));
	c->present += is_present;
	c->imported += !is_present;
	printf("%-8s  %s\n", is_present ? "present" : "imported", hash);
	return NULL;
}

/* A file of another name is nobody's EK: it is named and passed over. */
static fault import_file(struct session *s, const char *name, struct counts *c)
{
	uint8_t octets[HASH_SIZE];
	char hash[TEXT_HEX_SIZE(HASH_SIZE)];
	if (name[0] == '.')
		return NULL;
	arena_reset(&s->arena);
	if (text_hex_parse(bytes_text(name), octets, sizeof(octets)))
		return send(s, text_hex(BYTES_OF(octets), hash), c);
	printf("%-8s  %s: not 64 hexadecimal digits\n", "no hash", certtree_name(name));
	c->passed_over++;
	return NULL;
}

fault ekpub_import(struct session *s)
{
	const char *folder = s->line->arguments[0];
	struct dirent **names = NULL;
	struct counts c = { 0 };
	fault why = NULL;
	int n = scandir(folder, &names, NULL, alphasort);
	if (n < 0)
		return complaint_put(&s->complaint, FAIL(SYS_FILE), "%s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!why)
			why = import_file(s, names[i]->d_name, &c);
		free(names[i]);
	}
	free(names);
	if (!why)
		printf("%zu imported, %zu present already, %zu no hash\n", c.imported, c.present,
		       c.passed_over);
	return why;
}
