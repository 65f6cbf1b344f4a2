#include "http/identity.h"

#include <openssl/err.h>
#include <unistd.h>

/*
 * No tickets and no cache: devices reconnect rarely, and a ticket costs OpenSSL more than it saves them. No
 * chain building: the file says what is sent, the root last, where devices look for the one they know. X25519
 * first: P-256 would cost 136 us more in a handshake.
 */
#define IDENTITY_OPTIONS (SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | \
			  SSL_OP_CIPHER_SERVER_PREFERENCE)
#define IDENTITY_MODES (SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS)
#define IDENTITY_GROUPS "X25519:P-256"
#define IDENTITY_CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

/* A protected key file is a mistake of configuration; OpenSSL would ask the terminal. */
static int refuse_passphrase(char *out, int size, int writing, void *of)
{
	(void)out, (void)size, (void)writing, (void)of;
	return -1;
}

/* RFC 7301: a client that names protocols must name ours. */
static int choose_protocol(SSL *tls, const uint8_t **out, uint8_t *out_size, const uint8_t *in,
			   unsigned in_size, void *of)
{
	static const uint8_t ours[] = { 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };
	(void)tls, (void)of;
	for (unsigned at = 0; at < in_size; at += 1u + in[at]) {
		struct bytes name = bytes_slice(bytes_of(in, in_size), at, sizeof(ours));
		if (!is_bytes_equal(name, BYTES_OF(ours)))
			continue;
		*out = in + at + 1;
		*out_size = in[at];
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool is_context_ready(SSL_CTX *tls)
{
	SSL_CTX_set_options(tls, IDENTITY_OPTIONS);
	SSL_CTX_set_mode(tls, IDENTITY_MODES);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_default_passwd_cb(tls, refuse_passphrase);
	SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
	return SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_num_tickets(tls, 0) == 1 &&
	       SSL_CTX_set1_groups_list(tls, IDENTITY_GROUPS) == 1 &&
	       SSL_CTX_set_cipher_list(tls, IDENTITY_CIPHERS) == 1;
}

static fault identity_load(SSL_CTX *tls, const char *certificate_path, const char *key_path)
{
	NEED(access(certificate_path, R_OK) == 0 && access(key_path, R_OK) == 0, SYS_FILE);
	NEED(SSL_CTX_use_certificate_chain_file(tls, certificate_path) == 1, KEY_FILE);
	NEED(SSL_CTX_use_PrivateKey_file(tls, key_path, SSL_FILETYPE_PEM) == 1, KEY_FILE);
	NEED(SSL_CTX_check_private_key(tls) == 1, KEY_FILE);
	return NULL;
}

fault identity_open(const char *certificate_path, const char *key_path, struct identity *ret)
{
	struct identity identity = { .tls = SSL_CTX_new(TLS_server_method()) };
	NEED(identity.tls, SYS_MEMORY);
	fault f = is_context_ready(identity.tls) ? NULL : FAIL(BUG);
	if (!f)
		f = identity_load(identity.tls, certificate_path, key_path);
	if (!f && !keyhash_get(SSL_CTX_get0_certificate(identity.tls), identity.key_hash))
		f = FAIL(KEY_FILE);
	if (f) {
		ERR_clear_error();
		identity_close(&identity);
		return f;
	}
	*ret = identity;
	return NULL;
}

void identity_close(struct identity *identity)
{
	SSL_CTX_free(identity->tls);
	*identity = (struct identity){ 0 };
}
