/* A client that shows a certificate, and a server that asks for one. */
#include "scene.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "test.h"

static const struct client_request get_shown = { .method = "GET", .path = "/shown" };

/* What the client shows; no certificate: it has none to show. */
struct own {
	X509 *certificate;
	EVP_PKEY *key;
};

static bool identify(void *of, struct ssl_ctx_st *tls)
{
	const struct own *own = of;
	return own->certificate && SSL_CTX_use_certificate(tls, own->certificate) == 1 &&
	       SSL_CTX_use_PrivateKey(tls, own->key) == 1;
}

/* A certificate of nobody's, for a key of that kind. */
static struct own own_of(const char *kind)
{
	bool is_curve = strcmp(kind, "EC") == 0;
	struct own own = { .certificate = X509_new() };
	own.key = is_curve ? EVP_PKEY_Q_keygen(NULL, NULL, kind, "P-256") :
			     EVP_PKEY_Q_keygen(NULL, NULL, kind);
	ASN1_INTEGER_set(X509_get_serialNumber(own.certificate), 7);
	X509_gmtime_adj(X509_getm_notBefore(own.certificate), -DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(own.certificate), -1);
	CHECK(X509_set_pubkey(own.certificate, own.key) == 1);
	CHECK(X509_sign(own.certificate, own.key, is_curve ? EVP_sha256() : NULL) > 0);
	return own;
}

static void own_done(struct own *own)
{
	X509_free(own->certificate);
	EVP_PKEY_free(own->key);
}

struct shown {
	fault why;
	int status;
	size_t n;
	uint8_t octets[4096];
};

static struct shown show(struct own *own, bool asks)
{
	struct shown ret = { 0 };
	struct client *client;
	struct client_reply reply;
	const struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	const struct scene_server server =
		scene_server_open(&chain, (struct listener_plan){ .asks_certificate = asks });
	struct client_plan plan = { .url = server.url, .user_agent = "test", .proxy = "", .connect_ms = 60000,
				    .total_ms = 60000, .reply_max = 65536, .identify = own ? identify : NULL,
				    .of = own };
	memcpy(plan.pin, chain.root_hash, sizeof(plan.pin));
	OK(client_open(&plan, &client));
	ret.why = client_send(client, &get_shown, &reply);
	if (!ret.why) {
		ret.status = reply.status;
		ret.n = reply.body.n;
		CHECK(ret.n <= sizeof(ret.octets));
		memcpy(ret.octets, reply.body.p, ret.n);
	}
	client_close(client);
	scene_server_close(&server);
	scene_chain_close(&chain);
	return ret;
}

static void what_a_client_shows_reaches_the_handler_whoever_signed_it_and_however_old(void **state)
{
	struct own own = own_of("EC");
	uint8_t *der = NULL;
	(void)state;
	int n = i2d_X509(own.certificate, &der);
	const struct shown s = show(&own, true);
	OK(s.why);
	CHECK(s.status == 200 && is_bytes_equal(bytes_of(s.octets, s.n), bytes_of(der, (size_t)n)));
	OPENSSL_free(der);
	own_done(&own);
}

static void a_client_that_shows_nothing_is_served(void **state)
{
	(void)state;
	const struct shown s = show(NULL, true);
	OK(s.why);
	CHECK(s.status == 200 && s.n == 0);
}

static void a_listener_that_does_not_ask_is_shown_nothing(void **state)
{
	struct own own = own_of("EC");
	(void)state;
	const struct shown s = show(&own, false);
	OK(s.why);
	CHECK(s.status == 200 && s.n == 0);
	own_done(&own);
}

static void a_key_of_a_kind_that_no_device_has_ends_the_handshake(void **state)
{
	struct own own = own_of("ED25519");
	(void)state;
	const struct shown s = show(&own, true);
	REFUSES(NET_UNREACHABLE, s.why);
	own_done(&own);
}

static void a_client_that_cannot_show_its_certificate_sends_nothing(void **state)
{
	struct own none = { 0 };
	(void)state;
	const struct shown s = show(&none, true);
	REFUSES(DEVICE_KEY, s.why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_client_shows_reaches_the_handler_whoever_signed_it_and_however_old),
		TEST(a_client_that_shows_nothing_is_served),
		TEST(a_listener_that_does_not_ask_is_shown_nothing),
		TEST(a_key_of_a_kind_that_no_device_has_ends_the_handshake),
		TEST(a_client_that_cannot_show_its_certificate_sends_nothing),
	};
	return RUN(tests);
}
