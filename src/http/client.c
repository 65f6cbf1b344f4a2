#include "http/client.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "http/keyhash.h"
#include "http/pin.h"

#define HOST_SIZE 256
#define DETAIL_SIZE 512
#define RETRY_AFTER_MAX_S 86400

struct client {
	CURL *easy;
	struct client_plan plan;
	char host[HOST_SIZE];             /* without the brackets of an IPv6 address */
	char error[CURL_ERROR_SIZE];
	char detail[DETAIL_SIZE];
	enum client_step step;
	fault untrusted;                  /* what the server check of the last connection found */
	struct pin_failure failure;
	uint8_t key_hash[KEYHASH_SIZE];   /* of the connection in use; there is only ever one */
	uint8_t *root; /* DER of the pinned root, of the heap; NULL before the first check */
	int root_size;
	bool has_tls_begun;
	int64_t clock;                    /* as client_clock */
	bool is_time_asked;               /* asking for the server's clock: time is no reason to refuse */
	uint8_t *body;
	size_t body_size;
};

static const char *const step_words[CLIENT_STEP_COUNT] = {
	[CLIENT_STEP_NONE] = "",
	[CLIENT_STEP_RESOLVE] = "resolving the server's name",
	[CLIENT_STEP_PROXY] = "asking the proxy",
	[CLIENT_STEP_CONNECT] = "connecting",
	[CLIENT_STEP_TLS] = "negotiating TLS",
	[CLIENT_STEP_TRUST] = "checking the server's certificate",
	[CLIENT_STEP_SEND] = "sending the request",
	[CLIENT_STEP_WAIT] = "waiting for the reply",
	[CLIENT_STEP_RECEIVE] = "receiving the reply",
	[CLIENT_STEP_READ] = "reading the reply",
};

/* What went wrong by curl's account, and in which step. A time-out's step comes from the progress made. */
static const struct {
	CURLcode code;
	fault why;
	enum client_step step;
} errors[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, FAIL(NET_UNREACHABLE), CLIENT_STEP_RESOLVE },
	{ CURLE_COULDNT_RESOLVE_PROXY, FAIL(NET_UNREACHABLE), CLIENT_STEP_PROXY },
	{ CURLE_COULDNT_CONNECT, FAIL(NET_UNREACHABLE), CLIENT_STEP_CONNECT },
	{ CURLE_PROXY, FAIL(NET_UNREACHABLE), CLIENT_STEP_PROXY },
	{ CURLE_SSL_CONNECT_ERROR, FAIL(NET_UNREACHABLE), CLIENT_STEP_TLS },
	{ CURLE_SSL_CERTPROBLEM, FAIL(DEVICE_KEY), CLIENT_STEP_TLS },
	{ CURLE_SSL_CACERT_BADFILE, FAIL(SYS_FILE), CLIENT_STEP_TRUST },
	{ CURLE_PEER_FAILED_VERIFICATION, FAIL(SERVER_UNTRUSTED), CLIENT_STEP_TRUST },
	{ CURLE_SEND_ERROR, FAIL(NET_UNREACHABLE), CLIENT_STEP_SEND },
	{ CURLE_RECV_ERROR, FAIL(NET_UNREACHABLE), CLIENT_STEP_RECEIVE },
	{ CURLE_GOT_NOTHING, FAIL(NET_UNREACHABLE), CLIENT_STEP_WAIT },
	{ CURLE_PARTIAL_FILE, FAIL(NET_UNREACHABLE), CLIENT_STEP_RECEIVE },
	{ CURLE_WEIRD_SERVER_REPLY, FAIL(REPLY_INVALID), CLIENT_STEP_READ },
	{ CURLE_UNSUPPORTED_PROTOCOL, FAIL(REPLY_INVALID), CLIENT_STEP_READ },
	{ CURLE_WRITE_ERROR, FAIL(REPLY_INVALID), CLIENT_STEP_READ },
};

/* Keeps the root once; its hash is pinned, so every later one is the same. */
static void keep_root(struct client *c, const struct pin *pin, STACK_OF(X509) *chain)
{
	if (!c->root)
		c->root_size = i2d_X509(pin_find_root(pin, chain), &c->root);
}

