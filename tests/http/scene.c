#include "scene.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wr.h"
#include "test.h"

#define NAMES "DNS:localhost,IP:127.0.0.1,IP:::1"
#define HELD_MAX 64
#define HEARD_MAX (2 * SCENE_LARGE)

/* --- certificates --- */

struct entity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void extension_add(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	CHECK(e != NULL);
	CHECK(X509_add_ext(certificate, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static X509 *certificate_new(EVP_PKEY *key, const char *name, int from_days, int to_days)
{
	X509 *c = X509_new();
	uint8_t serial[8];
	CHECK(RAND_bytes(serial, sizeof(serial)) == 1);
	BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(c));
	BN_free(number);
	X509_set_version(c, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(c), (long)from_days * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(c), (long)to_days * DAY_S);
	X509_NAME *subject = X509_get_subject_name(c);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
	X509_set_pubkey(c, key);
	return c;
}

static struct entity authority_new(const char *name, const struct entity *issuer)
{
	struct entity e = { .key = EVP_EC_gen("P-256") };
	e.certificate = certificate_new(e.key, name, -30, 30);
	const struct entity *by = issuer ? issuer : &e;
	X509_set_issuer_name(e.certificate, X509_get_subject_name(by->certificate));
	extension_add(e.certificate, by->certificate, NID_basic_constraints, "critical,CA:TRUE");
	extension_add(e.certificate, by->certificate, NID_key_usage, "critical,keyCertSign");
	extension_add(e.certificate, by->certificate, NID_subject_key_identifier, "hash");
	CHECK(X509_sign(e.certificate, by->key, EVP_sha256()) > 0);
	return e;
}

static struct entity server_new(const struct scene_chain_plan *plan, const struct entity *issuer)
{
	bool is_set = plan->from_days || plan->to_days;
	const char *names = plan->names ? plan->names : NAMES,
		   *usage = plan->usage ? plan->usage : "serverAuth";
	struct entity e = { .key = EVP_EC_gen("P-256") };
	e.certificate = is_set ? certificate_new(e.key, "server", plan->from_days, plan->to_days)
			       : certificate_new(e.key, "server", -1, 1);
	X509_set_issuer_name(e.certificate, X509_get_subject_name(issuer->certificate));
	extension_add(e.certificate, issuer->certificate, NID_subject_alt_name, names);
	extension_add(e.certificate, issuer->certificate, NID_ext_key_usage, usage);
	extension_add(e.certificate, issuer->certificate, NID_authority_key_identifier, "keyid:always");
	CHECK(X509_sign(e.certificate, issuer->key, EVP_sha256()) > 0);
	return e;
}

static void entity_free(struct entity *e)
{
	EVP_PKEY_free(e->key);
	X509_free(e->certificate);
}

static void chain_write(const struct scene_chain *chain, const struct entity *server, X509 *const others[2])
{
	FILE *f = fopen(chain->certificate, "w");
	CHECK(f && PEM_write_X509(f, server->certificate) == 1);
	for (size_t i = 0; i < 2; i++)
		if (others[i])
			CHECK(PEM_write_X509(f, others[i]) == 1);
	fclose(f);
	f = fopen(chain->key, "w");
	CHECK(f && PEM_write_PrivateKey(f, server->key, NULL, NULL, 0, NULL, NULL) == 1);
	fclose(f);
}

struct scene_chain scene_chain_open(const struct scene_chain_plan *plan)
{
	struct scene_chain chain = { .folder = "/tmp/scene-XXXXXX" };
	struct entity root = authority_new("root", NULL), issuing = authority_new("issuing", &root);
	struct entity forger = authority_new("root", NULL);
	const struct entity *issuer = plan->has_issuing ? &issuing : plan->is_forged ? &forger : &root;
	struct entity server = server_new(plan, issuer);
	uint8_t *der = NULL;
	CHECK(mkdtemp(chain.folder) != NULL);
	snprintf(chain.certificate, sizeof(chain.certificate), "%s/server.crt", chain.folder);
	snprintf(chain.key, sizeof(chain.key), "%s/server.key", chain.folder);
	chain_write(&chain, &server, (X509 *const[2]){ plan->has_issuing ? issuing.certificate : NULL,
						       plan->is_rootless ? NULL : root.certificate });
	CHECK(X509_digest(root.certificate, EVP_sha256(), chain.root_hash, NULL) == 1);
	int n = i2d_PUBKEY(server.key, &der);
	CHECK(n > 0 && EVP_Digest(der, (size_t)n, chain.key_hash, NULL, EVP_sha256(), NULL) == 1);
	OPENSSL_free(der);
	entity_free(&root);
	entity_free(&issuing);
	entity_free(&forger);
	entity_free(&server);
	return chain;
}

void scene_chain_close(const struct scene_chain *chain)
{
	unlink(chain->certificate);
	unlink(chain->key);
	rmdir(chain->folder);
}

/* --- the served process --- */

struct served {
	struct event_base *base;
	struct listener *listener;
	struct event *commands;
	struct exchange *held[HELD_MAX];
	size_t held_count, released_count;
	int control;
};

static void answer_release(struct served *s)
{
	struct reply reply = { .status = 200, .content_type = "text/plain", .body = BYTES_TEXT("released") };
	if (s->released_count < s->held_count)
		exchange_send(s->held[s->released_count++], &reply);
}

static void on_closed(void *of)
{
	struct served *s = of;
	while (s->released_count < s->held_count)
		answer_release(s);
	event_base_loopexit(s->base, NULL);
}

/* One octet is one command; the end of the pipe is the end of the test. */
static void on_command(evutil_socket_t fd, short what, void *of)
{
	struct served *s = of;
	char command = 'q';
	ssize_t n = read(fd, &command, 1);
	(void)what;
	if (n == 1 && command == 'r') {
		answer_release(s);
		return;
	}
	if (n == 0) {
		event_del(s->commands);
		while (s->released_count < s->held_count)
			answer_release(s);
	}
	if (s->listener)
		listener_close(s->listener, on_closed, s);
	s->listener = NULL;
}

static void serve_echo(struct served *s, struct exchange *e)
{
	(void)s;
	exchange_send(e, &(struct reply){ .status = 200, .content_type = "application/octet-stream",
					  .body = exchange_request(e)->body });
}

static void serve_hold(struct served *s, struct exchange *e)
{
	s->held[s->held_count++] = e;
	if (write(s->control, "h", 1) != 1)
		_exit(3);
}

static void serve_large(struct served *s, struct exchange *e)
{
	uint8_t *octets = calloc(1, SCENE_LARGE);
	(void)s;
	exchange_send(e, &(struct reply){ .status = 200, .content_type = "application/octet-stream",
					  .body = bytes_of(octets, SCENE_LARGE) });
	free(octets);
}

static void serve_fault(struct served *s, struct exchange *e)
{
	(void)s;
	exchange_send_fault(e, FAIL(AUTHN), "the detail");
}

static void serve_options(struct served *s, struct exchange *e)
{
	(void)s;
	struct reply reply = { .status = 405, .retry_after_s = 7, .allow = BYTES_TEXT("GET, HEAD") };
	exchange_send(e, &reply);
}

static void serve_words(struct served *s, struct exchange *e)
{
	const struct exchange_request *r = exchange_request(e);
	const struct bytes words[] = { r->method, r->target, r->host, r->content_type, r->authorization,
				       bytes_text(r->peer) };
	uint8_t memory[4096];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)s;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		wr_bytes(&w, words[i].p ? words[i] : BYTES_TEXT("none"));
		wr_u8(&w, '|');
	}
	exchange_send(e, &(struct reply){ .status = 200, .content_type = "text/plain", .body = wr_done(&w) });
}

