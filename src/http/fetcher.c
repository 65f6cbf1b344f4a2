#include "http/fetcher.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <event2/dns.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>

#include "base/secret.h"
#include "http/egress.h"

#define BASIC "Authorization: Basic "
#define HOPS_MAX 2 /* the address itself, and where it sends us on its own host */
#define PIN_SIZE (EGRESS_HOST_SIZE + INET6_ADDRSTRLEN + 16)
#define RESOLVER_SECONDS "2"
#define RESOLVER_ATTEMPTS "2"

struct fetcher {
	struct fetcher_plan plan;
	struct egress egress;
	struct evdns_base *dns;
	X509_STORE *anchors;
	CURL *easy;
	bool is_busy;
	bool is_forbidden; /* the connection would have gone where none may */
	char url[EGRESS_URL_MAX + 1];
	struct egress_target target;
	char address[INET6_ADDRSTRLEN]; /* what the target's name resolved to */
	uint8_t given[FETCHER_FORM_MAX]; /* a token's or a form's */
	size_t given_n;                  /* octets to be given; 0: a file is to be got */
	bool is_form;                    /* whose answer is wanted */
	char authorization[FETCHER_BASIC_MAX + sizeof(BASIC)]; /* a head, or "" */
	uint8_t *body;
	size_t body_size, body_max;
	bool is_too_large;
	char detail[FETCHER_DETAIL_MAX + 1];
	char error[CURL_ERROR_SIZE];
};

/* Cut to what a frame carries. */
__attribute__((format(printf, 2, 3))) static void describe(struct fetcher *f, const char *form, ...)
{
	va_list arguments;
	va_start(arguments, form);
	vsnprintf(f->detail, sizeof(f->detail), form, arguments);
	va_end(arguments);
}

/* --- one request -------------------------------------------------------------------------------------- */

static size_t take_body(char *octets, size_t one, size_t n, void *of)
{
	struct fetcher *f = of;
	(void)one;
	if (f->given_n && !f->is_form)
		return n;
	f->is_too_large = n > f->body_max - f->body_size;
	if (f->is_too_large)
		return CURL_WRITEFUNC_ERROR;
	memcpy(f->body + f->body_size, octets, n);
	f->body_size += n;
	return n;
}

