#include "tpm/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <tss2/tss2_tctildr.h>
#include <unistd.h>

#define CHILD_SOCKET 3
#define CLOSE_MS 1000

/* What comes back for the opening, and for each command. */
struct parcel {
	uint32_t code;
	uint8_t octets[CARRIER_COMMAND_MAX];
};
#define PARCEL_HEAD offsetof(struct parcel, octets)

/* --- the child ------------------------------------------------------------------------------------------ */

/* False: the other side has no more commands. */
static bool carry(TSS2_TCTI_CONTEXT *tcti)
{
	uint8_t command[CARRIER_COMMAND_MAX];
	struct parcel parcel;
	size_t size = sizeof(parcel.octets);
	ssize_t n = recv(CHILD_SOCKET, command, sizeof(command), 0);
	if (n <= 0)
		return false;
	parcel.code = Tss2_Tcti_Transmit(tcti, (size_t)n, command);
	if (!parcel.code)
		parcel.code = Tss2_Tcti_Receive(tcti, &size, parcel.octets, TSS2_TCTI_TIMEOUT_BLOCK);
	size = PARCEL_HEAD + (parcel.code ? 0 : size);
	return send(CHILD_SOCKET, &parcel, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/*
 * One that hangs in a driver stays for a while: it must hold no lock of the agent's, and no pipe whose end
 * somebody waits for. Standard error is left, since TSS2_LOG may be asked for.
 */
static void leave_files(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(socket, CHILD_SOCKET);
	close_range(CHILD_SOCKET + 1, ~0U, 0);
}

__attribute__((noreturn)) static void serve(int socket, const char *name)
{
	TSS2_TCTI_CONTEXT *tcti = NULL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	leave_files(socket);
	uint32_t code = Tss2_TctiLdr_Initialize(name, &tcti);
	bool is_heard = send(CHILD_SOCKET, &code, sizeof(code), MSG_NOSIGNAL) == sizeof(code);
	while (is_heard && !code && carry(tcti))
		;
	if (!code)
		Tss2_TctiLdr_Finalize(&tcti);
	_exit(0);
}

/* --- the caller ----------------------------------------------------------------------------------------- */

static bool is_readable(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;
	do
		n = poll(&p, 1, wait_ms);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static uint32_t wait_for_parcel(struct carrier *carrier, struct parcel *parcel, size_t *ret_size)
{
	carrier->is_late = carrier->is_late || !is_readable(carrier->socket, carrier->wait_ms);
	if (carrier->is_late)
		return CARRIER_LATE;
	ssize_t n = recv(carrier->socket, parcel, sizeof(*parcel), 0);
	if (n < (ssize_t)PARCEL_HEAD)
		return TSS2_TCTI_RC_IO_ERROR;
	*ret_size = (size_t)n - PARCEL_HEAD;
	return parcel->code;
}

uint32_t carrier_open(const char *tcti, int wait_ms, struct carrier *ret)
{
	int sockets[2];
	struct parcel opened;
	size_t nothing;
	*ret = (struct carrier){ .wait_ms = wait_ms };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		return TSS2_TCTI_RC_GENERAL_FAILURE;
	pid_t pid = fork();
	if (pid == 0)
		serve(sockets[1], tcti);
	close(sockets[1]);
	if (pid < 0) {
		close(sockets[0]);
		return TSS2_TCTI_RC_GENERAL_FAILURE;
	}
	ret->socket = sockets[0];
	ret->pid = pid;
	return wait_for_parcel(ret, &opened, &nothing);
}

/* The child ends with the socket; one that hangs is killed, and not waited for beyond that. */
void carrier_close(struct carrier *carrier)
{
	if (!carrier->pid)
		return;
	close(carrier->socket);
	int fd = pidfd_open(carrier->pid, 0);
	if (carrier->is_late || fd < 0 || !is_readable(fd, CLOSE_MS))
		kill(carrier->pid, SIGKILL);
	if (fd >= 0) {
		is_readable(fd, CLOSE_MS);
		close(fd);
	}
	waitpid(carrier->pid, NULL, WNOHANG);
	*carrier = (struct carrier){ 0 };
}

uint32_t carrier_send(struct carrier *carrier, struct bytes command)
{
	if (carrier->is_late)
		return CARRIER_LATE;
	if (!command.n || command.n > CARRIER_COMMAND_MAX)
		return TSS2_TCTI_RC_BAD_VALUE;
	ssize_t n = send(carrier->socket, command.p, command.n, MSG_NOSIGNAL);
	return n == (ssize_t)command.n ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_IO_ERROR;
}

uint32_t carrier_wait(struct carrier *carrier, size_t *size, uint8_t *response)
{
	struct parcel parcel;
	size_t n = 0;
	uint32_t code = wait_for_parcel(carrier, &parcel, &n);
	if (code)
		return code;
	if (n > *size)
		return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
	memcpy(response, parcel.octets, n);
	*size = n;
	return TSS2_RC_SUCCESS;
}
