#include "policy/interval.h"

#include <stdarg.h>
#include <stdio.h>

#include "attest/firmware.h"

#define GONE (INTERVAL_BIT(ROLLED_BACK) | INTERVAL_BIT(CLOCK_BACK) | INTERVAL_BIT(CLEARED))
#define CHANGED (INTERVAL_BIT(UPDATED) | INTERVAL_BIT(DOWNGRADED))

static const struct {
	const char *word, *action, *sentence;
} meanings[INTERVAL_COUNT] = {
#define M(id, word, action, sentence) [INTERVAL_AT_##id] = { word, action, sentence },
#include "policy/interval.def"
#undef M
};

const char *interval_word(enum interval_meaning meaning)
{
	return meanings[meaning].word;
}

const char *interval_action(enum interval_meaning meaning)
{
	return meanings[meaning].action;
}

const char *interval_sentence(enum interval_meaning meaning)
{
	return meanings[meaning].sentence;
}

/* --- judging -------------------------------------------------------------------------------------------- */

/* Each start sets the restart count to zero. */
static bool is_counted_back(const struct interval_state *before, const struct interval_state *now)
{
	return now->resets < before->resets ||
	       (now->resets == before->resets && now->restarts < before->restarts);
}

/* Power that fails takes what was not saved of the clock, which is unsafe until it has passed that. */
static bool is_clock_back(const struct interval_state *before, const struct interval_state *now)
{
	return now->clock_ms < before->clock_ms && (now->is_safe || now->resets == before->resets);
}

void interval_judge(const struct interval_state *before, const struct interval_state *now, bool is_key_alive,
		    struct interval *ret)
{
	const bool is_known = before->clock_ms > 0;
	const bool are_counts_back = is_counted_back(before, now);
	const bool is_time_back = is_clock_back(before, now);
	const bool is_back = are_counts_back || is_time_back, is_started = now->resets > before->resets;
	const bool has_slept = now->restarts > (is_started ? 0 : before->restarts);
	const bool has_versions = before->firmware && now->firmware;
	const struct {
		unsigned bit;
		bool is_so;
	} rows[] = {
		{ INTERVAL_BIT(STARTED), !is_back && is_started },
		{ INTERVAL_BIT(SLEPT), !is_back && has_slept },
		{ INTERVAL_BIT(POWER_LOST), !is_back && now->clock_ms < before->clock_ms },
		{ INTERVAL_BIT(CLEARED), is_back && !is_key_alive },
		{ INTERVAL_BIT(ROLLED_BACK), is_key_alive && are_counts_back },
		{ INTERVAL_BIT(CLOCK_BACK), is_key_alive && is_time_back },
		{ INTERVAL_BIT(UPDATED), has_versions && now->firmware > before->firmware },
		{ INTERVAL_BIT(DOWNGRADED), has_versions && now->firmware < before->firmware },
	};
	*ret = (struct interval){ .before = *before, .now = *now };
	for (size_t i = 0; is_known && i < COUNT_OF(rows); i++)
		ret->meanings |= rows[i].is_so ? rows[i].bit : 0;
}

uint64_t interval_starts(const struct interval *i)
{
	if (!(i->meanings & INTERVAL_BIT(STARTED)))
		return 0;
	return i->now.resets - i->before.resets;
}

uint64_t interval_sleeps(const struct interval *i)
{
	if (!(i->meanings & INTERVAL_BIT(SLEPT)))
		return 0;
	bool is_anew = i->meanings & INTERVAL_BIT(STARTED);
	return i->now.restarts - (is_anew ? 0 : i->before.restarts);
}

/* --- words ---------------------------------------------------------------------------------------------- */

/* A sentence that grows from left to right. */
struct phrase {
	char *out;
	size_t n;
	const char *between; /* what the next part follows, if one came before */
};

__attribute__((format(printf, 2, 3))) static void say(struct phrase *p, const char *format, ...)
{
	va_list values;
	size_t room = INTERVAL_TEXT_SIZE - p->n;
	int n = snprintf(p->out + p->n, room, "%s", p->between);
	p->n += n > 0 && (size_t)n < room ? (size_t)n : 0;
	room = INTERVAL_TEXT_SIZE - p->n;
	va_start(values, format);
	n = vsnprintf(p->out + p->n, room, format, values);
	va_end(values);
	p->n += n > 0 && (size_t)n < room ? (size_t)n : 0;
	p->between = ", ";
}

static void say_span(struct phrase *p, int64_t seconds)
{
	static const struct {
		int64_t s;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	for (size_t i = 0; i < COUNT_OF(units) && seconds > 0; i++) {
		int64_t n = seconds / units[i].s;
		if (!n)
			continue;
		say(p, "in %lld %s%s", (long long)n, units[i].name, n == 1 ? "" : "s");
		p->between = ": ";
		return;
	}
}

static void say_often(struct phrase *p, const char *what, uint64_t n)
{
	if (n == 1)
		say(p, "%s once", what);
	else if (n)
		say(p, "%s %llu times", what, (unsigned long long)n);
}

/* What does not count on is shown as it was and as it is. */
static void say_states(struct phrase *p, const struct interval *i)
{
	say(p, "reset count %llu → %llu, restart count %llu → %llu, clock %llu s → %llu s",
	    (unsigned long long)i->before.resets, (unsigned long long)i->now.resets,
	    (unsigned long long)i->before.restarts, (unsigned long long)i->now.restarts,
	    (unsigned long long)i->before.clock_ms / 1000, (unsigned long long)i->now.clock_ms / 1000);
}

static void say_firmware(struct phrase *p, const struct interval *i)
{
	char before[FIRMWARE_TEXT_SIZE], now[FIRMWARE_TEXT_SIZE];
	if (p->between[0] == ',')
		p->between = "; ";
	say(p, "firmware %s → %s", firmware_text(i->before.firmware, before),
	    firmware_text(i->now.firmware, now));
}

char *interval_text(const struct interval *i, int64_t seconds, char out[static INTERVAL_TEXT_SIZE])
{
	struct phrase p = { out, 0, "" };
	out[0] = 0;
	if (!i->meanings)
		return out;
	say_span(&p, seconds);
	if (i->meanings & INTERVAL_BIT(CLEARED))
		say(&p, "cleared");
	if (i->meanings & GONE)
		say_states(&p, i);
	say_often(&p, "started", interval_starts(i));
	say_often(&p, interval_starts(i) ? "then slept" : "slept", interval_sleeps(i));
	if (i->meanings & INTERVAL_BIT(POWER_LOST))
		say(&p, "power failed");
	if (i->meanings & CHANGED)
		say_firmware(&p, i);
	return out;
}
