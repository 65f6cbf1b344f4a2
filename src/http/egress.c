#include "http/egress.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define ROW_SIZE (EGRESS_HOST_SIZE + 16)

struct prefix {
	uint8_t octets[16];
	unsigned bits;
};

/* RFC 6890, RFC 5771, RFC 1112 and their registries: not of the public internet. */
static const struct prefix closed4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 4 },
	{ { 240 }, 4 },
};

/* RFC 4291 §2.4: only these are global unicast, */
static const struct prefix open6 = { { 0x20 }, 3 };

/* but for protocols, documentation, and tunnels that carry an IPv4 address of any kind. */
static const struct prefix closed6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0x20, 0x02 }, 16 },
	{ { 0x3f, 0xff, 0x00 }, 20 },
};

static bool has_prefix(const uint8_t *octets, const struct prefix *p)
{
	size_t whole = p->bits / 8;
	for (size_t i = 0; i < whole; i++)
		if (octets[i] != p->octets[i])
			return false;
	unsigned rest = p->bits % 8;
	return rest == 0 || (octets[whole] ^ p->octets[whole]) >> (8 - rest) == 0;
}

static bool has_any_prefix(const uint8_t *octets, const struct prefix *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has_prefix(octets, &v[i]))
			return true;
	return false;
}

static bool is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)address;
		return !has_any_prefix((const uint8_t *)&v4->sin_addr, closed4, COUNT_OF(closed4));
	}
	const struct sockaddr_in6 *v6 = (const void *)address;
	return has_prefix(v6->sin6_addr.s6_addr, &open6) &&
	       !has_any_prefix(v6->sin6_addr.s6_addr, closed6, COUNT_OF(closed6));
}

/* --- the list ----------------------------------------------------------------------------------------- */

static bool is_address(const char *host)
{
	uint8_t octets[16];
	return inet_pton(AF_INET, host, octets) == 1 || inet_pton(AF_INET6, host, octets) == 1;
}

/* RFC 1123 §2.1. Its last label begins with a letter: whatever else might be read as an address. */
static bool is_name(const char *host)
{
	static const char known[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *dot = strrchr(host, '.');
	char first = dot ? dot[1] : host[0];
	return strspn(host, known) == strlen(host) && host[0] != '.' && first >= 'a' && first <= 'z';
}

static void lower(char *text)
{
	for (char *p = text; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
}

/* Takes the port off the end of row; a lone colon is that of the port. */
static bool split_port(char *row, uint16_t *ret)
{
	uint64_t port = 0;
	char *colon = strrchr(row, ':');
	if (!colon)
		return true;
	if (!text_uint_parse(bytes_text(colon + 1), UINT16_MAX, &port) || port == 0)
		return false;
	*colon = 0;
	*ret = (uint16_t)port;
	return true;
}

static fault parse_row(char *row, struct egress_host *ret)
{
	struct egress_host h = { .port = 0 };
	lower(row);
	NEED(split_port(row, &h.port), CONFIG_INVALID);
	size_t n = strlen(row);
	bool is_bracketed = n > 2 && row[0] == '[' && row[n - 1] == ']';
	if (is_bracketed) {
		row[n - 1] = 0;
		row++;
	}
	NEED(strlen(row) < sizeof(h.name), CONFIG_INVALID);
	memcpy(h.name, row, strlen(row) + 1);
	h.is_address = is_address(h.name);
	bool is_v6 = strchr(h.name, ':') != NULL;
	NEED(is_v6 == is_bracketed && (h.is_address ? h.port != 0 : is_name(h.name)), CONFIG_INVALID);
	*ret = h;
	return NULL;
}

fault egress_parse(const char *text, struct egress *ret)
{
	struct egress e = { .n = 0 };
	while (*text) {
		char row[ROW_SIZE];
		text += strspn(text, " ");
		size_t n = strcspn(text, ",");
		size_t used = n;
		while (used > 0 && text[used - 1] == ' ')
			used--;
		NEED(used > 0 && used < sizeof(row) && e.n < EGRESS_HOSTS_MAX, CONFIG_INVALID);
		memcpy(row, text, used);
		row[used] = 0;
		TRY(parse_row(row, &e.v[e.n++]));
		text += n;
		NEED(text[0] != ',' || text[1], CONFIG_INVALID);
		text += text[0] == ',';
	}
	*ret = e;
	return NULL;
}

/* --- URLs --------------------------------------------------------------------------------------------- */

/* What curl itself will ask; it reads the URL by the same functions. */
struct parts {
	char scheme[8], host[EGRESS_HOST_SIZE + 2], port[8];
};

static bool get_part(CURLU *url, CURLUPart part, char *ret, size_t size)
{
	char *text = NULL;
	bool fits = curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK && strlen(text) < size;
	if (fits)
		memcpy(ret, text, strlen(text) + 1);
	curl_free(text);
	return fits;
}

static bool has_user(CURLU *url)
{
	char *text = NULL;
	bool has = curl_url_get(url, CURLUPART_USER, &text, 0) == CURLUE_OK;
	curl_free(text);
	text = NULL;
	has = curl_url_get(url, CURLUPART_PASSWORD, &text, 0) == CURLUE_OK || has;
	curl_free(text);
	return has;
}

static bool read_url(const char *text, struct parts *ret)
{
	CURLU *url = curl_url();
	bool good = url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK && !has_user(url);
	good = good && get_part(url, CURLUPART_SCHEME, ret->scheme, sizeof(ret->scheme)) &&
	       get_part(url, CURLUPART_HOST, ret->host, sizeof(ret->host)) &&
	       get_part(url, CURLUPART_PORT, ret->port, sizeof(ret->port));
	curl_url_cleanup(url);
	return good;
}

static uint16_t scheme_port(const char *scheme)
{
	if (strcmp(scheme, "https") == 0)
		return 443;
	return strcmp(scheme, "http") == 0 ? 80 : 0;
}

static bool is_listed(const struct egress *e, const struct egress_target *t, uint16_t usual)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct egress_host *h = &e->v[i];
		if (strcmp(h->name, t->host) == 0 && (h->port ? h->port : usual) == t->port)
			return true;
	}
	return false;
}

