#include "sign/rootkey.h"

#include <stdio.h>

#include <openssl/rand.h>

#include "base/text.h"
#include "cert/crl.h"
#include "cert/profile.h"
#include "cert/tbs.h"

#define COMMON_NAME_MAX 64 /* RFC 5280, ub-common-name */
#define LIST_SIZE 1024

fault rootkey_sign(struct evp_pkey_st *key, const struct issuer *root, const struct rootkey_order *o,
		   struct wr *w)
{
	uint8_t tbs[TBS_SIZE_MAX], point[KEY_POINT_SIZE];
	uint8_t random[PROFILE_SERIAL_SIZE], serial[PROFILE_SERIAL_SIZE];
	char name[COMMON_NAME_MAX + 1], hex[TEXT_HEX_SIZE(4)];
	struct trunk t = o->trunk;
	struct wr built = wr_of(tbs, sizeof(tbs));
	NEED(RAND_bytes(random, sizeof(random)) == 1, SYS_RNG);
	profile_build_serial(random, serial);
	t.serial = BYTES_OF(serial);
	TRY(key_get_public(o->key, point, &t.key));
	if (o->title) {
		snprintf(name, sizeof(name), "%s %s", o->title, text_hex(bytes_of(serial, 4), hex));
		t.name = bytes_text(name);
	}
	TRY(trunk_build(&t, root, &built));
	return key_sign(key, wr_done(&built), w);
}

/* The number is that of the issuing CA, so it grows with each list (RFC 5280 §5.2.3). */
fault rootkey_sign_crl(struct evp_pkey_st *key, const struct issuer *root, const struct issuer *issuing,
		       struct wr *w)
{
	uint8_t tbs[LIST_SIZE];
	struct wr built = wr_of(tbs, sizeof(tbs));
	const struct crl c = { .number = issuing->generation + 1,
			       .lists = 1,
			       .this_update = (uint64_t)issuing->not_before,
			       .next_update = (uint64_t)issuing->not_after };
	TRY(crl_build(&c, root, &built));
	return key_sign(key, wr_done(&built), w);
}
