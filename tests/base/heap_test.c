#include "base/heap.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static void what_was_allocated_is_handed_on(void **state)
{
	(void)state;
	int thing = 0;
	CHECK(heap_need(&thing) == &thing);
}

static void without_memory_the_process_ends(void **state)
{
	(void)state;
	int status = 0;
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		heap_need(NULL);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_allocated_is_handed_on),
		TEST(without_memory_the_process_ends),
	};
	return RUN(tests);
}