static void serve_shown(struct served *s, struct exchange *e)
{
	const struct bytes shown = exchange_request(e)->certificate;
	(void)s;
	exchange_send(e, &(struct reply){ .status = 200, .content_type = "a/b", .body = shown });
}

/* As many parts as the octet behind the path says; the next position counts them. */
static void serve_parts(struct served *s, struct exchange *e)
{
	const struct exchange_request *r = exchange_request(e);
	uint8_t n = r->position.p ? (uint8_t)(r->position.p[0] + 1) : 1;
	bool is_cut = is_bytes_text(r->target, "/cut");
	char *part = malloc(SCENE_PART);
	(void)s;
	memset(part, 'a' + n % 26, SCENE_PART);
	struct bytes more = n < SCENE_PARTS ? bytes_of(&n, 1) : (struct bytes){ 0 };
	if (is_bytes_text(r->target, "/beyond"))
		more = bytes_of(part, EXCHANGE_POSITION_MAX + 1);
	if (is_cut && n > 1)
		exchange_cut(e);
	else
		exchange_send_part(e, &(struct reply){ .status = 200, .content_type = "text/csv",
						       .file = BYTES_TEXT("all.csv"),
						       .body = bytes_of(part, SCENE_PART) }, more);
	free(part);
}

static void resume(void *of, struct exchange *e)
{
	serve_parts(of, e);
}

static const struct {
	const char *path;
	void (*serve)(struct served *s, struct exchange *e);
} paths[] = { { "/parts", serve_parts }, { "/cut", serve_parts },         { "/beyond", serve_parts },
	      { "/echo", serve_echo },   { "/hold", serve_hold },       { "/large", serve_large },
	      { "/fault", serve_fault }, { "/options", serve_options }, { "/words?a=%20", serve_words },
	      { "/shown", serve_shown } };

static void serve(void *of, struct exchange *e)
{
	struct bytes target = exchange_request(e)->target;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		if (!is_bytes_text(target, paths[i].path))
			continue;
		paths[i].serve(of, e);
		return;
	}
	exchange_send_fault(e, FAIL(MSG_UNKNOWN), NULL);
}

static void or_set(uint32_t *value, uint32_t otherwise)
{
	if (*value == 0)
		*value = otherwise;
}

