/*
 * hresult: Windows' numbers for what went wrong, as its tools write them and people paste them.
 */
#ifndef BASE_HRESULT_H
#define BASE_HRESULT_H

#include "base/bytes.h"

#define HRESULT_TEXT_SIZE 96

/* The symbolic name, "CERT_E_EXPIRED", or NULL. */
const char *hresult_name(uint32_t code);

/*
 * As certreq writes it: "0x800b0101 (-2146762495 CERT_E_EXPIRED)"; without a name the numbers. Returns out.
 */
char *hresult_text(uint32_t code, char out[static HRESULT_TEXT_SIZE]);

/*
 * A word that is a failure's HRESULT: 0x and eight hexadecimal digits, those digits alone when they begin
 * with 80 or 81, a negative or an unsigned decimal number, or a symbolic name.
 */
MUST bool hresult_parse(struct bytes word, uint32_t *ret);

#endif
