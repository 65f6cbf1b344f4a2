/*
 * assayd: the server.
 *
 * Parent re-executes this program for each role; a person gives it one of the commands below.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "proc/child.h"
#include "proc/entropy.h"
#include "proc/log.h"
#include "proc/status.h"
#include "server/founding.h"
#include "server/plan.h"
#include "server/premises.h"
#include "server/role_ca.h"
#include "server/succession.h"
#include "sign/hierarchy.h"

enum exit_code { EXIT_FAULT = 1, EXIT_USAGE = 2 };

struct command_line {
	const char *config;
	bool json;
	struct succession_order succession;
	struct settings settings;
};

struct command {
	const char *name;
	const char *sentence;
	int (*run)(const struct command_line *line, const char *const *arguments);
};

static int print_fault(fault why, const char *detail)
{
	fprintf(stderr, "assayd: %s: %s\n", why->name, why->what);
	if (detail && detail[0])
		fprintf(stderr, "        %s\n", detail);
	fprintf(stderr, "        %s\n", why->remedy);
	return EXIT_FAULT;
}

/* Takes it over. */
static void print_json(json_t *j)
{
	json_dumpf(j, stdout, JSON_INDENT(2));
	puts("");
	json_decref(j);
}

static int run_init(const struct command_line *line, const char *const *arguments)
{
	struct founding made = { 0 };
	(void)arguments;
	fault why = founding_build(&line->settings, &made);
	if (why)
		return print_fault(why, line->settings.data);
	if (line->json) {
		json_t *j = json_pack("{ssssssss}", "data", line->settings.data, "ca", made.root_hash,
				      "adminToken", made.admin_token, "rootPassphrase", made.root_passphrase);
		print_json(j);
		return EXIT_SUCCESS;
	}
	printf("The server's keys and records are in %s.\n\n"
	       "CA fingerprint, for the agents:  %s\n"
	       "First administrator's token:     %s\n"
	       "Passphrase of the root CA's key: %s\n\n"
	       "Keep the passphrase and %s/root elsewhere; no process needs them to run.\n"
	       "Next: assayd run\n",
	       line->settings.data, made.root_hash, made.admin_token, made.root_passphrase,
	       line->settings.data);
	return EXIT_SUCCESS;
}

/* While there are rights to do so: no role may make files that are another user's. */
static fault make_missing(const struct settings *s)
{
	char url[SETTINGS_URL_SIZE];
	const struct minter_plan plan = role_ca_minter(s, url);
	bool is_made = false;
	TRY(succession_prune(s));
	TRY(minter_init(&plan, &is_made));
	if (is_made)
		LOG(WARNING, "key.made", log_text("file", HIERARCHY_TOKEN_KEY));
	return NULL;
}

static int run_run(const struct command_line *line, const char *const *arguments)
{
	struct premises premises;
	fault why = premises_open(&line->settings, &premises);
	if (!why)
		why = make_missing(&line->settings);
	if (!why)
		why = plan_run(&line->settings, arguments);
	premises_close(&premises);
	return why ? print_fault(why, premises.detail) : EXIT_SUCCESS;
}

static json_t *status_json(const struct status_row *r)
{
	char name[ROLE_TEXT_SIZE];
	const char *mode = r->seccomp == 2 ? "filter" : r->seccomp == 1 ? "strict" : "none";
	return json_pack("{sssisIsbsssbsIsIss}", "role", role_text(r->id, name), "pid", (int)r->pid, "uid",
			 (json_int_t)r->uid, "running", (int)r->running, "seccomp", mode, "noNewPrivileges",
			 (int)r->no_new_privs, "started", (json_int_t)r->started_s, "restarts",
			 (json_int_t)r->restarts, "address", r->address);
}

static void print_status(const struct status *s)
{
	char name[ROLE_TEXT_SIZE];
	printf("%-16s %8s %8s %-8s %9s %9s  %s\n", "ROLE", "PID", "UID", "STATE", "SECCOMP", "RESTARTS",
	       "ADDRESS");
	for (size_t i = 0; i < s->count; i++) {
		const struct status_row *r = &s->rows[i];
		printf("%-16s %8d %8u %-8s %9s %9u  %s\n", role_text(r->id, name), (int)r->pid,
		       (unsigned)r->uid, r->running ? "running" : "gone", r->seccomp == 2 ? "filter" : "none",
		       r->restarts, r->address);
	}
}

