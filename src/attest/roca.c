#include "attest/roca.h"

/* The odd ones of the 39 primes whose product the generator used for its shortest keys. */
static const uint8_t primes[] = {
	3,  5,  7,  11, 13, 17, 19, 23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
	73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
};

#define GENERATOR 65537u

static uint32_t remainder_by(struct bytes number, uint32_t prime)
{
	uint32_t r = 0;
	for (size_t i = 0; i < number.n; i++)
		r = (r << 8 | number.p[i]) % prime;
	return r;
}

/* True when r is some power of the generator modulo the prime. */
static bool is_power(uint32_t r, uint32_t prime)
{
	uint32_t power = 1;
	do {
		if (power == r)
			return true;
		power = power * (GENERATOR % prime) % prime;
	} while (power != 1);
	return false;
}

bool is_roca_modulus(struct bytes modulus)
{
	for (size_t i = 0; i < COUNT_OF(primes); i++)
		if (!is_power(remainder_by(modulus, primes[i]), primes[i]))
			return false;
	return true;
}
