#include "tpm/chip.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "test.h"
#include "tpm/chip_fixture.h"

static const char *relay; /* path of the program relay.c */

static int start(void **state)
{
	static struct chip_fixture fixture;
	chip_fixture_start(&fixture, CHIP_FIXTURE_TPM2);
	*state = &fixture;
	return 0;
}

static int stop(void **state)
{
	chip_fixture_stop(*state);
	return 0;
}

/* Opens the chip with the nth command and times - 1 after it answered by code. */
static fault open_through_relay(struct chip *chip, const struct chip_fixture *fixture, const char *failure)
{
	char tcti[512];
	snprintf(tcti, sizeof(tcti), "cmd:exec %s %s %s", relay, fixture->socket, failure);
	return chip_open(chip, tcti, CHIP_WAIT_MS);
}

static void a_chip_says_what_it_is(void **state)
{
	struct chip_fixture *fixture = *state;
	struct chip chip;
	struct chip_properties p;
	OK(chip_open(&chip, fixture->tcti, CHIP_WAIT_MS));
	OK(chip_get_properties(&chip, &p));
	assert_string_equal(p.manufacturer, "IBM");
	CHECK(strncmp(p.vendor, "SW", 2) == 0);
	CHECK(p.firmware != 0 && p.revision >= 138);
	CHECK(p.errata / 1000 >= 2016 && p.errata % 1000 >= 1 && p.errata % 1000 <= 366);
	assert_string_equal(chip_detail(&chip), "");
	chip_close(&chip);
	CHECK(is_chip_fixture_empty(fixture));
}

static void a_missing_node_is_a_missing_tpm(void **state)
{
	(void)state;
	struct chip chip;
	REFUSES(TPM_MISSING, chip_open(&chip, "device:/nonexistent/tpmrm0", CHIP_WAIT_MS));
	CHECK(strstr(chip_detail(&chip), "/nonexistent/tpmrm0") != NULL);
	chip_close(&chip);
	REFUSES(TPM_MISSING, chip_open(&chip, "swtpm:path=/nonexistent/tpm", CHIP_WAIT_MS));
	chip_close(&chip);
}

static void a_socket_without_a_chip_behind_it_is_a_missing_tpm(void **state)
{
	(void)state;
	struct chip_fixture gone;
	struct chip chip;
	chip_fixture_start(&gone, CHIP_FIXTURE_TPM2);
	chip_fixture_stop(&gone);
	REFUSES(TPM_MISSING, chip_open(&chip, gone.tcti, CHIP_WAIT_MS));
	chip_close(&chip);
}

static void an_unknown_transport_is_a_missing_tpm(void **state)
{
	(void)state;
	struct chip chip;
	REFUSES(TPM_MISSING, chip_open(&chip, "pigeon:/dev/null", CHIP_WAIT_MS));
	CHECK(strstr(chip_detail(&chip), "pigeon") != NULL);
	chip_close(&chip);
}

static void a_file_that_is_no_chip_is_refused(void **state)
{
	(void)state;
	struct chip chip;
	REFUSES(TPM_DRIVER, chip_open(&chip, "device:/dev/null", CHIP_WAIT_MS));
	CHECK(chip_detail(&chip)[0] != 0);
	chip_close(&chip);
}

/* A terminal stands in for the driver's node; whoever holds the other end is the driver. */
static int driver_open(char *tcti, size_t size)
{
	struct termios raw = { 0 };
	int driver = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	/* A session's leader becomes the terminal's, and would be hung up on. */
	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	CHECK(driver >= 0 && grantpt(driver) == 0 && unlockpt(driver) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(driver, TCSANOW, &raw) == 0);
	snprintf(tcti, size, "device:%s", ptsname(driver));
	return driver;
}

static void a_driver_that_never_answers_is_named(void **state)
{
	struct chip chip;
	char tcti[128];
	int driver = driver_open(tcti, sizeof(tcti));
	(void)state;
	REFUSES(TPM_DRIVER, chip_open(&chip, tcti, CHIP_WAIT_MS));
	CHECK(strstr(chip_detail(&chip), "/dev/pts/"));
	chip_close(&chip);
	close(driver);
}

static void a_tpm_that_hangs_is_given_up_and_its_command_is_named(void **state)
{
	struct chip_fixture mine;
	struct chip_properties properties;
	(void)state;
	chip_fixture_start(&mine, CHIP_FIXTURE_TPM2);
	OK(chip_open(&mine.chip, mine.tcti, 3000));
	CHECK(kill(mine.pid, SIGSTOP) == 0);
	REFUSES(ATTEST_TIMEOUT, chip_get_properties(&mine.chip, &properties));
	assert_string_equal(chip_detail(&mine.chip), "TPM2_GetCapability: no answer within 3000 ms");
	CHECK(kill(mine.pid, SIGCONT) == 0);
	chip_close(&mine.chip);
	OK(chip_open(&mine.chip, mine.tcti, CHIP_WAIT_MS)); /* nobody keeps it from being opened anew */
	OK(chip_get_properties(&mine.chip, &properties));
	chip_fixture_close(&mine);
	chip_fixture_stop(&mine);
}

static void *driver_run(void *of)
{
	static const char nonsense[] = "Whatever this is, it is not a response.";
	int driver = *(int *)of;
	char command[4096];
	while (read(driver, command, sizeof(command)) > 0)
		if (write(driver, nonsense, sizeof(nonsense) - 1) < 0)
			break;
	return NULL;
}

