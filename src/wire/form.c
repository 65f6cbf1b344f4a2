#include "wire/form.h"

#include <string.h>

void form_write_value(struct bytes value, struct wr *w)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < value.n; i++) {
		uint8_t octet = value.p[i];
		bool is_plain = memchr(plain, octet, sizeof(plain) - 1) != NULL;
		wr_u8(w, is_plain ? octet : '%');
		wr_bytes(w, bytes_of(&digits[octet >> 4], is_plain ? 0 : 1));
		wr_bytes(w, bytes_of(&digits[octet & 15], is_plain ? 0 : 1));
	}
}

void form_write(const struct form_field *fields, size_t count, struct wr *w)
{
	for (size_t i = 0; i < count; i++) {
		wr_bytes(w, bytes_text(i ? "&" : ""));
		wr_bytes(w, bytes_text(fields[i].name));
		wr_u8(w, '=');
		form_write_value(fields[i].value, w);
	}
}
