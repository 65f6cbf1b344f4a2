#include "cli/inspect_key.h"

#include "attest/keyrule.h"
#include "cli/inspect_chain.h"

#define AREA_SIZE_MAX 4096

fault inspect_key_parse(struct bytes in, struct public *ret)
{
	struct rd r = rd_of(in);
	struct bytes inside = rd_tpm2b(&r, UINT16_MAX);
	return is_rd_done(&r) && inside.n ? public_parse(inside, ret) : public_parse(in, ret);
}

/* --- the judgement -------------------------------------------------------------------------------------- */

/* Rows of the checks whose subject is a key's public area, in the order of checks.def. */
struct rows {
	enum check_id first, last;
};

static void require(struct inspect_finding *f, struct rows rows)
{
	for (enum check_id i = rows.first; i <= rows.last; i++)
		inspect_finding_require(f, i);
}

void inspect_key_judge_ak(const struct public *ak, struct inspect_finding *f)
{
	require(f, (struct rows){ CHECK_AK_CURVE, CHECK_AK_ATTRIBUTES });
	keyrule_judge_ak(ak, f->verdict.of);
}

static void judge_ek(const struct public *ek, struct inspect_finding *f)
{
	require(f, (struct rows){ CHECK_EK_NUMBERS, CHECK_EK_STRONG });
	keyrule_judge_ek(ek, f->verdict.of);
}

static void judge_device(const struct public *key, struct inspect_finding *f)
{
	require(f, (struct rows){ CHECK_KEY_KIND, CHECK_KEY_SIGNING });
	keyrule_judge_device(key, f->verdict.of);
}

/* The first row whose attributes the key has. */
static const struct role {
	const char *name;
	uint32_t attributes;
	void (*judge)(const struct public *key, struct inspect_finding *f);
} roles[] = {
	{ "endorsement key", PUBLIC_RESTRICTED | PUBLIC_DECRYPT, judge_ek },
	{ "attestation key", PUBLIC_RESTRICTED, inspect_key_judge_ak },
	{ "device key", 0, judge_device },
};

static const struct role *role_of(const struct public *key)
{
	const struct role *r = roles;
	while ((key->attributes & r->attributes) != r->attributes)
		r++; /* the last row asks for none */
	return r;
}

/* --- facts ---------------------------------------------------------------------------------------------- */

static json_t *list_attributes(uint32_t attributes)
{
	static const struct {
		uint32_t bit;
		const char *name; /* as TPM 2.0 Part 2 §8.3 has it */
	} names[] = {
		{ PUBLIC_FIXED_TPM, "fixedTPM" },
		{ PUBLIC_ST_CLEAR, "stClear" },
		{ PUBLIC_FIXED_PARENT, "fixedParent" },
		{ PUBLIC_SENSITIVE_DATA_ORIGIN, "sensitiveDataOrigin" },
		{ PUBLIC_USER_WITH_AUTH, "userWithAuth" },
		{ PUBLIC_ADMIN_WITH_POLICY, "adminWithPolicy" },
		{ PUBLIC_NO_DA, "noDA" },
		{ PUBLIC_ENCRYPTED_DUPLICATION, "encryptedDuplication" },
		{ PUBLIC_RESTRICTED, "restricted" },
		{ PUBLIC_DECRYPT, "decrypt" },
		{ PUBLIC_SIGN, "sign" },
		{ PUBLIC_X509_SIGN, "x509sign" },
	};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (attributes & names[i].bit)
			json_array_append_new(list, json_string(names[i].name));
	return list;
}

/* The file's octets again, from what was read of them. */
static void put_again(const struct inspect_kind_input *in, const struct public *key,
		      struct inspect_finding *f)
{
	uint8_t area[AREA_SIZE_MAX], whole[AREA_SIZE_MAX + 2];
	struct wr inner = wr_of(area, sizeof(area)), outer = wr_of(whole, sizeof(whole));
	public_write(key, &inner);
	if (key->whole.n == in->file.n)
		wr_bytes(&outer, wr_done(&inner));
	else
		wr_tpm2b(&outer, wr_done(&inner));
	inspect_finding_put_digest(f, "reencoded_sha256", wr_done(&outer));
}

static void put_facts(const struct public *key, const struct role *role, struct inspect_finding *f)
{
	struct name name;
	struct spki numbers = public_spki(key);
	const struct alg_hash *hash = alg_hash_find(key->name_alg);
	bool has_name = public_name(key, &name) == NULL;
	inspect_finding_put_text(f, "role", bytes_text(role->name));
	inspect_chain_put_key(f, &numbers);
	inspect_finding_put_text(f, "name_hash", bytes_text(hash ? hash->name : NULL));
	inspect_finding_put_hex(f, "name", has_name ? name_bytes(&name) : (struct bytes){ 0 });
	inspect_finding_put(f, "attributes", list_attributes(key->attributes));
	inspect_finding_put_hex(f, "policy", key->policy);
}

fault inspect_key_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct public key;
	TRY(inspect_key_parse(in->file, &key));
	const struct role *role = role_of(&key);
	role->judge(&key, f);
	put_facts(&key, role, f);
	put_again(in, &key, f);
	return NULL;
}