static int run_status(const struct command_line *line, const char *const *arguments)
{
	char path[SETTINGS_FILE_SIZE];
	struct status s;
	(void)arguments;
	fault why = status_get(settings_path(&line->settings, PLAN_STATUS, path), &s);
	if (why)
		return print_fault(why, path);
	if (!line->json) {
		print_status(&s);
		return EXIT_SUCCESS;
	}
	json_t *list = json_array();
	for (size_t i = 0; i < s.count; i++)
		json_array_append_new(list, status_json(&s.rows[i]));
	print_json(list);
	return EXIT_SUCCESS;
}

static int run_rotate(const struct command_line *line, const char *const *arguments)
{
	char url[SETTINGS_URL_SIZE], path[SETTINGS_FILE_SIZE];
	const struct settings *s = &line->settings;
	const struct minter_plan plan = role_ca_minter(s, url);
	(void)arguments;
	settings_path(s, HIERARCHY_TOKEN_KEY, path);
	fault why = minter_rotate(&plan);
	if (why)
		return print_fault(why, path);
	if (line->json)
		printf("{\n  \"file\": \"%s\"\n}\n", path);
	else
		printf("Device tokens are signed with a new key from the next start of the server on: %s\n"
		       "Those of the old key are good until they expire.\n",
		       path);
	return EXIT_SUCCESS;
}

static void print_succession(const struct succession *made)
{
	char until[TEXT_TIME_SIZE], after[TEXT_TIME_SIZE];
	printf("The new issuing CA signs from the next start of the server on, until %.10s: %s\n"
	       "The former one says which of its certificates are good for as long as there can be any;\n"
	       "its key is dropped when the server starts after %.10s.\n"
	       "Agents need nothing. Whoever has a copy of /ca/issuing.crt needs the new certificate too.\n"
	       "Take the root's key and passphrase away again.\n",
	       text_time(made->made.not_after, after), made->certificate,
	       text_time(made->made.until, until));
}

static json_t *succession_json(const struct succession *made, bool is_end)
{
	char until[TEXT_TIME_SIZE], after[TEXT_TIME_SIZE];
	if (is_end)
		return json_pack("{sI}", "dropped", (json_int_t)made->made.generation);
	return json_pack("{sIssssss}", "generation", (json_int_t)made->made.generation, "certificate",
			 made->certificate, "notAfterDateTime", text_time(made->made.not_after, after),
			 "formerUntilDateTime", text_time(made->made.until, until));
}

static int run_rollover(const struct command_line *line, const char *const *arguments)
{
	char detail[SETTINGS_DETAIL_MAX];
	struct succession made = { 0 };
	bool is_end = line->succession.forget;
	(void)arguments;
	fault why = succession_put(&line->settings, &line->succession, &made, detail);
	if (why)
		return print_fault(why, detail);
	if (line->json)
		print_json(succession_json(&made, is_end));
	else if (is_end)
		printf("The key of the former issuing CA %u is gone.\n"
		       "Nothing that it signed is listed or answered for any more.\n",
		       (unsigned)made.made.generation);
	else
		print_succession(&made);
	return EXIT_SUCCESS;
}

static int run_defaults(const struct command_line *line, const char *const *arguments)
{
	static uint8_t memory[65536];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)arguments;
	config_write(settings_rows, settings_count, &line->settings, &w);
	struct bytes text = wr_done(&w);
	fwrite(text.p, 1, text.n, stdout);
	return EXIT_SUCCESS;
}

static const struct command commands[] = {
	{ "init", "make keys, certificates, database and the first administrator's token", run_init },
	{ "run", "serve until SIGTERM or SIGINT, in the foreground, logging to standard error", run_run },
	{ "status", "list the processes with pid, user and sandbox", run_status },
	{ "rotate-token-key", "make a new key for device tokens, used from the next start on", run_rotate },
	{ "rollover", "make a new issuing CA, used from the next start on", run_rollover },
	{ "print-config", "print the configuration in force, with every key explained", run_defaults },
};