fault egress_check_url(const struct egress *e, const char *url, struct egress_target *ret)
{
	struct parts parts;
	struct egress_target t = { .port = 0 };
	uint64_t port = 0;
	NEED(strlen(url) <= EGRESS_URL_MAX && is_text_printable(bytes_text(url)), URL_FORBIDDEN);
	NEED(read_url(url, &parts), URL_FORBIDDEN);
	uint16_t usual = scheme_port(parts.scheme);
	NEED(usual != 0, URL_FORBIDDEN);
	size_t n = strlen(parts.host);
	bool is_bracketed = n > 2 && parts.host[0] == '[';
	size_t inner = n - 2 * is_bracketed;
	NEED(inner > 0 && inner < sizeof(t.host), URL_FORBIDDEN);
	memcpy(t.host, parts.host + is_bracketed, inner);
	lower(t.host);
	NEED(text_uint_parse(bytes_text(parts.port), UINT16_MAX, &port), URL_FORBIDDEN);
	t.port = (uint16_t)port;
	t.is_address = is_address(t.host);
	NEED(is_listed(e, &t, usual), URL_FORBIDDEN);
	*ret = t;
	return NULL;
}

/* --- addresses ---------------------------------------------------------------------------------------- */

static bool is_own_address(const struct egress_target *t, const struct sockaddr *address)
{
	uint8_t octets[16];
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	struct bytes given = BYTES_OF(v6->sin6_addr.s6_addr);
	if (address->sa_family == AF_INET)
		given = bytes_of((const uint8_t *)&v4->sin_addr, 4);
	return inet_pton(address->sa_family, t->host, octets) == 1 &&
	       is_bytes_equal(bytes_of(octets, given.n), given);
}

fault egress_check_address(const struct egress_target *t, const struct sockaddr *address)
{
	bool is_v4 = address->sa_family == AF_INET;
	NEED(is_v4 || address->sa_family == AF_INET6, URL_FORBIDDEN);
	in_port_t port = is_v4 ? ((const struct sockaddr_in *)(const void *)address)->sin_port
			       : ((const struct sockaddr_in6 *)(const void *)address)->sin6_port;
	NEED(ntohs(port) == t->port, URL_FORBIDDEN);
	NEED(t->is_address ? is_own_address(t, address) : is_public(address), URL_FORBIDDEN);
	return NULL;
}
