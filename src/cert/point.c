#include "cert/point.h"

#include <stdio.h>
#include <string.h>

#define OCTET_FIRST 0x40
#define OCTETS 64

bool is_point(struct point p)
{
	bool is_power = p.count && (p.count & (p.count - 1)) == 0;
	return is_power && p.count <= POINT_LISTS_MAX && p.at < p.count;
}

struct point point_of(struct bytes serial, uint64_t count)
{
	uint64_t octet = serial.n ? serial.p[0] % OCTETS : 0;
	return (struct point){ count, octet * count / OCTETS };
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
	if (p.count == 1)
		snprintf(out, POINT_NAME_SIZE, "%s", ISSUER_LIST_WHOLE);
	else
		snprintf(out, POINT_NAME_SIZE, "%u-%u.crl", (unsigned)p.count, (unsigned)p.at);
	return out;
}

char *point_path(struct point p, char out[static POINT_PATH_SIZE])
{
	char name[POINT_NAME_SIZE];
	snprintf(out, POINT_PATH_SIZE, "%s%s", p.count == 1 ? ISSUER_PATH : ISSUER_PATH_LISTS,
		 point_name(p, name));
	return out;
}

void point_get_addresses(const struct issuer *by, struct bytes serial, struct point_addresses *ret)
{
	char path[POINT_PATH_SIZE];
	ret->certificate = issuer_address(by, ISSUER_PATH_CERTIFICATE, ret->octets[0]);
	ret->answers = issuer_address(by, ISSUER_PATH_OCSP, ret->octets[2]);
	ret->list = issuer_address(by, point_path(point_of(serial, by->lists), path), ret->octets[1]);
}
