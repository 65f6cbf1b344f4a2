#include "test.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "http/peer.h"

static struct peer peer4(const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct peer peer;
	CHECK(inet_pton(AF_INET, text, &address.sin_addr) == 1);
	CHECK(peer_parse((struct sockaddr *)&address, &peer));
	return peer;
}

static struct peer peer6(const char *text)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	struct peer peer;
	CHECK(inet_pton(AF_INET6, text, &address.sin6_addr) == 1);
	CHECK(peer_parse((struct sockaddr *)&address, &peer));
	return peer;
}

static void an_address_keeps_its_text(void **state)
{
	struct peer v4 = peer4("192.0.2.1"), v6 = peer6("2001:db8::1"), mapped = peer6("::ffff:192.0.2.1");
	(void)state;
	assert_string_equal(v4.text, "192.0.2.1");
	assert_string_equal(v6.text, "2001:db8::1");
	assert_string_equal(mapped.text, "192.0.2.1");
}

static void an_ipv4_address_is_a_network_of_its_own(void **state)
{
	struct peer a = peer4("192.0.2.1"), same = peer6("::ffff:192.0.2.1"), next = peer4("192.0.2.2");
	(void)state;
	CHECK(is_peer_near(&a, &same));
	CHECK(!is_peer_near(&a, &next));
}

static void an_ipv6_network_is_a_64(void **state)
{
	struct peer a = peer6("2001:db8:0:1::1"), near = peer6("2001:db8:0:1:ffff::2");
	struct peer far = peer6("2001:db8:0:2::1");
	(void)state;
	CHECK(is_peer_near(&a, &near));
	CHECK(!is_peer_near(&a, &far));
}

static void another_family_has_no_address(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct peer peer;
	(void)state;
	CHECK(!peer_parse((struct sockaddr *)&address, &peer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_address_keeps_its_text),
		TEST(an_ipv4_address_is_a_network_of_its_own),
		TEST(an_ipv6_network_is_a_64),
		TEST(another_family_has_no_address),
	};
	return RUN(tests);
}
