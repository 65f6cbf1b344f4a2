#include "cli/inspect_kind.h"

#include <string.h>

#include "cli/inspect_chain.h"
#include "cli/inspect_evidence.h"
#include "cli/inspect_key.h"
#include "cli/inspect_quote.h"
#include "cli/inspect_statement.h"
#include "cli/inspect_webauthn.h"

static const struct inspect_kind kinds[] = {
	{ "ek-cert", inspect_chain_judge_one },
	{ "chain", inspect_chain_judge },
	{ "public", inspect_key_judge },
	{ "attest", inspect_statement_judge },
	{ "signature", inspect_statement_judge_signature },
	{ "quote", inspect_quote_judge },
	{ "evidence", inspect_evidence_judge },
	{ "webauthn", inspect_webauthn_judge },
};

const struct inspect_kind *inspect_kind_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
