#include "attest/conversation.h"

#include "attest/pcr.h"
#include "base/secret.h"

bool is_conversation_record(enum check_id check)
{
	static const enum check_id others[] = { CHECK_TICKET_EK, CHECK_TICKET_AK, CHECK_ACTIVATION,
						CHECK_QUOTE_ASKED };
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (others[i] == check)
			return false;
	enum check_subject s = verdict_checks[check].subject;
	return s == SUBJECT_USER || (verdict_checks[check].by == BY_CORE && s != SUBJECT_FRESH);
}

/* Absent is equal to nothing, not even to absent. */
static bool is_same(struct bytes a, struct bytes b)
{
	return a.n && b.n && is_bytes_equal(a, b);
}

static bool is_same_secret(struct bytes a, struct bytes b)
{
	return a.n && b.n && is_secret_equal(a, b);
}

static bool is_same_selection(struct bytes a, struct bytes b)
{
	struct pcr_selection x, y;
	return a.p && b.p && !pcr_parse(a, &x) && !pcr_parse(b, &y) && is_pcr_equal(&x, &y);
}

/* A second of grace, since two readings of one clock may be that far apart. */
static bool is_in_time(const struct conversation *c)
{
	return (uint64_t)c->now <= c->ticket->expires && (uint64_t)c->now + 1 >= c->ticket->issued;
}

void conversation_judge(const struct conversation *c, uint8_t outcomes[static CHECK_COUNT])
{
	const struct ticket *t = c->ticket;
	verdict_judge(outcomes, CHECK_TICKET_SEAL, t != NULL);
	if (!t)
		return;
	bool is_tpm = t->ak_name.p != NULL;
	const struct {
		enum check_id check;
		bool has_input; /* else it is not run */
		bool passed;
	} rows[] = {
		{ CHECK_TICKET_TIME, true, is_in_time(c) },
		{ CHECK_TICKET_ID, true, is_same(c->id, t->id) },
		{ CHECK_TICKET_NONCE, true, is_same(c->nonce, t->nonce) },
		{ CHECK_TICKET_PURPOSE, true, c->purpose == t->purpose },
		{ CHECK_TICKET_SERVER, true, is_same(c->server_key_hash, t->server_key_hash) },
		{ CHECK_TICKET_EK, is_tpm, is_same(c->ek_hash, t->ek_hash) },
		{ CHECK_TICKET_AK, is_tpm, is_same(c->ak_name, t->ak_name) },
		{ CHECK_ACTIVATION, is_tpm, is_same_secret(c->secret_hash, t->secret_hash) },
		{ CHECK_QUOTE_ASKED, is_tpm && c->pcr_selection.p,
		  is_same_selection(c->pcr_selection, t->pcr_selection) },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].has_input)
			verdict_judge(outcomes, rows[i].check, rows[i].passed);
}
