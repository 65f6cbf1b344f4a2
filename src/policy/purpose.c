#include "policy/purpose.h"

#include "base/text.h"

const struct purpose *purpose_find(uint64_t purpose)
{
	static const struct purpose rows[] = {
		{ .of = TRIP_ENROLL, .deed = "enrolment.admit", .is_issuing = true },
		{ .of = TRIP_ATTEST, .deed = "attestation.admit", .is_managed = true, .is_same_keys = true },
		{ .of = TRIP_RECOVER, .deed = "recovery.admit", .is_managed = true, .is_issuing = true },
		{ .of = TRIP_RENEW, .deed = "renewal.admit", .is_managed = true, .is_issuing = true },
		{ .of = TRIP_PROVISION, .deed = "enrolment.admit", .is_issuing = true },
		{ .of = TRIP_RESEAL, .deed = "enrolment.reseal" },
	};
	static const struct purpose none;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].of == purpose)
			return &rows[i];
	return &none;
}
