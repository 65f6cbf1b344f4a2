#include "policy/outbreak.h"

#define MAKER "the maker's CA or service"
#define RECORDS "a record or rule of this organisation"
#define SERVER "this server"

enum outbreak_change outbreak_judge(const struct outbreak_rule *r, uint64_t devices, bool is_open)
{
	if (!is_open)
		return devices >= r->devices ? OUTBREAK_BEGINS : OUTBREAK_NOTHING;
	return devices >= r->devices - r->devices / 2 ? OUTBREAK_LASTS : OUTBREAK_ENDS;
}

static const struct {
	enum fault_code code;
	struct outbreak_advice advice;
} known[] = {
	{ FAULT_CODE_EK_CHAIN_UNTRUSTED,
	  { MAKER,
	    "A CA certificate of this maker may have been removed, or be new and not imported: "
	    "see assay roots list and assay roots pending, then assay roots import." } },
	{ FAULT_CODE_EK_CHAIN_EXPIRED,
	  { MAKER,
	    "A CA certificate of this maker has expired: import its successor with assay roots "
	    "import; trust.expired_ca = true lets what it signed in time stay good." } },
	{ FAULT_CODE_EK_CHAIN_INVALID,
	  { MAKER,
	    "The maker may sign with a new or broken CA: compare the evidence of one device "
	    "(assay refusal evidence, assay inspect evidence) with what the maker publishes." } },
	{ FAULT_CODE_EK_REVOKED,
	  { MAKER,
	    "The maker has revoked many certificates, or a CA's: see assay roots crls, and ask "
	    "the maker before devices are replaced." } },
	{ FAULT_CODE_CRL_MISSING,
	  { MAKER,
	    "The maker's list of revoked certificates is not to be had: assay roots crls says "
	    "why. trust.crl_required = false makes do without." } },
	{ FAULT_CODE_EK_CERT_MISSING,
	  { MAKER,
	    "The maker's certificate service may be down or blocked: assay-agent maintain on one "
	    "device says which." } },
	{ FAULT_CODE_EK_CERT_NOT_YET,
	  { SERVER,
	    "Compare the server's clock first; if it is right, ask the maker." } },
	{ FAULT_CODE_EK_CA_DENIED,
	  { RECORDS,
	    "A CA of this maker was denied here: assay roots list shows by whom; assay roots "
	    "remove takes it back." } },
	{ FAULT_CODE_FIRMWARE_VULNERABLE,
	  { RECORDS,
	    "A row of the blocklist covers them: assay blocklist list. The firmware has to be "
	    "updated on each, or the row is mistaken." } },
	{ FAULT_CODE_DEVICE_NOT_REGISTERED,
	  { RECORDS,
	    "A delivery may not have been registered: assay registration import FILE." } },
};

struct outbreak_advice outbreak_advice_of(fault why)
{
	static const struct outbreak_advice kinds[] = {
		[FAULT_BUG] = { SERVER,
			"See the server's log around that time." },
		[FAULT_INPUT] = { MAKER,
			"See the evidence of one device: assay refusal evidence." },
		[FAULT_CHECK] = { MAKER,
			"They fail alike, so look at one of them closely before touching any: assay refusal "
			"evidence, assay inspect evidence." },
		[FAULT_DENIED] = { RECORDS,
			"Nothing is wrong with these TPMs: look at what was changed in profiles, "
			"registrations and restrictions." },
		[FAULT_LIMIT] = { SERVER,
			"Look at the limit that the fault names in the server's configuration." },
		[FAULT_SYSTEM] = { SERVER,
			"See assayd status, free space and the server's log." },
	};
	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (why == &fault_rows[known[i].code])
			return known[i].advice;
	return kinds[why->kind];
}
