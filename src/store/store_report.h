/*
 * store_report: what the rows of reports are made of (store/listing_report.def), to be listed alone.
 *
 * A row that stands for many has the smallest id among theirs as its key, so that pages of it go on.
 */
#ifndef STORE_STORE_REPORT_H
#define STORE_STORE_REPORT_H

#include "store/record.h"
#include "store/store.h"

/* What a device is: failed where its last attestation was; or that it was turned away. */
enum store_report_state {
	STORE_REPORT_UNATTESTED = 0,
	STORE_REPORT_ATTESTED,
	STORE_REPORT_REFUSED,
	STORE_REPORT_FAILED,
};

/* An active device by its id; or a refusal by its key (store/store_refusal.h), without device_id. */
#define STORE_REPORT_STATUS_FIELDS(F, of) \
	F(of, BYTES, key, REQ)            \
	F(of, ID, device_id, OPT)         \
	F(of, TEXT, name, OPT)            \
	F(of, TEXT, serial, OPT)          \
	F(of, TEXT, model, OPT)           \
	F(of, TEXT, os, OPT)              \
	F(of, TEXT, os_version, OPT)      \
	F(of, TEXT, upn, OPT)             \
	F(of, TEXT, tpm_maker, OPT)       \
	F(of, TEXT, tpm_version, OPT)     \
	F(of, UINT, tpm_class, REQ)       \
	F(of, UINT, state, REQ)           \
	F(of, UINT, assurance, REQ)       \
	F(of, TEXT, warnings, OPT)        \
	F(of, TEXT, fault, OPT)           \
	F(of, TEXT, detail, OPT)          \
	F(of, TEXT, no_tpm, OPT)          \
	F(of, UINT, leniencies, REQ)      \
	F(of, HASH, ek_hash, OPT)         \
	F(of, ID, request_id, OPT)        \
	F(of, HASH, refusal, OPT)         \
	F(of, UINT, attempts, REQ)        \
	F(of, TIME, enrolled, REQ)        \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_report_status, STORE_REPORT_STATUS_FIELDS)

/* How often a fault befell how many devices on a day (UTC), of the failures that are kept. */
#define STORE_REPORT_CAUSE_FIELDS(F, of) \
	F(of, ID, key, REQ)              \
	F(of, TIME, day, REQ)            \
	F(of, TEXT, fault, REQ)          \
	F(of, UINT, attempts, REQ)       \
	F(of, UINT, devices, REQ)        \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_report_cause, STORE_REPORT_CAUSE_FIELDS)

/*
 * Active devices of one make with one firmware; vulnerable are those whose firmware is known to be so.
 * weaknesses is no record's: flow/weakness.h names them.
 */
#define STORE_REPORT_FIRMWARE_FIELDS(F, of) \
	F(of, ID, key, REQ)                 \
	F(of, TEXT, manufacturer, OPT)      \
	F(of, TEXT, model, OPT)             \
	F(of, TEXT, tpm_maker, OPT)         \
	F(of, UINT, tpm_class, REQ)         \
	F(of, TEXT, tpm_model, OPT)         \
	F(of, UINT, firmware, REQ)          \
	F(of, TEXT, warnings, OPT)          \
	F(of, UINT, devices, REQ)           \
	F(of, UINT, attested, REQ)          \
	F(of, UINT, vulnerable, REQ)        \
	F(of, TEXT, weaknesses, OPT)
RECORD_STRUCT(store_report_firmware, STORE_REPORT_FIRMWARE_FIELDS)

#define STORE_REPORT_ASSURANCE_FIELDS(F, of) \
	F(of, ID, key, REQ)                  \
	F(of, UINT, attested, REQ)           \
	F(of, UINT, assurance, REQ)          \
	F(of, UINT, tpm_class, REQ)          \
	F(of, UINT, devices, REQ)
RECORD_STRUCT(store_report_assurance, STORE_REPORT_ASSURANCE_FIELDS)

/* An active device, and when it was last there. */
#define STORE_REPORT_SILENT_FIELDS(F, of) \
	F(of, ID, key, REQ)               \
	F(of, TEXT, name, OPT)            \
	F(of, TEXT, serial, OPT)          \
	F(of, TEXT, model, OPT)           \
	F(of, TEXT, upn, OPT)             \
	F(of, UINT, attested, REQ)        \
	F(of, TIME, enrolled, REQ)        \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_report_silent, STORE_REPORT_SILENT_FIELDS)

/* A device that a restriction turned away (the latest time, count times), or would have, by its name. */
#define STORE_REPORT_HIT_FIELDS(F, of) \
	F(of, BYTES, key, REQ)         \
	F(of, TIME, time, REQ)         \
	F(of, UINT, is_monitored, REQ) \
	F(of, ID, device_id, OPT)      \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, TEXT, restriction, OPT)  \
	F(of, TEXT, fault, OPT)        \
	F(of, UINT, count, REQ)
RECORD_STRUCT(store_report_hit, STORE_REPORT_HIT_FIELDS)

/* The devices that enrolled on a day (UTC) and are still known. */
#define STORE_REPORT_DAY_FIELDS(F, of) \
	F(of, ID, key, REQ)            \
	F(of, TIME, day, REQ)          \
	F(of, UINT, devices, REQ)      \
	F(of, UINT, attested, REQ)     \
	F(of, UINT, without_tpm, REQ)
RECORD_STRUCT(store_report_day, STORE_REPORT_DAY_FIELDS)

/* An active device, and what it was last found to be (store/store_appraisal.h). */
#define STORE_REPORT_COMPLIANCE_FIELDS(F, of) \
	F(of, ID, key, REQ)                   \
	F(of, TEXT, name, OPT)                \
	F(of, TEXT, serial, OPT)              \
	F(of, TEXT, model, OPT)               \
	F(of, TEXT, upn, OPT)                 \
	F(of, UINT, state, REQ)               \
	F(of, TIME, since, REQ)               \
	F(of, TEXT, reasons, OPT)             \
	F(of, UINT, held, REQ)                \
	F(of, TIME, last, REQ)
RECORD_STRUCT(store_report_compliance, STORE_REPORT_COMPLIANCE_FIELDS)

#endif
