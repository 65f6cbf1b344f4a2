/*
 * random: the system's generator fails, gives little or is interrupted (security catalogue H061).
 *
 * The program takes the place of getrandom (linked with --wrap), from which proc/entropy.c draws.
 */
#include <errno.h>
#include <sys/random.h>

#include "office.h"

#define EK 5
#define DRAWS_MAX 100

static unsigned left;     /* draws until one fails; zero: none will */
static bool is_slow;      /* one octet at a time, and every other draw is interrupted */
static bool is_interrupt; /* the next one is */

ssize_t __real_getrandom(void *p, size_t n, unsigned flags);
ssize_t __wrap_getrandom(void *p, size_t n, unsigned flags);

ssize_t __wrap_getrandom(void *p, size_t n, unsigned flags)
{
	if (left && --left == 0) {
		errno = EAGAIN;
		return -1;
	}
	is_interrupt = is_slow && !is_interrupt;
	errno = EINTR;
	return is_interrupt ? -1 : __real_getrandom(p, is_slow && n > 1 ? 1 : n, flags);
}

static int setup(void **state)
{
	left = 0;
	is_slow = is_interrupt = false;
	return office_setup(state);
}

#define RANDOM_TEST(name) cmocka_unit_test_setup_teardown(name, setup, office_done)

static void whichever_draw_fails_there_is_no_challenge(void **state)
{
	struct office *o = *state;
	fault why = FAIL(SYS_RNG);
	unsigned n = 0;
	office_register_key(o, EK);
	while (why && n < DRAWS_MAX) {
		struct begin_facts b = office_begin(o, EK, NULL);
		struct challenge_result c = { 0 };
		left = ++n;
		why = challenge_build(&o->flow, &b, &o->arena, &c);
		CHECK(!why || (why == FAIL(SYS_RNG) && !c.has_credential));
		CHECK((why == NULL) == (left > 0));
	}
	CHECK(n > 1 && n < DRAWS_MAX);
	COUNTED("draws of randomness that failed", n - 1);
}

static void whichever_draw_fails_nothing_is_issued_and_the_answer_stays_good(void **state)
{
	struct office *o = *state;
	fault why = FAIL(SYS_RNG);
	unsigned n = 0;
	struct admission a;
	struct flow_answer reply;
	office_register_key(o, EK);
	struct office_trips t = office_trips(o, EK, NULL);
	while (why && n < DRAWS_MAX) {
		left = ++n;
		why = office_admit(o, &t.answer, &a);
		CHECK(!why || why == FAIL(SYS_RNG));
		CHECK((why == NULL) == (left > 0));
	}
	CHECK(n > 1 && n < DRAWS_MAX && a.issues == 2);
	left = 0;
	OK(office_release(o, &a, &reply));
	COUNTED("draws of randomness that failed", n - 1);
}

static void a_generator_that_gives_little_and_is_interrupted_is_asked_again(void **state)
{
	struct office *o = *state;
	struct admission a;
	struct flow_answer reply;
	is_slow = true;
	office_register_key(o, EK);
	struct office_trips t = office_trips(o, EK, NULL);
	OK(office_admit(o, &t.answer, &a));
	OK(office_release(o, &a, &reply));
	CHECK(a.issues == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RANDOM_TEST(whichever_draw_fails_there_is_no_challenge),
		RANDOM_TEST(whichever_draw_fails_nothing_is_issued_and_the_answer_stays_good),
		RANDOM_TEST(a_generator_that_gives_little_and_is_interrupted_is_asked_again),
	};
	return RUN(tests);
}
