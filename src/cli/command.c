#include "cli/command.h"

#include <string.h>

#include "cli/device.h"
#include "cli/profile.h"
#include "cli/registration.h"
#include "cli/report.h"
#include "cli/roots.h"
#include "cli/token.h"

#define LIST (OPTION_BIT(FORMAT) | OPTION_BIT(JSON))
#define SHOW OPTION_BIT(JSON)

const struct command commands[] = {
	{ "device", "list", "", 0, 0, LIST, "list the managed devices", resource_list, &device_resource },
	{ "device", "show", "ID", 0, 0, SHOW, "show all that is known of a device", resource_get, &device_resource },
	{ "registration", "list", "", 0, 0, LIST, "list the registrations", resource_list, &registration_resource },
	{ "registration", "show", "ID", 0, 0, SHOW, "show a registration", resource_get, &registration_resource },
	{ "registration", "add", "", 0, OPTION_BIT(EK_HASH) | OPTION_BIT(SERIAL),
	  OPTION_BIT(PROFILE) | OPTION_BIT(GROUP_TAG) | OPTION_BIT(NAME) | SHOW, "say that a device is ours; prints its id",
	  resource_put, &registration_resource },
	{ "registration", "remove", "ID", 0, 0, 0, "take a registration back", resource_delete,
	  &registration_resource },
	{ "profile", "list", "", 0, 0, LIST, "list the profiles", resource_list, &profile_resource },
	{ "profile", "add", "NAME", 0, 0, OPTION_BIT(ATTESTATION) | SHOW, "make a profile; prints its id", resource_put,
	  &profile_resource },
	{ "profile", "remove", "ID", 0, 0, 0, "remove a profile that nothing uses", resource_delete,
	  &profile_resource },
	{ "token", "list", "", 0, 0, LIST, "list the enrolment tokens, without their text", resource_list,
	  &token_resource },
	{ "token", "add", "", OPTION_BIT(PROFILE), 0, OPTION_BIT(USES) | OPTION_BIT(LIFETIME) | SHOW,
	  "make an enrolment token; prints it, this once", resource_put, &token_resource },
	{ "token", "remove", "ID", 0, 0, 0, "end an enrolment token", resource_delete, &token_resource },
	{ "roots", "list", "", 0, 0, LIST, "list the trusted CA certificates of TPM makers", resource_list,
	  &roots_resource },
	{ "roots", "import", "FILE|FOLDER...", OPTION_BIT(MAKER) | OPTION_BIT(CLASS), 0, 0,
	  "trust the CA certificates of files and folders", roots_import, &roots_resource },
	{ "roots", "remove", "ID", 0, 0, 0, "trust a CA certificate no longer", resource_delete, &roots_resource },
	{ "report", NULL, "", 0, 0, LIST, "what came of each device, and why", report_list, &report_resource },
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
	bool is_open = n > 3 && strcmp(c->arguments + n - 3, "...") == 0;
	size_t least = n > 0;
	return is_open ? count >= least : count == least;
}
