#include "sign/signer.h"

#include "cert/point.h"
#include "sign/lineage.h"

static fault open_certificate(const struct signer_plan *plan, uint64_t generation, struct signer *s)
{
	struct wr w = wr_of(s->certificate, sizeof(s->certificate));
	TRY(lineage_get(plan->folder, generation, &w, &s->issuer));
	s->issuer.url = plan->url;
	s->issuer.lists = plan->lists;
	NEED(is_point((struct point){ plan->lists, 0, generation }), CONFIG_INVALID);
	return NULL;
}

fault signer_open(const struct signer_plan *plan, uint64_t generation, struct signer *ret)
{
	char path[PATH_MAX];
	TRY(open_certificate(plan, generation, ret));
	TRY(lineage_path_in(plan->folder, generation, LINEAGE_KEY, path));
	TRY(key_open(path, &ret->key));
	TRY(key_check_public(ret->key, ret->issuer.key));
	/* This also loads whatever OpenSSL loads late: no file can be opened in the sandbox. */
	return key_check(ret->key, ret->issuer.name);
}

void signer_close(struct signer *s)
{
	key_free(s->key);
	s->key = NULL;
}
