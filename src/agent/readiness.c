#include "agent/readiness.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/ending.h"
#include "agent/look.h"

const struct readiness_row readiness_rows[READINESS_COUNT] = {
#define R(name, function, word, title, bears, kind, why, needs, information, sentence)          \
	[READINESS_ROW_##name] = { word, title, READINESS_##bears, READINESS_##kind, FAIL(why), \
				   READINESS_ROW_##needs, information, sentence },
#include "agent/readiness.def"
#undef R
};

static bool is_failed(const struct readiness *r, enum readiness_id id)
{
	return r->of[id].outcome == READINESS_FAILED;
}

/* What no remedy on this computer makes good: there is no TPM, or one of another version. */
static bool is_unsupported(const struct readiness *r)
{
	static const enum readiness_id hopeless[] = { READINESS_ROW_TPM, READINESS_ROW_VERSION };
	for (size_t i = 0; i < COUNT_OF(hopeless); i++)
		if (strcmp(r->of[hopeless[i]].cause.code, readiness_rows[hopeless[i]].why->name) == 0)
			return true;
	return false;
}

enum readiness_state readiness_state_of(const struct readiness *r, enum readiness_headline of)
{
	if (is_unsupported(r))
		return READINESS_UNSUPPORTED;
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		if ((readiness_rows[id].bears & of) && is_failed(r, id))
			return READINESS_UNREADY;
	return READINESS_READY;
}

enum readiness_id readiness_first(const struct readiness *r)
{
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		if (readiness_rows[id].bears && is_failed(r, id))
			return id;
	return READINESS_ROW_NOTHING;
}

uint32_t readiness_information(const struct readiness *r)
{
	uint32_t bits = 0;
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		bits |= is_failed(r, id) ? readiness_rows[id].information : 0;
	return bits;
}

enum invocation_exit readiness_exit(const struct readiness *r)
{
	enum readiness_id first = readiness_first(r);
	if (first == READINESS_ROW_NOTHING)
		return INVOCATION_DONE;
	const struct cause *cause = &r->of[first].cause;
	fault known = fault_find(bytes_text(cause->code));
	return ending_code(cause, known ? known : FAIL(REPLY_INVALID));
}

/* --- words ---------------------------------------------------------------------------------------------- */

static const struct {
	uint32_t bit;
	const char *name;
} information[] = {
	{ READINESS_TPM_ACTIVATE, "TPM_ACTIVATE" },
	{ READINESS_TPM_CREATE_EK, "TPM_CREATE_EK" },
	{ READINESS_EK_CERTIFICATE, "EK_CERTIFICATE" },
	{ READINESS_TCG_EVENT_LOG, "TCG_EVENT_LOG" },
	{ READINESS_NOT_REDUCED, "NOT_REDUCED" },
	{ READINESS_GENERIC_ERROR, "GENERIC_ERROR" },
	{ READINESS_ATTESTATION_VULNERABILITY, "ATTESTATION_VULNERABILITY" },
};

const char *readiness_information_name(uint32_t bit)
{
	for (size_t i = 0; i < COUNT_OF(information); i++)
		if (information[i].bit == bit)
			return information[i].name;
	return NULL;
}

const char *readiness_outcome_word(enum readiness_outcome outcome)
{
	static const char *const words[READINESS_OUTCOME_COUNT] = {
		[READINESS_NOT_RUN] = "notRun", [READINESS_FAILED] = "failed",
		[READINESS_WARNED] = "warned",	[READINESS_PASSED] = "passed",
		[READINESS_NOT_APPLICABLE] = "notApplicable",
	};
	return words[outcome];
}

const char *readiness_state_text(enum readiness_state state)
{
	static const char *const texts[] = {
		[READINESS_UNSUPPORTED] = "Not supported",
		[READINESS_UNREADY] = "Not ready",
		[READINESS_READY] = "Ready",
	};
	return texts[state];
}

/* --- the command ---------------------------------------------------------------------------------------- */

void readiness_give_up(struct readiness *r)
{
	char waited[READINESS_FACT_SIZE];
	if (r->at >= READINESS_COUNT)
		return;
	snprintf(waited, sizeof(waited), "%s: no answer within %d ms", readiness_rows[r->at].title,
		 READINESS_LIMIT_MS);
	look_fail(&r->of[r->at], FAIL(ATTEST_TIMEOUT), waited);
	for (enum readiness_id id = r->at + 1; id < READINESS_COUNT; id++)
		look_leave(&r->of[id], READINESS_NOT_RUN, "not looked at: time was over");
}

/* A process that hangs in its TPM's driver may stay for a while; nobody waits for it. */
static void wait_for(pid_t pid)
{
	int fd = pidfd_open(pid, 0);
	struct pollfd ended = { .fd = fd, .events = POLLIN };
	if (fd < 0 || poll(&ended, 1, READINESS_LIMIT_MS) != 1)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, fd < 0 ? 0 : WNOHANG);
	if (fd >= 0)
		close(fd);
}

static void look_in_time(const struct invocation *invocation, struct readiness *r)
{
	pid_t pid = fork();
	if (pid == 0) {
		look_run(invocation, r);
		_exit(0);
	}
	if (pid > 0)
		wait_for(pid);
	readiness_give_up(r);
}

struct readiness *readiness_new(const struct invocation *invocation)
{
	struct readiness *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
				   0);
	if (r == MAP_FAILED)
		return NULL;
	look_in_time(invocation, r);
	return r;
}

void readiness_free(struct readiness *r)
{
	if (r)
		munmap(r, sizeof(*r));
}

int readiness_run(const struct invocation *invocation)
{
	struct readiness *r = readiness_new(invocation);
	if (!r) {
		const struct cause cause = cause_of(FAIL(SYS_MEMORY), NULL);
		ending_print(&cause);
		return INVOCATION_FAILED;
	}
	(invocation->set & INVOCATION_JSON ? readiness_print_json : readiness_print)(r, stdout);
	int code = (int)readiness_exit(r);
	readiness_free(r);
	return code;
}
