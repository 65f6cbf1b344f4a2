#include "cli/command.h"

#include <string.h>

#include "cli/account.h"
#include "cli/apitoken.h"
#include "cli/approval.h"
#include "cli/audit.h"
#include "cli/audit_verify.h"
#include "cli/batch.h"
#include "cli/blocklist.h"
#include "cli/certificate.h"
#include "cli/comparison.h"
#include "cli/compliance.h"
#include "cli/conflict.h"
#include "cli/crl.h"
#include "cli/device.h"
#include "cli/difference.h"
#include "cli/ekpub.h"
#include "cli/evidence.h"
#include "cli/explain.h"
#include "cli/export.h"
#include "cli/faults.h"
#include "cli/filter.h"
#include "cli/idp.h"
#include "cli/import.h"
#include "cli/inspect.h"
#include "cli/order.h"
#include "cli/profile.h"
#include "cli/refusal.h"
#include "cli/registration.h"
#include "cli/rejudge.h"
#include "cli/report.h"
#include "cli/restriction.h"
#include "cli/issuer.h"
#include "cli/roots.h"
#include "cli/roster.h"
#include "cli/sessions.h"
#include "cli/timeline.h"
#include "cli/token.h"
#include "cli/update.h"
#include "cli/webhook.h"

#define NONE 0
#define BIT(id) OPTION_BIT(id)
#define LIST (BIT(FORMAT) | BIT(JSON))
#define ASKED (LIST | BIT(FILTER) | BIT(SEARCH) | BIT(ORDERBY))
#define SHOW BIT(JSON)
#define MANY (BIT(ALL) | BIT(FILTER) | BIT(RATE) | SHOW)
#define LABEL (BIT(MAKER) | BIT(CLASS) | BIT(ROLE))
#define PROFILE_WORDS                                                                              \
	(BIT(ATTESTATION) | BIT(VIRTUAL) | BIT(UNKNOWN) | BIT(USAGE) | BIT(FAILURE) | BIT(TIMEOUT) | \
	 BIT(NAME_TEMPLATE) | BIT(ONE_TIME))
#define GIVEN (BIT(ROOTS) | BIT(MAKER) | BIT(CLASS) | BIT(AK) | BIT(SIGNATURE))
#define JUDGE (GIVEN | BIT(EXPIRED_CA) | BIT(TIME) | SHOW)

const struct command commands[] = {
#define C(...) { __VA_ARGS__ },
#include "cli/command.def"
#undef C
};

const size_t commands_count = COUNT_OF(commands);

const struct command *command_find(const char *noun, const char *verb)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		const struct command *c = &commands[i];
		bool is_verb = c->verb && verb ? strcmp(c->verb, verb) == 0 : c->verb == verb;
		if (is_verb && strcmp(c->noun, noun) == 0)
			return c;
	}
	return NULL;
}

bool is_command_noun(const char *noun)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (strcmp(commands[i].noun, noun) == 0)
			return true;
	return false;
}

bool is_command_count(const struct command *c, size_t count)
{
	size_t n = strlen(c->arguments);
	if (strchr(c->arguments, ' '))
		return count == 2;
	bool is_open = strstr(c->arguments, "...") != NULL;
	bool is_free = c->arguments[0] == '[';
	size_t least = n > 0 && !is_free;
	return count >= least && (is_open || count <= (n > 0));
}