/* Stands in for OpenSSL's own check of the chain: here trust is decided, and nowhere else. */
static int check_server(X509_STORE_CTX *presented, void *of)
{
	struct client *c = of;
	struct pin pin = { .root = c->plan.pin, .host = c->host };
	X509 *leaf = X509_STORE_CTX_get0_cert(presented);
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(presented);
	c->untrusted = pin_check(&pin, leaf, chain, &c->failure);
	if (!c->untrusted && !c->is_time_asked)
		c->untrusted = pin_check_time(chain, &c->failure);
	if (!c->untrusted && !keyhash_get(leaf, c->key_hash))
		c->untrusted = FAIL(SERVER_UNTRUSTED);
	if (!c->untrusted)
		keep_root(c, &pin, chain);
	X509_STORE_CTX_set_error(presented, c->untrusted ? X509_V_ERR_APPLICATION_VERIFICATION : X509_V_OK);
	return c->untrusted ? 0 : 1;
}

/* Every new connection passes here. */
static CURLcode prepare_tls(CURL *easy, void *context, void *of)
{
	struct client *c = of;
	(void)easy;
	c->has_tls_begun = true;
	if (!c->plan.anchors)
		SSL_CTX_set_cert_verify_callback(context, check_server, c);
	bool is_identified = !c->plan.identify || c->plan.identify(c->plan.of, context);
	return is_identified ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

static size_t take_body(char *octets, size_t one, size_t n, void *of)
{
	struct client *c = of;
	(void)one;
	if (n > c->plan.reply_max - c->body_size)
		return CURL_WRITEFUNC_ERROR;
	memcpy(c->body + c->body_size, octets, n);
	c->body_size += n;
	return n;
}

/* One part of the URL, or the empty string when it has none. */
static void url_part(CURLU *url, CURLUPart part, char ret[static HOST_SIZE])
{
	char *text = NULL;
	ret[0] = 0;
	if (curl_url_get(url, part, &text, 0) == CURLUE_OK && strlen(text) < HOST_SIZE)
		snprintf(ret, HOST_SIZE, "%s", text);
	curl_free(text);
}

static bool has_url_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
	curl_free(text);
	return has;
}

/* https, a host and perhaps a port; user, path, query and fragment would be ignored silently later. */
static bool url_parse(const char *text, char ret_host[static HOST_SIZE])
{
	char scheme[HOST_SIZE], path[HOST_SIZE], host[HOST_SIZE];
	CURLU *url = curl_url();
	if (!url)
		abort();
	bool good = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK;
	good = good && !has_url_part(url, CURLUPART_USER) && !has_url_part(url, CURLUPART_PASSWORD);
	good = good && !has_url_part(url, CURLUPART_QUERY) && !has_url_part(url, CURLUPART_FRAGMENT);
	url_part(url, CURLUPART_SCHEME, scheme);
	url_part(url, CURLUPART_PATH, path);
	url_part(url, CURLUPART_HOST, host);
	curl_url_cleanup(url);
	if (!good || !host[0] || strcmp(scheme, "https") != 0 || strcmp(path, "/") != 0)
		return false;
	bool bracketed = host[0] == '[';
	snprintf(ret_host, HOST_SIZE, "%.*s", (int)strlen(host) - 2 * bracketed, host + bracketed);
	return true;
}

static void transport_set(struct client *c)
{
	curl_easy_setopt(c->easy, CURLOPT_URL, c->plan.url);
	curl_easy_setopt(c->easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c->easy, CURLOPT_PROXY, c->plan.proxy);
	curl_easy_setopt(c->easy, CURLOPT_USERAGENT, c->plan.user_agent);
	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)c->plan.connect_ms);
	curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)c->plan.total_ms);
	curl_easy_setopt(c->easy, CURLOPT_MAXCONNECTS, 1L);
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->error);
}