/* The last word about where a connection goes, whatever was resolved, pinned or understood before. */
static curl_socket_t open_socket(void *of, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetcher *f = of;
	f->is_forbidden = purpose != CURLSOCKTYPE_IPCXN || egress_check_address(&f->target, &address->addr);
	if (f->is_forbidden)
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static CURLcode prepare_tls(CURL *easy, void *context, void *of)
{
	struct fetcher *f = of;
	(void)easy;
	SSL_CTX_set1_cert_store(context, f->anchors);
	return CURLE_OK;
}

static void set_bounds(struct fetcher *f)
{
	curl_easy_setopt(f->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(f->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(f->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(f->easy, CURLOPT_USERAGENT, "assay");
	curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, (long)f->plan.total_ms);
	curl_easy_setopt(f->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(f->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETDATA, f);
	curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(f->easy, CURLOPT_ERRORBUFFER, f->error);
}

static void set_trust(struct fetcher *f)
{
	curl_easy_setopt(f->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(f->easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(f->easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(f->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(f->easy, CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
	curl_easy_setopt(f->easy, CURLOPT_SSL_CTX_DATA, f);
}

/* The name is resolved already: curl gets the address with it and asks nobody. */
static CURLcode perform(struct fetcher *f)
{
	char pin[PIN_SIZE];
	snprintf(pin, sizeof(pin), "%s:%u:%s", f->target.host, (unsigned)f->target.port, f->address);
	struct curl_slist *pins = f->target.is_address ? NULL : curl_slist_append(NULL, pin);
	f->body_size = 0;
	f->is_too_large = false;
	f->is_forbidden = false;
	f->error[0] = 0;
	curl_easy_setopt(f->easy, CURLOPT_URL, f->url);
	curl_easy_setopt(f->easy, CURLOPT_RESOLVE, pins);
	CURLcode code = curl_easy_perform(f->easy);
	curl_easy_setopt(f->easy, CURLOPT_RESOLVE, NULL);
	curl_slist_free_all(pins);
	return code;
}

static fault error_fault(struct fetcher *f, CURLcode code)
{
	if (f->is_forbidden)
		return FAIL(URL_FORBIDDEN);
	if (f->is_too_large)
		return FAIL(FETCH_SIZE);
	describe(f, "%s", f->error[0] ? f->error : curl_easy_strerror(code));
	return code == CURLE_OPERATION_TIMEDOUT ? FAIL(FETCH_TIMEOUT) : FAIL(FETCH_UNREACHABLE);
}

/* --- one file ----------------------------------------------------------------------------------------- */

static void finish(struct fetcher *f, fault why)
{
	bool is_said = !why || (f->is_form && f->given_n && why == FAIL(FETCH_ANSWER));
	const struct fetcher_result r = { why, f->detail, bytes_of(f->body, is_said ? f->body_size : 0) };
	f->is_busy = false;
	secret_done(f->given, sizeof(f->given));
	secret_done(f->authorization, sizeof(f->authorization));
	f->plan.done(f->plan.of, &r);
}

/* Takes the address it is sent to instead, when that is on the same host. */
static fault redirect(struct fetcher *f)
{
	struct egress_target to;
	char *url = NULL;
	curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &url);
	NEED(url != NULL, FETCH_ANSWER);
	describe(f, "it sends on to %.*s", (int)strcspn(url, "?#"), url);
	TRY(egress_check_url(&f->egress, url, &to));
	NEED(strcmp(to.host, f->target.host) == 0, URL_FORBIDDEN);
	f->target = to;
	memcpy(f->url, url, strlen(url) + 1);
	f->detail[0] = 0;
	return NULL;
}

static fault give(struct fetcher *f)
{
	long status = 0;
	/* curl says itself what a form is. */
	struct curl_slist *head = curl_slist_append(NULL, f->is_form ? "Accept: application/json"
							: "Content-Type: application/secevent+jwt");
	if (f->authorization[0])
		head = curl_slist_append(head, f->authorization);
	curl_easy_setopt(f->easy, CURLOPT_POSTFIELDS, (const char *)f->given);
	curl_easy_setopt(f->easy, CURLOPT_POSTFIELDSIZE, (long)f->given_n);
	curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, head);
	CURLcode code = perform(f);
	curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(f->easy, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(f->easy, CURLOPT_HTTPGET, 1L);
	curl_slist_free_all(head);
	if (code != CURLE_OK)
		return error_fault(f, code);
	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (f->is_form ? status == 200 : status / 100 == 2)
		return NULL;
	describe(f, "it answered %ld", status);
	return FAIL(FETCH_ANSWER);
}

static fault ask(struct fetcher *f)
{
	long status = 0;
	if (f->given_n)
		return give(f);
	for (int hop = 0; hop < HOPS_MAX; hop++) {
		CURLcode code = perform(f);
		if (code != CURLE_OK)
			return error_fault(f, code);
		curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
		if (status == 200)
			return NULL;
		describe(f, "it answered %ld", status);
		NEED(status / 100 == 3, FETCH_ANSWER);
		TRY(redirect(f));
	}
	describe(f, "it sends on and on");
	return FAIL(FETCH_ANSWER);
}

/* All of them must be of the public internet: a name that also leads inside is up to something. */
static fault check_addresses(struct fetcher *f, const struct evutil_addrinfo *found)
{
	NEED(found != NULL, FETCH_UNREACHABLE);
	for (const struct evutil_addrinfo *a = found; a; a = a->ai_next) {
		fault why = egress_check_address(&f->target, a->ai_addr);
		if (getnameinfo(a->ai_addr, a->ai_addrlen, f->address, sizeof(f->address), NULL, 0,
				NI_NUMERICHOST) != 0)
			return FAIL(FETCH_UNREACHABLE);
		if (why)
			describe(f, "%s is %s", f->target.host, f->address);
		TRY(why);
	}
	return NULL;
}

static void resolved(int error, struct evutil_addrinfo *found, void *of)
{
	struct fetcher *f = of;
	if (error)
		describe(f, "%s: %s", f->target.host, evutil_gai_strerror(error));
	fault why = error ? FAIL(FETCH_UNREACHABLE) : check_addresses(f, found);
	if (found)
		evutil_freeaddrinfo(found);
	finish(f, why ? why : ask(f));
}

static void resolve(struct fetcher *f)
{
	char port[8];
	const struct evutil_addrinfo hints = {
		.ai_flags = EVUTIL_AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
	};
	snprintf(port, sizeof(port), "%u", (unsigned)f->target.port);
	evdns_getaddrinfo(f->dns, f->target.host, port, &hints, resolved, f);
}

static void start_turn(struct fetcher *f, const char *url, fault why)
{
	f->is_busy = true;
	f->detail[0] = 0;
	if (!why)
		why = egress_check_url(&f->egress, url, &f->target);
	if (!why)
		memcpy(f->url, url, strlen(url) + 1);
	if (why || f->target.is_address)
		finish(f, why ? why : ask(f));
	else
		resolve(f);
}

fault fetcher_run(struct fetcher *f, const char *url, size_t size)
{
	NEED(!f->is_busy, BUG);
	f->given_n = 0;
	f->body_max = size < f->plan.size_max ? size : f->plan.size_max;
	start_turn(f, url, NULL);
	return NULL;
}

/* What is given away is for that address alone. */
static void give_to(struct fetcher *f, const char *url, struct bytes what)
{
	memcpy(f->given, what.p, what.n);
	f->given_n = what.n;
	f->body_size = 0;
	start_turn(f, url, strncmp(url, "https://", 8) == 0 ? NULL : FAIL(URL_FORBIDDEN));
}

fault fetcher_post(struct fetcher *f, const char *url, struct bytes token)
{
	NEED(!f->is_busy && token.n && token.n <= FETCHER_TOKEN_MAX, BUG);
	f->is_form = false;
	give_to(f, url, token);
	return NULL;
}

fault fetcher_exchange(struct fetcher *f, const char *url, const struct fetcher_form *form)
{
	NEED(!f->is_busy && form->fields.n && form->fields.n <= FETCHER_FORM_MAX, BUG);
	NEED(form->basic.n <= FETCHER_BASIC_MAX, BUG);
	f->is_form = true;
	f->body_max = form->size < f->plan.size_max ? form->size : f->plan.size_max;
	if (form->basic.n)
		snprintf(f->authorization, sizeof(f->authorization), BASIC "%.*s", (int)form->basic.n,
			 (const char *)form->basic.p);
	give_to(f, url, form->fields);
	return NULL;
}

/* --- start and end ------------------------------------------------------------------------------------ */

static fault open_dns(struct fetcher *f, const char *resolver)
{
	/* Without a name server every name fails, and addresses work: not a reason to refuse the start. */
	f->dns = evdns_base_new(f->plan.base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (!f->dns)
		abort();
	if (resolver[0])
		NEED(evdns_base_nameserver_ip_add(f->dns, resolver) == 0, CONFIG_INVALID);
	else
		evdns_base_resolv_conf_parse(f->dns, DNS_OPTIONS_ALL, "/etc/resolv.conf");
	evdns_base_set_option(f->dns, "timeout:", RESOLVER_SECONDS);
	evdns_base_set_option(f->dns, "attempts:", RESOLVER_ATTEMPTS);
	evdns_base_set_option(f->dns, "randomize-case:", "0");
	return NULL;
}

/* The system may have no anchors at all; then https fails, and says so. */
static fault open_anchors(struct fetcher *f, const char *file)
{
	f->anchors = X509_STORE_new();
	if (!f->anchors)
		abort();
	if (file[0])
		NEED(X509_STORE_load_file(f->anchors, file) == 1, SYS_FILE);
	else
		X509_STORE_load_file(f->anchors, "/etc/ssl/certs/ca-certificates.crt");
	return NULL;
}

/*
 * A first request that goes nowhere: curl makes what it keeps for later ones, and OpenSSL reads its files,
 * while that is still allowed.
 */
static void warm_up(struct fetcher *f)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	tzset(); /* glibc reads the zone's file before it converts a certificate's time, even in UTC */
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:9/");
	f->target = (struct egress_target){ .is_address = true };
	if (perform(f) == CURLE_OK || !context)
		abort();
	SSL_CTX_free(context);
}

static fault start(struct fetcher *f)
{
	TRY(egress_parse(f->plan.hosts, &f->egress));
	TRY(open_dns(f, f->plan.resolver));
	TRY(open_anchors(f, f->plan.anchors));
	set_bounds(f);
	set_trust(f);
	warm_up(f);
	return NULL;
}

fault fetcher_open(const struct fetcher_plan *plan, struct fetcher **ret)
{
	struct fetcher *f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	*f = (struct fetcher){ .plan = *plan, .easy = curl_easy_init(), .body = malloc(plan->size_max + 1) };
	if (!f->easy || !f->body)
		abort();
	fault why = start(f);
	if (why)
		fetcher_close(f);
	else
		*ret = f;
	return why;
}

void fetcher_close(struct fetcher *f)
{
	if (!f)
		return;
	if (f->dns)
		evdns_base_free(f->dns, 0);
	curl_easy_cleanup(f->easy);
	X509_STORE_free(f->anchors);
	free(f->body);
	free(f);
}
