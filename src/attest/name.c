#include "attest/name.h"

#include "base/wr.h"

static fault name_digest(uint16_t name_alg, const struct bytes *parts, size_t count, struct name *ret)
{
	const struct alg_hash *row = alg_hash_find(name_alg);
	NEED(row && row->evp, NAMEALG);
	uint8_t digest[ALG_DIGEST_MAX];
	TRY(alg_digest(row, parts, count, digest));
	struct name name = { 0 };
	struct wr w = wr_of(name.v, sizeof(name.v));
	wr_be16(&w, name_alg);
	wr_bytes(&w, bytes_of(digest, row->size));
	name.n = wr_done(&w).n;
	*ret = name;
	return NULL;
}

struct bytes name_bytes(const struct name *n)
{
	return bytes_of(n->v, n->n);
}

fault name_build(uint16_t name_alg, struct bytes public_area, struct name *ret)
{
	return name_digest(name_alg, &public_area, 1, ret);
}

fault name_build_primary(uint32_t hierarchy, struct bytes name, struct name *ret)
{
	struct rd r = rd_of(name);
	uint16_t name_alg = rd_be16(&r);
	NEED(!r.bad, NAMEALG);
	uint8_t handle[4];
	struct wr w = wr_of(handle, sizeof(handle));
	wr_be32(&w, hierarchy);
	return name_digest(name_alg, (struct bytes[]){ wr_done(&w), name }, 2, ret);
}
