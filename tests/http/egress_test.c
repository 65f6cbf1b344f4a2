/*
 * egress: the list, the URLs that pass it, and the addresses that no name may lead to.
 */
#include "test.h"

#include <arpa/inet.h>
#include <string.h>

#include "http/egress.h"

static struct egress listed(const char *text)
{
	struct egress e;
	OK(egress_parse(text, &e));
	return e;
}

static void a_list_names_hosts_and_addresses(void **state)
{
	(void)state;
	const struct egress e = listed("pki.Infineon.com, upgrades.intel.com:8080,127.0.0.1:81,[::1]:82");
	CHECK(e.n == 4);
	CHECK(strcmp(e.v[0].name, "pki.infineon.com") == 0 && e.v[0].port == 0 && !e.v[0].is_address);
	CHECK(strcmp(e.v[1].name, "upgrades.intel.com") == 0 && e.v[1].port == 8080);
	CHECK(strcmp(e.v[2].name, "127.0.0.1") == 0 && e.v[2].port == 81 && e.v[2].is_address);
	CHECK(strcmp(e.v[3].name, "::1") == 0 && e.v[3].port == 82 && e.v[3].is_address);
	CHECK(listed("").n == 0);
}

static void a_list_with_anything_else_is_refused(void **state)
{
	static const char *const lists[] = {
		",",           "a.com,",   "a.com,,b.com",  "http://a.com",
		"a.com/",      "a b.com",  "*.a.com",       "a.com:0",
		"a.com:65536", "a.com:x",  "127.0.0.1",     "::1",
		"::1:80",      "[::1]",    "[a.com]:80",    "[127.0.0.1]:80",
		"0x7f:80",     "127.1:80", "2130706433:80", "0x7f.0.0.1:80",
		".a.com",      "a.com.",   "a_b.com",       "[]:80",
		":80",         " ",
	};
	struct egress e;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		REFUSES(CONFIG_INVALID, egress_parse(lists[i], &e));
	COUNTED("lists of hosts refused", COUNT_OF(lists));
}

static void a_listed_host_is_asked_at_its_port(void **state)
{
	static const struct {
		const char *url, *host;
		uint16_t port;
	} rows[] = {
		{ "http://a.com/ca.crt", "a.com", 80 },      { "https://a.com/ca.crt?x=1", "a.com", 443 },
		{ "HTTP://A.com:80", "a.com", 80 },          { "http://b.com:8080/", "b.com", 8080 },
		{ "http://127.0.0.1:81/", "127.0.0.1", 81 }, { "https://[::1]:82/", "::1", 82 },
	};
	const struct egress e = listed("a.com,b.com:8080,127.0.0.1:81,[::1]:82");
	struct egress_target t;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OK(egress_check_url(&e, rows[i].url, &t));
		CHECK(strcmp(t.host, rows[i].host) == 0 && t.port == rows[i].port);
	}
}

static void any_other_url_is_forbidden(void **state)
{
	static const char *const urls[] = {
		"",
		"a.com",
		"//a.com/",
		"ftp://a.com/",
		"file:///etc/passwd",
		"ldap://a.com/",
		"gopher://a.com/",
		"http://a.com:81/",
		"https://a.com:80/",
		"http://b.com/",
		"http://sub.a.com/",
		"http://a.com.evil.com/",
		"http://a.com@evil.com/",
		"http://user@a.com/",
		"http://:pass@a.com/",
		"http://a.com.:80/",
		"http://127.0.0.1/",
		"http://127.0.0.1:82/",
		"http://127.1:80/",
		"http://2130706433:80/",
		"http://[::1]/",
		"http://[::ffff:127.0.0.1]:81/",
		"http://[fe80::1%25eth0]:82/",
		"http://a.com\\@evil.com/",
		"http://evil.com#a.com",
		"http://evil.com?a.com",
		"http://a.com\n/",
		
		"http://a.com:80:80/",
	};
	const struct egress e = listed("a.com,b.com:8080,127.0.0.1:81,[::1]:82");
	struct egress_target t;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(urls); i++)
		if (egress_check_url(&e, urls[i], &t) != FAIL(URL_FORBIDDEN))
			fail_msg("%s", urls[i]);
	COUNTED("URLs forbidden", COUNT_OF(urls));
}

