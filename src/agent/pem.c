#include "agent/pem.h"

#include <openssl/pem.h>
#include <string.h>

#include "agent/handle.h"

fault pem_build(const char *label, const struct bytes_list *items, struct arena *arena, struct bytes *ret)
{
	AUTO(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
	NEED(out, SYS_MEMORY);
	for (size_t i = 0; i < items->n; i++)
		NEED(PEM_write_bio(out, label, "", items->v[i].p, (long)items->v[i].n) > 0, SYS_MEMORY);
	char *text = NULL;
	long n = BIO_get_mem_data(out, &text);
	struct bytes copy = arena_copy(arena, bytes_of(text, n > 0 ? (size_t)n : 0));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = copy;
	return NULL;
}

fault pem_parse(struct bytes text, const char *label, struct arena *arena, struct bytes *ret)
{
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long n = 0;
	struct bytes der = { 0 };
	NEED(text.n > 0 && text.n <= INT32_MAX, KEY_FILE);
	AUTO(BIO_free_all) BIO *in = BIO_new_mem_buf(text.p, (int)text.n);
	NEED(in, SYS_MEMORY);
	if (PEM_read_bio(in, &name, &header, &data, &n) == 1 && strcmp(name, label) == 0)
		der = arena_copy(arena, bytes_of(data, (size_t)n));
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_clear_free(data, n > 0 ? (size_t)n : 0);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	NEED(der.p, KEY_FILE);
	*ret = der;
	return NULL;
}

fault pem_find(struct state *state, const char *name, const char *label, struct arena *arena,
	       struct bytes *ret)
{
	struct bytes text, der = { 0 };
	TRY(state_find(state, name, arena, &text));
	if (text.p)
		TRY(pem_parse(text, label, arena, &der));
	*ret = der;
	return NULL;
}