static void print_help(FILE *out)
{
	fputs("usage: assayd COMMAND [--config FILE] [--set KEY=VALUE]... [--json]\n\n", out);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(out, "  %-17s %s\n", commands[i].name, commands[i].sentence);
	fputs("\n  --config FILE     configuration; default /etc/assay/assayd.conf when it exists\n"
	      "  --set KEY=VALUE   one setting, as in the file: --set server.data=/srv/assay\n"
	      "  --json            facts as JSON\n"
	      "  --root FOLDER     rollover: where the root's key is; default the data folder's root\n"
	      "  --passphrase FILE rollover: where its passphrase is, - for standard input; default beside\n"
	      "  --forget          rollover: make nothing, drop the key of the oldest former CA\n"
	      "  --help, --version\n\n"
	      "Exit codes: 0 done, 1 a fault (printed), 2 the command was not understood.\n",
	      out);
}

static fault set_one(const char *pair, struct settings *s, struct config_error *error)
{
	const char *equals = strchr(pair, '=');
	size_t n = equals ? (size_t)(equals - pair) : 0;
	const struct config_row *row = config_find(settings_rows, settings_count, bytes_of(pair, n));
	if (!row) {
		snprintf(error->sentence, sizeof(error->sentence), "--set %s: there is no such key.", pair);
		return FAIL(CONFIG_INVALID);
	}
	return config_put(row, bytes_text(equals + 1), s, error);
}

/* What the rollover is told; false for an option that is not its. */
static bool put_succession(int option, const char *value, struct succession_order *ret)
{
	if (option == 'r')
		ret->root = value;
	if (option == 'p')
		ret->passphrase = value;
	if (option == 'd')
		ret->forget = true;
	return option == 'r' || option == 'p' || option == 'd';
}

/* The file first, then the settings of the command line, whatever their order. */
static int read_line(int argc, char **argv, struct command_line *ret)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' }, { "set", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },         { "foreground", no_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },         { "version", no_argument, NULL, 'v' },
		{ "root", required_argument, NULL, 'r' },   { "passphrase", required_argument, NULL, 'p' },
		{ "forget", no_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 },
	};
	char detail[SETTINGS_DETAIL_MAX];
	const char *pairs[64];
	size_t n = 0;
	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (o == 'c')
			ret->config = optarg;
		else if (o == 's' && n < COUNT_OF(pairs))
			pairs[n++] = optarg;
		else if (o == 'j')
			ret->json = true;
		else if (o != 'f' && !put_succession(o, optarg, &ret->succession))
			return o == 'h' || o == 'v' ? o : EXIT_USAGE;
	}
	fault why = settings_get(ret->config, &ret->settings, detail);
	struct config_error error = { 0 };
	for (size_t i = 0; !why && i < n; i++)
		why = set_one(pairs[i], &ret->settings, &error);
	return why ? print_fault(why, error.sentence[0] ? error.sentence : detail) : 0;
}

/* A command without a use for them is not given its options. */
static bool is_meant(const struct command *c, const struct succession_order *o)
{
	bool is_said = o->root || o->passphrase || o->forget;
	return c->run == run_rollover ? !o->forget || !(o->root || o->passphrase) : !is_said;
}

static int run_command(int argc, char **argv, const struct command_line *line)
{
	for (size_t i = 0; optind + 1 == argc && i < COUNT_OF(commands); i++)
		if (strcmp(argv[optind], commands[i].name) == 0 && is_meant(&commands[i], &line->succession))
			return commands[i].run(line, (const char *const *)argv + 1);
	print_help(stderr);
	return EXIT_USAGE;
}

static fault seed_json(void)
{
	size_t seed;
	TRY(entropy_fill(&seed, sizeof(seed)));
	json_object_seed(seed | 1);
	return NULL;
}

int main(int argc, char **argv)
{
	struct role_id own;
	struct command_line line = { 0 };
	bool is_child = child_parse(argv[0], &own);
	int code = read_line(argc, argv, &line);
	if (code == 'h')
		print_help(stdout);
	if (code == 'v')
		printf("assayd %s\n", ASSAY_VERSION);
	if (code == 'h' || code == 'v')
		return EXIT_SUCCESS;
	if (code == 0 && seed_json())
		code = print_fault(FAIL(SYS_RNG), NULL);
	if (code != 0)
		return code;
	return is_child ? plan_serve(own, &line.settings) : run_command(argc, argv, &line);
}
