#include "cert/point.h"

#include <stdio.h>
#include <string.h>

#define OCTET_FIRST 0x40
#define OCTETS 64

bool is_point(struct point p)
{
	bool is_power = p.count && (p.count & (p.count - 1)) == 0;
	return is_power && p.count <= POINT_LISTS_MAX && p.at < p.count &&
	       p.generation <= POINT_GENERATION_MAX;
}

struct point point_of(const struct issuer *by, struct bytes serial)
{
	uint64_t octet = serial.n ? serial.p[0] % OCTETS : 0;
	return (struct point){ by->lists, octet * by->lists / OCTETS, by->generation };
}

void point_get_range(struct point p, uint8_t above[static POINT_SERIAL_SIZE],
		     uint8_t upto[static POINT_SERIAL_SIZE])
{
	memset(above, 0xFF, POINT_SERIAL_SIZE);
	memset(upto, 0xFF, POINT_SERIAL_SIZE);
	above[0] = (uint8_t)(OCTET_FIRST + p.at * OCTETS / p.count - 1);
	upto[0] = (uint8_t)(OCTET_FIRST + (p.at + 1) * OCTETS / p.count - 1);
}

char *point_name(struct point p, char out[static POINT_NAME_SIZE])
{
	unsigned of = (unsigned)p.generation, count = (unsigned)p.count, at = (unsigned)p.at;
	if (of && count > 1)
		snprintf(out, POINT_NAME_SIZE, "g%u-%u-%u.crl", of, count, at);
	else if (of)
		snprintf(out, POINT_NAME_SIZE, "g%u.crl", of);
	else if (count > 1)
		snprintf(out, POINT_NAME_SIZE, "%u-%u.crl", count, at);
	else
		snprintf(out, POINT_NAME_SIZE, "%s", ISSUER_LIST_WHOLE);
	return out;
}

char *point_path(struct point p, char out[static POINT_PATH_SIZE])
{
	char name[POINT_NAME_SIZE];
	bool is_alone = p.count == 1 && p.generation == 0;
	snprintf(out, POINT_PATH_SIZE, "%s%s", is_alone ? ISSUER_PATH : ISSUER_PATH_LISTS,
		 point_name(p, name));
	return out;
}

char *point_certificate_name(uint64_t generation, char out[static POINT_NAME_SIZE])
{
	snprintf(out, POINT_NAME_SIZE, "g%u.crt", (unsigned)generation);
	return out;
}

char *point_certificate_path(uint64_t generation, char out[static POINT_PATH_SIZE])
{
	char name[POINT_NAME_SIZE];
	if (generation)
		snprintf(out, POINT_PATH_SIZE, "%s%s", ISSUER_PATH_CERTIFICATES,
			 point_certificate_name(generation, name));
	else
		snprintf(out, POINT_PATH_SIZE, "%s", ISSUER_PATH_CERTIFICATE);
	return out;
}

void point_get_addresses(const struct issuer *by, struct bytes serial, struct point_addresses *ret)
{
	char list[POINT_PATH_SIZE], certificate[POINT_PATH_SIZE];
	point_certificate_path(by->generation, certificate);
	point_path(point_of(by, serial), list);
	ret->certificate = issuer_address(by, certificate, ret->octets[0]);
	ret->list = issuer_address(by, list, ret->octets[1]);
	ret->answers = issuer_address(by, ISSUER_PATH_OCSP, ret->octets[2]);
}
