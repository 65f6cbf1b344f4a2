/*
 * assay-agent: the program on the device.
 */
#include <stdio.h>
#include <string.h>

#include "agent/devicetoken.h"
#include "agent/diagnosis.h"
#include "agent/ending.h"
#include "agent/enroll.h"
#include "agent/eventview.h"
#include "agent/hardware.h"
#include "agent/maintenance.h"
#include "agent/outcome.h"
#include "agent/readiness.h"
#include "agent/screen.h"
#include "agent/presence.h"

#define COMMON_OPTIONS (INVOCATION_HELP | INVOCATION_JSON | INVOCATION_CONFIG | INVOCATION_TCTI)

static const struct command {
	const char *name;
	int (*run)(const struct invocation *invocation);
	unsigned options;
	const char *sentence;
} commands[] = {
	{ "attest", enroll_run_attest, COMMON_OPTIONS | INVOCATION_STATE,
	  "Prove this computer to the server again, with the keys it has." },
	{ "check", readiness_run, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_OFFLINE,
	  "Say whether this computer can be attested, and what is missing." },
	{ "diag", diagnosis_run, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_AREA | INVOCATION_CAB,
	  "Write all that support needs to know of this computer into one CAB." },
	{ "enroll", enroll_run, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_TOKEN | INVOCATION_NO_TPM |
				     INVOCATION_KEY_TYPE | INVOCATION_RENEW_KEYS | INVOCATION_PREPARE |
				     INVOCATION_SIGN_IN,
	  "Prove this computer to the server and keep the certificates it gets." },
	{ "events", eventview_run,
	  INVOCATION_HELP | INVOCATION_JSON | INVOCATION_CONFIG | INVOCATION_STATE | INVOCATION_FOLLOW,
	  "Print what happened to this computer on its way into the organisation." },
	{ "hardware-hash", hardware_run, COMMON_OPTIONS | INVOCATION_CSV,
	  "Print what an administrator registers this computer by." },
	{ "maintain", maintenance_run, COMMON_OPTIONS | INVOCATION_STATE,
	  "Look after the TPM: see that it works, and get its EK certificate from its maker." },
	{ "recover", enroll_run_recover, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_KEY_TYPE,
	  "Get certificates for a key in the TPM in place of those for a key in a file." },
	{ "renew", enroll_run_renew, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_NEW_AK,
	  "Get new certificates, by proving this computer again." },
	{ "reseal", enroll_run_reseal, COMMON_OPTIONS | INVOCATION_STATE,
	  "End a technician's part: certificates are on hold until the user enrols." },
	{ "run", presence_run, COMMON_OPTIONS | INVOCATION_STATE | INVOCATION_ONCE,
	  "Check in with the server again and again, as the service of this computer." },
	{ "token", devicetoken_run, COMMON_OPTIONS | INVOCATION_STATE,
	  "Print a device token: what the server states of this computer, for ten minutes." },
};

static const struct {
	enum invocation_exit code;
	const char *sentence;
} exits[] = {
	{ INVOCATION_DONE, "It is done." },
	{ INVOCATION_REFUSED, "The server refused." },
	{ INVOCATION_FAILED, "It could not be done: usage, configuration, TPM or files." },
	{ INVOCATION_UNREACHABLE, "The server, or the TPM maker's service, stayed unreachable or busy." },
};

static void print_exits(FILE *out)
{
	fputs("\nExit codes:\n", out);
	for (size_t i = 0; i < COUNT_OF(exits); i++) {
		char code[16];
		snprintf(code, sizeof(code), "%d", (int)exits[i].code);
		screen_print_help(out, code, exits[i].sentence);
	}
}

static void print_help(FILE *out)
{
	fputs("usage: assay-agent COMMAND [OPTION]...\n       assay-agent COMMAND --help\n"
	      "       assay-agent --version\n\nCommands:\n", out);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		screen_print_help(out, commands[i].name, commands[i].sentence);
	print_exits(out);
	fputs("\nSee assay-agent(1) for the configuration file.\n", out);
}

static void print_command_help(const struct command *command)
{
	printf("usage: assay-agent %s [OPTION]...\n", command->name);
	screen_print_text(stdout, 0, command->sentence);
	puts("\nOptions:");
	invocation_print(command->options, stdout);
	print_exits(stdout);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int refuse(const struct invocation *invocation, fault why, const char *detail)
{
	const struct outcome outcome = { .end = INVOCATION_FAILED, .cause = cause_of(why, detail) };
	if (invocation->set & INVOCATION_JSON)
		outcome_print_json(&outcome, stdout);
	else
		ending_print(&outcome.cause);
	return INVOCATION_FAILED;
}

static int run_command(const struct command *command, const char *const *arguments)
{
	struct invocation invocation;
	char detail[SETTINGS_DETAIL_MAX] = "";
	fault f = invocation_parse(arguments, command->options, &invocation, detail);
	if (f)
		return refuse(&invocation, f, detail);
	if (!(invocation.set & INVOCATION_HELP))
		return command->run(&invocation);
	print_command_help(command);
	return INVOCATION_DONE;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command *command = find_command(name);
	if (command)
		return run_command(command, (const char *const *)argv + 2);
	if (strcmp(name, "--version") == 0) {
		puts("assay-agent " ASSAY_VERSION);
		return INVOCATION_DONE;
	}
	bool asked = strcmp(name, "--help") == 0;
	print_help(asked ? stdout : stderr);
	return asked ? INVOCATION_DONE : INVOCATION_FAILED;
}
