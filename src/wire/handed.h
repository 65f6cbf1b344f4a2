/*
 * handed: the certificate of a client, as the proxy that ended its TLS hands it on in a field of the
 * request's head: between colons in base64 (Client-Cert, RFC 9440 §2.2), or in PEM (RFC 7468 §5) with percent
 * signs (RFC 3986 §2.1), as nginx and Envoy write it.
 *
 * What it says is the proxy's word: whoever believes it has asked first who the proxy is.
 */
#ifndef WIRE_HANDED_H
#define WIRE_HANDED_H

#include "base/arena.h"
#include "base/fault.h"

#define HANDED_TEXT_MAX \
	8192 /* of a certificate of HANDED_DER_MAX with every line and letter in its longest form */
#define HANDED_DER_MAX 4096

/* The octets between the armour, in the arena. PARSE_FIELD for any other form or a longer one, SYS_MEMORY. */
MUST fault handed_parse(struct bytes text, struct arena *a, struct bytes *ret);

#endif
