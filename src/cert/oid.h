/*
 * oid: the object identifiers that more than one module of cert/ needs, as the content of their DER.
 */
#ifndef CERT_OID_H
#define CERT_OID_H

#include "base/bytes.h"

#define OID_SUBJECT_KEY_ID BYTES_TEXT("\x55\x1D\x0E")       /* 2.5.29.14 */
#define OID_KEY_USAGE BYTES_TEXT("\x55\x1D\x0F")            /* 2.5.29.15 */
#define OID_ALTERNATIVE_NAME BYTES_TEXT("\x55\x1D\x11")     /* 2.5.29.17 */
#define OID_BASIC_CONSTRAINTS BYTES_TEXT("\x55\x1D\x13")    /* 2.5.29.19 */
#define OID_CRL_NUMBER BYTES_TEXT("\x55\x1D\x14")           /* 2.5.29.20 */
#define OID_CRL_REASON BYTES_TEXT("\x55\x1D\x15")           /* 2.5.29.21 */
#define OID_CRL_SCOPE BYTES_TEXT("\x55\x1D\x1C")            /* 2.5.29.28 */
#define OID_CRL_POINTS BYTES_TEXT("\x55\x1D\x1F")           /* 2.5.29.31 */
#define OID_POLICIES BYTES_TEXT("\x55\x1D\x20")             /* 2.5.29.32 */
#define OID_AUTHORITY_KEY_ID BYTES_TEXT("\x55\x1D\x23")     /* 2.5.29.35 */
#define OID_EXTENDED_KEY_USAGE BYTES_TEXT("\x55\x1D\x25")   /* 2.5.29.37 */
#define OID_ECDSA_SHA256 BYTES_TEXT("\x2A\x86\x48\xCE\x3D\x04\x03\x02") /* 1.2.840.10045.4.3.2 */

#endif