static void plan_complete(struct listener_plan *plan)
{
	const uint32_t long_ms = 600000;
	if (plan->body_max == 0)
		plan->body_max = SCENE_BODY_MAX;
	if (plan->bodies_max == 0)
		plan->bodies_max = 64 * SCENE_BODY_MAX;
	or_set(&plan->connections_max, 4096);
	or_set(&plan->peer_max, 4096);
	or_set(&plan->deadlines.head_ms, long_ms);
	or_set(&plan->deadlines.idle_ms, long_ms);
	or_set(&plan->deadlines.body_ms, long_ms);
	or_set(&plan->deadlines.rate, 1048576);
	or_set(&plan->deadlines.linger_ms, 2000);
	or_set(&plan->deadlines.grace_ms, long_ms);
}

static int served_run(struct listener_plan *plan, const struct scene_chain *chain, int control)
{
	struct served s = { .base = event_base_new(), .control = control };
	plan->base = s.base;
	plan->certificate_path = chain->certificate;
	plan->key_path = chain->key;
	plan->serve = serve;
	plan->resume = resume;
	plan->of = &s;
	plan_complete(plan);
	if (listener_open(plan, &s.listener))
		return 2;
	if (memcmp(listener_key_hash(s.listener), chain->key_hash, sizeof(chain->key_hash)) != 0)
		return 4;
	s.commands = event_new(s.base, control, EV_READ | EV_PERSIST, on_command, &s);
	event_add(s.commands, NULL);
	if (write(control, "!", 1) != 1)
		return 3;
	event_base_dispatch(s.base);
	event_free(s.commands);
	event_base_free(s.base);
	close(control);
	return 0;
}

/* --- the test's side --- */

int scene_socket(uint16_t *ret_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 4096) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static void await(const struct scene_server *server, char sign)
{
	char heard = 0;
	CHECK(read(server->control, &heard, 1) == 1 && heard == sign);
}

struct scene_server scene_server_open(const struct scene_chain *chain, struct listener_plan plan)
{
	struct scene_server server = { 0 };
	int ends[2];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	plan.fd = scene_socket(&server.port);
	snprintf(server.url, sizeof(server.url), "https://127.0.0.1:%u", server.port);
	signal(SIGPIPE, SIG_IGN);
	fflush(NULL);
	server.pid = fork();
	if (server.pid == 0) {
		close(ends[0]);
		exit(served_run(&plan, chain, ends[1]));
	}
	close(ends[1]);
	close(plan.fd);
	server.control = ends[0];
	await(&server, '!');
	return server;
}

void scene_server_stop(const struct scene_server *server)
{
	CHECK(write(server->control, "c", 1) == 1);
}

void scene_release(const struct scene_server *server)
{
	CHECK(write(server->control, "r", 1) == 1);
}

void scene_wait_held(const struct scene_server *server, size_t n)
{
	for (size_t i = 0; i < n; i++)
		await(server, 'h');
}

void scene_server_close(const struct scene_server *server)
{
	int status = -1;
	close(server->control);
	CHECK(waitpid(server->pid, &status, 0) == server->pid);
	CHECK(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

struct client *scene_client(const struct scene_chain *chain, const struct scene_server *server,
			    uint32_t total_ms)
{
	struct client *c;
	struct client_plan plan = { .url = server->url, .user_agent = "assay-test", .proxy = "",
				    .connect_ms = 60000, .total_ms = total_ms ? total_ms : 60000,
				    .reply_max = SCENE_BODY_MAX };
	memcpy(plan.pin, chain->root_hash, sizeof(plan.pin));
	OK(client_open(&plan, &c));
	return c;
}

int scene_connect(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

SSL *scene_tls(uint16_t port)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = SSL_new(context);
	SSL_CTX_free(context);
	int fd = scene_connect(port);
	CHECK(fd >= 0);
	SSL_set_fd(tls, fd);
	if (SSL_connect(tls) == 1)
		return tls;
	scene_tls_close(tls);
	return NULL;
}

void scene_tls_close(SSL *tls)
{
	int fd = SSL_get_fd(tls);
	SSL_free(tls);
	close(fd);
}

void scene_say(SSL *tls, const char *text)
{
	CHECK(SSL_write(tls, text, (int)strlen(text)) == (int)strlen(text));
}

char *scene_hear(SSL *tls)
{
	char *heard = malloc(HEARD_MAX + 1);
	int n = 0, got = 0;
	CHECK(heard != NULL);
	while (n < HEARD_MAX && (got = SSL_read(tls, heard + n, HEARD_MAX - n)) > 0)
		n += got;
	heard[n] = 0;
	return heard;
}

char *scene_hear_reply(SSL *tls)
{
	char *heard = malloc(HEARD_MAX + 1);
	size_t n = 0, body = 0, head = 0;
	CHECK(heard != NULL);
	while (head == 0 || n < head + body) {
		CHECK(n < HEARD_MAX && SSL_read(tls, heard + n, 1) == 1);
		heard[++n] = 0;
		if (head > 0 || n < 4 || strcmp(heard + n - 4, "\r\n\r\n") != 0)
			continue;
		const char *length = strstr(heard, "Content-Length: ");
		head = n;
		body = length ? strtoul(length + strlen("Content-Length: "), NULL, 10) : 0;
	}
	return heard;
}