static void a_url_longer_than_any_is_forbidden(void **state)
{
	char url[EGRESS_URL_MAX + 16];
	const struct egress e = listed("a.com");
	struct egress_target t;
	(void)state;
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://a.com/", 13);
	url[EGRESS_URL_MAX] = 0;
	OK(egress_check_url(&e, url, &t));
	url[EGRESS_URL_MAX] = 'a';
	url[EGRESS_URL_MAX + 1] = 0;
	REFUSES(URL_FORBIDDEN, egress_check_url(&e, url, &t));
}

static fault check(const struct egress_target *t, const char *text, uint16_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return egress_check_address(t, (const void *)&v4);
	CHECK(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
	return egress_check_address(t, (const void *)&v6);
}

/* Each network's first and last address. */
static void no_name_leads_into_a_network_that_is_not_public(void **state)
{
	static const char *const addresses[] = {
		"0.0.0.0",
		"0.255.255.255",
		"10.0.0.0",
		"10.255.255.255",
		"100.64.0.0",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.0.0",
		"169.254.169.254",
		"172.16.0.0",
		"172.31.255.255",
		"192.0.0.0",
		"192.0.0.255",
		"192.0.2.1",
		"192.88.99.1",
		"192.168.0.0",
		"192.168.255.255",
		"198.18.0.0",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.0",
		"255.255.255.255",
		"::",
		"::1",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:8.8.8.8",
		"64:ff9b::7f00:1",
		"100::1",
		"2001::1",
		"2001:1ff::1",
		"2001:db8::1",
		"2002:7f00:1::",
		"3fff::1",
		"4000::1",
		"fc00::1",
		"fd00::1",
		"fe80::1",
		"fec0::1",
		"ff02::1",
	};
	const struct egress_target t = { .host = "a.com", .port = 80 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++)
		if (check(&t, addresses[i], 80) != FAIL(URL_FORBIDDEN))
			fail_msg("%s", addresses[i]);
	COUNTED("addresses that are not public", COUNT_OF(addresses));
}

static void names_lead_to_the_neighbours_of_those_networks(void **state)
{
	static const char *const addresses[] = {
		"1.0.0.0",         "9.255.255.255", "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
		"126.255.255.255", "128.0.0.0",     "169.253.255.255", "169.255.0.0",     "172.15.255.255",
		"172.32.0.0",      "192.0.1.0",     "192.0.3.0",       "192.167.255.255", "192.169.0.0",
		"198.17.255.255",  "198.20.0.0",    "198.51.101.0",    "223.255.255.255", "2000::1",
		"2001:200::1",     "2001:db7::1",   "2001:db9::1",     "2003::1",         "2600::1",
		"3ffe:ffff::1",
	};
	const struct egress_target t = { .host = "a.com", .port = 80 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++)
		OK(check(&t, addresses[i], 80));
	REFUSES(URL_FORBIDDEN, check(&t, "1.0.0.0", 81));
}

static void a_listed_address_leads_to_itself_alone(void **state)
{
	const struct egress_target v4 = { .host = "127.0.0.1", .port = 81, .is_address = true };
	const struct egress_target v6 = { .host = "fd00::1", .port = 81, .is_address = true };
	(void)state;
	OK(check(&v4, "127.0.0.1", 81));
	OK(check(&v6, "fd00::1", 81));
	REFUSES(URL_FORBIDDEN, check(&v4, "127.0.0.1", 82));
	REFUSES(URL_FORBIDDEN, check(&v4, "127.0.0.2", 81));
	REFUSES(URL_FORBIDDEN, check(&v4, "8.8.8.8", 81));
	REFUSES(URL_FORBIDDEN, check(&v4, "::ffff:127.0.0.1", 81));
	REFUSES(URL_FORBIDDEN, check(&v6, "fd00::2", 81));
	const struct sockaddr other = { .sa_family = AF_UNIX };
	REFUSES(URL_FORBIDDEN, egress_check_address(&v4, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_names_hosts_and_addresses),
		TEST(a_list_with_anything_else_is_refused),
		TEST(a_listed_host_is_asked_at_its_port),
		TEST(any_other_url_is_forbidden),
		TEST(a_url_longer_than_any_is_forbidden),
		TEST(no_name_leads_into_a_network_that_is_not_public),
		TEST(names_lead_to_the_neighbours_of_those_networks),
		TEST(a_listed_address_leads_to_itself_alone),
	};
	return RUN(tests);
}