/* No resumption: a resumed session would come without the chain that the check is about. */
static void trust_set(struct client *c)
{
	curl_easy_setopt(c->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (!c->plan.anchors || c->plan.anchors[0]) {
		curl_easy_setopt(c->easy, CURLOPT_CAINFO, c->plan.anchors);
		curl_easy_setopt(c->easy, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(c->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
	curl_easy_setopt(c->easy, CURLOPT_SSL_CTX_DATA, c);
}

fault client_open(const struct client_plan *plan, struct client **ret)
{
	char host[HOST_SIZE];
	NEED(url_parse(plan->url, host), CONFIG_INVALID);
	struct client *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	*c = (struct client){ .easy = curl_easy_init(), .plan = *plan, .body = malloc(plan->reply_max + 1) };
	if (!c->easy || !c->body)
		abort();
	memcpy(c->host, host, HOST_SIZE);
	transport_set(c);
	trust_set(c);
	*ret = c;
	return NULL;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->easy);
	OPENSSL_free(c->root);
	free(c->body);
	free(c);
}

static void header_put(struct curl_slist **list, const char *name, const char *value)
{
	size_t n = strlen(name) + strlen(value) + 3;
	char *line = malloc(n);
	if (!line)
		abort();
	snprintf(line, n, "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*list, line);
	free(line);
	if (!longer)
		abort();
	*list = longer;
}

static bool is_header_text(const char *text)
{
	return !text || is_text_printable(bytes_text(text));
}

/* "Expect:" takes away the field that curl adds to large bodies and servers answer late. */
static struct curl_slist *headers_build(const struct client_request *request)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	if (!list)
		abort();
	if (request->content_type)
		header_put(&list, "Content-Type", request->content_type);
	if (request->accept)
		header_put(&list, "Accept", request->accept);
	if (request->authorization)
		header_put(&list, "Authorization", request->authorization);
	return list;
}

static void request_set(struct client *c, const struct client_request *request)
{
	const char *body = request->body.n ? (const char *)request->body.p : "";
	curl_easy_setopt(c->easy, CURLOPT_HTTPGET, 1L);
	if (request->content_type) {
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, body);
	}
	if (strcmp(request->method, "HEAD") == 0)
		curl_easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(c->easy, CURLOPT_REQUEST_TARGET, request->path);
	curl_easy_setopt(c->easy, CURLOPT_FORBID_REUSE, (long)c->is_time_asked);
}

static CURLcode perform(struct client *c, const struct client_request *request)
{
	struct curl_slist *headers = headers_build(request);
	c->body_size = 0;
	c->untrusted = NULL;
	c->failure = (struct pin_failure){ 0 };
	c->has_tls_begun = false;
	c->error[0] = 0;
	request_set(c, request);
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, headers);
	CURLcode code = curl_easy_perform(c->easy);
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	return code;
}

/* The reply's Date; zero when it has none. */
static int64_t reply_time(struct client *c)
{
	struct curl_header *date;
	if (curl_easy_header(c->easy, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
		return 0;
	time_t seconds = curl_getdate(date->value, NULL);
	return seconds > 0 ? seconds : 0;
}

/* Nothing but the time is wrong with this server: ask for its own, to say by how much the clocks differ. */
static int64_t ask_time(struct client *c)
{
	struct client_request request = { .method = "HEAD", .path = "/" };
	struct pin_failure failure = c->failure;
	c->is_time_asked = true;
	int64_t seconds = perform(c, &request) == CURLE_OK ? reply_time(c) : 0;
	c->is_time_asked = false;
	c->failure = failure;
	return seconds;
}

static void describe_time(struct client *c)
{
	char from[TEXT_TIME_SIZE], to[TEXT_TIME_SIZE], here[TEXT_TIME_SIZE], skew[TEXT_SKEW_SIZE] = "";
	int64_t ours = time(NULL);
	c->clock = ask_time(c);
	if (c->clock)
		text_skew(ours, c->clock, skew);
	snprintf(c->detail, sizeof(c->detail), "valid from %s to %s, this clock says %s%s%s",
		 text_time(c->failure.not_before, from), text_time(c->failure.not_after, to),
		 text_time(ours, here), skew[0] ? ", " : "", skew);
}

static fault untrusted_fault(struct client *c)
{
	fault why = c->untrusted;
	if (why == FAIL(CERT_E_EXPIRED))
		describe_time(c);
	else
		snprintf(c->detail, sizeof(c->detail), "%s", c->failure.reason ? c->failure.reason : "");
	return why;
}

static bool is_over(struct client *c, CURLINFO step)
{
	curl_off_t us = 0;
	curl_easy_getinfo(c->easy, step, &us);
	return us > 0;
}

/* curl calls a connection made only after its TLS, so where TLS began is our own knowledge. */
static enum client_step unfinished_step(struct client *c)
{
	if (!is_over(c, CURLINFO_NAMELOOKUP_TIME_T))
		return CLIENT_STEP_RESOLVE;
	if (!is_over(c, CURLINFO_PRETRANSFER_TIME_T))
		return c->has_tls_begun ? CLIENT_STEP_TLS : CLIENT_STEP_CONNECT;
	return is_over(c, CURLINFO_STARTTRANSFER_TIME_T) ? CLIENT_STEP_RECEIVE : CLIENT_STEP_WAIT;
}

/* A proxy that answered CONNECT with anything but 200; curl calls that a failure to receive. */
static bool has_proxy_refused(struct client *c)
{
	long status = 0;
	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status != 0 && status != 200;
}

/* OpenSSL judges by time too where the anchors are not ours; a wrong clock keeps its own name. */
static bool is_time_wrong(struct client *c)
{
	long result = X509_V_OK;
	curl_easy_getinfo(c->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	return result == X509_V_ERR_CERT_HAS_EXPIRED || result == X509_V_ERR_CERT_NOT_YET_VALID;
}

static fault fault_of(struct client *c, CURLcode code)
{
	for (size_t i = 0; i < COUNT_OF(errors); i++) {
		if (errors[i].code != code)
			continue;
		c->step = has_proxy_refused(c) ? CLIENT_STEP_PROXY : errors[i].step;
		bool is_late = code == CURLE_PEER_FAILED_VERIFICATION && is_time_wrong(c);
		return is_late ? FAIL(CERT_E_EXPIRED) : errors[i].why;
	}
	return FAIL(NET_UNREACHABLE);
}

static fault error_fault(struct client *c, CURLcode code)
{
	if (c->untrusted) {
		c->step = CLIENT_STEP_TRUST;
		return untrusted_fault(c);
	}
	if (code == CURLE_OPERATION_TIMEDOUT) {
		c->step = unfinished_step(c);
		snprintf(c->detail, sizeof(c->detail), "%s", step_words[c->step]);
		return FAIL(NET_TIMEOUT);
	}
	fault why = fault_of(c, code);
	const char *more = c->error[0] ? c->error : curl_easy_strerror(code);
	if (code == CURLE_WRITE_ERROR)
		more = "it is longer than expected";
	snprintf(c->detail, sizeof(c->detail), "%s%s%s", step_words[c->step], c->step ? ": " : "", more);
	return why;
}

static struct client_reply reply_get(struct client *c)
{
	long status = 0;
	char *content_type = NULL;
	curl_off_t retry_s = 0;
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &content_type);
	curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &retry_s);
	struct client_reply reply = {
		.status = (int)status,
		.content_type = bytes_text(content_type),
		.body = bytes_of(c->body, c->body_size),
		.retry_after_s = (uint32_t)(retry_s < RETRY_AFTER_MAX_S ? retry_s : RETRY_AFTER_MAX_S),
		.time = reply_time(c),
	};
	memcpy(reply.key_hash, c->key_hash, sizeof(reply.key_hash));
	return reply;
}

fault client_send(struct client *c, const struct client_request *request, struct client_reply *ret)
{
	c->detail[0] = 0;
	c->step = CLIENT_STEP_NONE;
	c->clock = 0;
	NEED(is_header_text(request->content_type) && is_header_text(request->accept), BUG);
	NEED(is_header_text(request->authorization), BUG);
	CURLcode code = perform(c, request);
	if (code != CURLE_OK)
		return error_fault(c, code);
	*ret = reply_get(c);
	c->clock = ret->time;
	return NULL;
}

struct bytes client_root(const struct client *c)
{
	return c->root_size > 0 ? bytes_of(c->root, (size_t)c->root_size) : (struct bytes){ 0 };
}

enum client_step client_step(const struct client *c)
{
	return c->step;
}

int64_t client_clock(const struct client *c)
{
	return c->clock;
}

const char *client_detail(const struct client *c)
{
	return c->detail;
}
