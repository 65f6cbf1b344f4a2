#include "store/fresh.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *template_path(char out[static 64])
{
	snprintf(out, 64, "/tmp/assay-fresh-%d.db", (int)getpid());
	return out;
}

static void remove_template(void)
{
	char path[64];
	unlink(template_path(path));
}

static fault make_template(const char *path)
{
	struct store *s = NULL;
	if (access(path, F_OK) == 0)
		return NULL;
	TRY(store_open(path, &s));
	store_close(s);
	return atexit(remove_template) == 0 ? NULL : FAIL(SYS_FILE);
}

static fault copy_file(const char *from, const char *to)
{
	char octets[65536];
	size_t n;
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	bool is_done = in && out;
	while (is_done && (n = fread(octets, 1, sizeof(octets), in)) > 0)
		is_done = fwrite(octets, 1, n, out) == n;
	if (in)
		fclose(in);
	if (out && fclose(out) != 0)
		is_done = false;
	return is_done ? NULL : FAIL(SYS_FILE);
}

fault fresh_open(const char *path, struct store **ret)
{
	char template[64];
	TRY(make_template(template_path(template)));
	TRY(copy_file(template, path));
	return store_open(path, ret);
}