static void a_driver_that_answers_nonsense_is_named(void **state)
{
	struct chip chip;
	char tcti[128];
	pthread_t thread;
	int driver = driver_open(tcti, sizeof(tcti));
	(void)state;
	CHECK(pthread_create(&thread, NULL, driver_run, &driver) == 0);
	REFUSES(TPM_DRIVER, chip_open(&chip, tcti, CHIP_WAIT_MS));
	chip_close(&chip); /* the last one to hold the node: the driver reads no more */
	pthread_join(thread, NULL);
	close(driver);
}

static void health_is_told_and_what_is_switched_off_is_seen(void **state)
{
	struct chip_fixture mine;
	struct chip_health health;
	(void)state;
	chip_fixture_start(&mine, CHIP_FIXTURE_TPM2);
	chip_fixture_open(&mine);
	OK(chip_get_health(&mine.chip, &health));
	CHECK(health.has_storage && health.has_endorsement && !health.is_locked);
	chip_fixture_close(&mine);
	CHIP_FIXTURE_RUN(&mine, "tpm2_hierarchycontrol", "-C", "p", "ehEnable", "clear");
	chip_fixture_open(&mine);
	OK(chip_get_health(&mine.chip, &health));
	CHECK(health.has_storage && !health.has_endorsement);
	chip_fixture_close(&mine);
	CHIP_FIXTURE_RUN(&mine, "tpm2_hierarchycontrol", "-C", "p", "shEnable", "clear");
	chip_fixture_open(&mine);
	OK(chip_get_health(&mine.chip, &health));
	CHECK(!health.has_storage && !health.has_endorsement);
	chip_fixture_close(&mine);
	chip_fixture_stop(&mine);
}

/* The other user's view; root would be let in whatever the node's mode. */
static int open_as_nobody(const char *tcti)
{
	int status;
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct chip chip;
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		fault why = chip_open(&chip, tcti, CHIP_WAIT_MS);
		_exit(why == FAIL(TPM_PERMISSION) && chip_detail(&chip)[0] ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return status;
}

static void a_node_that_may_not_be_read_is_a_matter_of_permission(void **state)
{
	const struct chip_fixture *fixture = *state;
	char tcti[128];
	CHECK(chmod(fixture->folder, 0755) == 0);
	CHECK(chmod(fixture->socket, 0) == 0);
	snprintf(tcti, sizeof(tcti), "device:%s", fixture->socket);
	CHECK(open_as_nobody(tcti) == 0);
	CHECK(chmod(fixture->folder, 0) == 0);
	CHECK(open_as_nobody(fixture->tcti) == 0);
	CHECK(chmod(fixture->folder, 0700) == 0);
	CHECK(chmod(fixture->socket, 0700) == 0);
}

static void a_tpm_1_2_is_of_the_wrong_version(void **state)
{
	(void)state;
	struct chip_fixture old;
	struct chip chip;
	chip_fixture_start(&old, CHIP_FIXTURE_TPM12);
	REFUSES(TPM_VERSION, chip_open(&chip, old.tcti, CHIP_WAIT_MS));
	CHECK(chip_detail(&chip)[0] != 0);
	chip_close(&chip);
	chip_fixture_stop(&old);
}

static void a_busy_chip_is_asked_again(void **state)
{
	static const char *const busy[] = { "1 922 3", "1 908 3", "1 90A 6", "1 920 3" };
	for (size_t i = 0; i < COUNT_OF(busy); i++) {
		struct chip chip;
		OK(open_through_relay(&chip, *state, busy[i]));
		chip_close(&chip);
	}
}

static void a_chip_that_stays_locked_says_so(void **state)
{
	struct chip chip;
	struct chip_properties p;
	OK(open_through_relay(&chip, *state, "2 921 1"));
	REFUSES(TPM_LOCKOUT, chip_get_properties(&chip, &p));
	assert_string_equal(chip_detail(&chip), "TPM2_GetCapability: response code 0x00000921");
	OK(chip_get_properties(&chip, &p));
	chip_close(&chip);
}

static void a_chip_in_failure_mode_is_a_failure(void **state)
{
	struct chip chip;
	REFUSES(TPM_FAILURE, open_through_relay(&chip, *state, "1 101 1"));
	CHECK(strstr(chip_detail(&chip), "0x00000101") != NULL);
	chip_close(&chip);
}

static void a_chip_that_found_nothing_wrong_with_itself_passes_and_one_in_failure_mode_does_not(void **state)
{
	struct chip chip;
	OK(open_through_relay(&chip, *state, "3 101 1"));
	OK(chip_check_self_test(&chip));
	REFUSES(TPM_FAILURE, chip_check_self_test(&chip));
	assert_string_equal(chip_detail(&chip), "TPM2_GetTestResult: response code 0x00000101");
	chip_close(&chip);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_chip_says_what_it_is),
		TEST(a_missing_node_is_a_missing_tpm),
		TEST(a_socket_without_a_chip_behind_it_is_a_missing_tpm),
		TEST(an_unknown_transport_is_a_missing_tpm),
		TEST(a_file_that_is_no_chip_is_refused),
		TEST(a_driver_that_never_answers_is_named),
		TEST(a_tpm_that_hangs_is_given_up_and_its_command_is_named),
		TEST(a_driver_that_answers_nonsense_is_named),
		TEST(health_is_told_and_what_is_switched_off_is_seen),
		TEST(a_node_that_may_not_be_read_is_a_matter_of_permission),
		TEST(a_tpm_1_2_is_of_the_wrong_version),
		TEST(a_busy_chip_is_asked_again),
		TEST(a_chip_that_stays_locked_says_so),
		TEST(a_chip_in_failure_mode_is_a_failure),
		TEST(a_chip_that_found_nothing_wrong_with_itself_passes_and_one_in_failure_mode_does_not),
	};
	if (argc != 2)
		return 2;
	relay = argv[1];
	return cmocka_run_group_tests(tests, start, stop);
}
