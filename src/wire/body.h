/*
 * body: the bodies of administrators' requests, JSON outside (wire/jsn.h) and typed messages between roles.
 */
#ifndef WIRE_BODY_H
#define WIRE_BODY_H

#include "wire/message.h"

/*
 * A registration names a device by EK hash (which vouches for the key), by serial number (a label), or
 * both. hardware is what the device said of itself (assay-agent hardware-hash). hardware_identifier is a
 * Windows hardware hash, base64: nobody can read it, so that verify puts its SHA-256 into hardware_digest and
 * leaves it out. import_id is for rows of an import alone (store/store_imported.h).
 */
#define REGISTRATION_NEW_FIELDS(F, of)                     \
	F(of, 1, FIXED, ek_hash, OPT, 32, 0)               \
	F(of, 2, TEXT, serial_number, OPT, 64, 0)          \
	F(of, 3, TEXT, profile, OPT, 64, 0)                \
	F(of, 4, TEXT, group_tag, OPT, 64, 0)              \
	F(of, 5, TEXT, display_name, OPT, 64, 0)           \
	F(of, 6, TEXT, assigned_user_principal_name, OPT, 128, 0) \
	F(of, 7, TEXT, product_key, OPT, 64, 0)            \
	F(of, 8, TEXT, hardware, OPT, 1024, 0)             \
	F(of, 9, FIXED, hardware_digest, OPT, 32, 0)       \
	F(of, 10, TEXT, hardware_identifier, OPT, 16384, 0) \
	F(of, 11, TEXT, import_id, OPT, 64, 0)
MESSAGE_STRUCT(registration_new, REGISTRATION_NEW_FIELDS)

/* One row of an import as verify read it: a registration_new, or why it is none (fault_number). */
#define BODY_DETAIL_MAX 120
#define REGISTRATION_ROW_FIELDS(F, of)                     \
	F(of, 1, BYTES, registration, OPT, 2048, 0)        \
	F(of, 2, UINT, number, OPT, UINT16_MAX, 0)         \
	F(of, 3, TEXT, detail, OPT, BODY_DETAIL_MAX, 0)
MESSAGE_STRUCT(registration_row, REGISTRATION_ROW_FIELDS)

/* Messages registration_row in their order, each behind its size in two octets. */
#define BODY_REGISTRATIONS_MAX 1000
#define REGISTRATIONS_NEW_FIELDS(F, of)                    \
	F(of, 1, BYTES, rows, REQ, 262144, 0)
MESSAGE_STRUCT(registrations_new, REGISTRATIONS_NEW_FIELDS)

/*
 * A profile, or what is to change of one. attestation: required, preferred, off. virtual: deny, allow, or the
 * name of the profile that virtual TPMs get instead; unknown, of TPMs whose class nobody says: deny, allow.
 * usage: self-deploying, pre-provisioned, user-driven. failure: failOnError, ignoreOnError, retryOnError.
 * device_name_template: policy/nametemplate.h; empty for none. one_time: on, off.
 */
#define PROFILE_NEW_FIELDS(F, of)                          \
	F(of, 1, TEXT, display_name, OPT, 64, 0)           \
	F(of, 2, TEXT, attestation, OPT, 16, 0)            \
	F(of, 3, TEXT, virtual, OPT, 64, 0)                \
	F(of, 4, TEXT, unknown, OPT, 16, 0)                \
	F(of, 5, TEXT, usage, OPT, 16, 0)                  \
	F(of, 6, TEXT, failure, OPT, 16, 0)                \
	F(of, 7, UINT, timeout_s, OPT, 86400, 0)           \
	F(of, 8, TEXT, device_name_template, OPT, 64, 0)   \
	F(of, 9, TEXT, one_time, OPT, 8, 0)
MESSAGE_STRUCT(profile_new, PROFILE_NEW_FIELDS)

/* To which registrations without a profile of their own one is given: those of a group tag, or all others. */
#define ASSIGNMENT_NEW_FIELDS(F, of)                       \
	F(of, 1, TEXT, group_tag, OPT, 64, 0)
MESSAGE_STRUCT(assignment_new, ASSIGNMENT_NEW_FIELDS)

/*
 * A token enrols devices of one profile; uses is 1 and lifetime_s a day unless said otherwise.
 * user_principal_name is the user whose credential it is.
 */
#define TOKEN_NEW_FIELDS(F, of)                            \
	F(of, 1, TEXT, profile, REQ, 64, 0)                \
	F(of, 2, UINT, uses, OPT, 100000, 0)               \
	F(of, 3, UINT, lifetime_s, OPT, 31536000, 0)       \
	F(of, 4, TEXT, user_principal_name, OPT, 128, 0)
MESSAGE_STRUCT(token_new, TOKEN_NEW_FIELDS)

/*
 * An identity provider. algorithms, amr and acr are words with a blank between; audience is the client's
 * unless said otherwise. Of administrators it has a client of their own, and which group makes whom.
 * doc/sign-in.md says what each means.
 */
#define BODY_ADMINS(F, of, first)                          \
	F(of, first, TEXT, admin_client_id, OPT, 256, 0)   \
	F(of, first + 1, TEXT, reader_group, OPT, 128, 0)  \
	F(of, first + 2, TEXT, helpdesk_group, OPT, 128, 0) \
	F(of, first + 3, TEXT, operator_group, OPT, 128, 0) \
	F(of, first + 4, TEXT, security_group, OPT, 128, 0) \
	F(of, first + 5, TEXT, owner_group, OPT, 128, 0)   \
	F(of, first + 6, TEXT, client_secret, OPT, 128, 0)

#define IDP_NEW_FIELDS(F, of)                              \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, issuer, REQ, 512, 0)                \
	F(of, 3, TEXT, client_id, REQ, 256, 0)             \
	F(of, 4, TEXT, profile, REQ, 64, 0)                \
	F(of, 5, TEXT, audience, OPT, 256, 0)              \
	F(of, 6, TEXT, algorithms, OPT, 64, 0)             \
	F(of, 7, TEXT, name_claim, OPT, 64, 0)             \
	F(of, 8, TEXT, groups_claim, OPT, 64, 0)           \
	F(of, 9, TEXT, amr, OPT, 256, 0)                   \
	F(of, 10, TEXT, acr, OPT, 256, 0)                  \
	F(of, 11, TEXT, scope, OPT, 256, 0)                \
	BODY_ADMINS(F, of, 12)
MESSAGE_STRUCT(idp_new, IDP_NEW_FIELDS)

/* A webhook: an address of https. */
#define WEBHOOK_NEW_FIELDS(F, of)                          \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, url, REQ, 256, 0)
MESSAGE_STRUCT(webhook_new, WEBHOOK_NEW_FIELDS)

/* What is to change of one: what is absent stays. Its issuer is who it is, so that never changes. */
#define IDP_SET_FIELDS(F, of)                              \
	F(of, 1, TEXT, display_name, OPT, 64, 0)           \
	F(of, 2, TEXT, client_id, OPT, 256, 0)             \
	F(of, 3, TEXT, profile, OPT, 64, 0)                \
	F(of, 4, TEXT, audience, OPT, 256, 0)              \
	F(of, 5, TEXT, algorithms, OPT, 64, 0)             \
	F(of, 6, TEXT, name_claim, OPT, 64, 0)             \
	F(of, 7, TEXT, groups_claim, OPT, 64, 0)           \
	F(of, 8, TEXT, amr, OPT, 256, 0)                   \
	F(of, 9, TEXT, acr, OPT, 256, 0)                   \
	F(of, 10, TEXT, scope, OPT, 256, 0)                \
	BODY_ADMINS(F, of, 11)
MESSAGE_STRUCT(idp_set, IDP_SET_FIELDS)

/* Why a certificate is ended: a name of RFC 5280 §5.3.1. */
#define CERTIFICATE_END_FIELDS(F, of)                      \
	F(of, 1, TEXT, reason, REQ, 32, 0)
MESSAGE_STRUCT(certificate_end, CERTIFICATE_END_FIELDS)

#define FILTER_RULE_MAX 12288

/* What devices are to do: an action of flow/commands.def, and which of them. */
#define BODY_DEVICES_MAX 100
#define ACTION_NEW_FIELDS(F, of)                           \
	F(of, 1, TEXT, action_name, REQ, 64, 0)            \
	F(of, 2, IDS, device_ids, REQ, BODY_DEVICES_MAX * FIELD_ID_SIZE, 0)
MESSAGE_STRUCT(action_new, ACTION_NEW_FIELDS)

/* The same of all devices, of those of which a rule holds, or of some; rate is commands in a minute. */
#define BODY_BATCH_MAX 500
#define BATCH_NEW_FIELDS(F, of)                            \
	F(of, 1, TEXT, action_name, REQ, 64, 0)            \
	F(of, 2, TEXT, rule, OPT, FILTER_RULE_MAX, 0)      \
	F(of, 3, UINT, rate, OPT, 1000000, 0)              \
	F(of, 4, IDS, device_ids, OPT, BODY_BATCH_MAX * FIELD_ID_SIZE, 0)
MESSAGE_STRUCT(batch_new, BATCH_NEW_FIELDS)

/* Graph's deviceManagementExportJob; localization_type is read and has no effect: words are English. */
#define BODY_SELECT_MAX 2048
#define EXPORT_NEW_FIELDS(F, of)                            \
	F(of, 1, TEXT, report_name, REQ, 64, 0)             \
	F(of, 2, TEXT, filter, OPT, 2048, 0)                \
	F(of, 3, WORDS, select, OPT, BODY_SELECT_MAX, 0)    \
	F(of, 4, TEXT, format, OPT, 8, 0)                   \
	F(of, 5, TEXT, localization_type, OPT, 64, 0)
MESSAGE_STRUCT(export_new, EXPORT_NEW_FIELDS)

/* A filter (policy/filter.h); trust_claims lets it decide by what devices say of themselves. */
#define FILTER_NEW_FIELDS(F, of)                           \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, rule, REQ, FILTER_RULE_MAX, 0)      \
	F(of, 3, UINT, trust_claims, OPT, 1, 0)
MESSAGE_STRUCT(filter_new, FILTER_NEW_FIELDS)

/* What is to change of a filter; what is absent stays. */
#define FILTER_SET_FIELDS(F, of)                           \
	F(of, 1, TEXT, display_name, OPT, 64, 0)           \
	F(of, 2, TEXT, rule, OPT, FILTER_RULE_MAX, 0)
MESSAGE_STRUCT(filter_set, FILTER_SET_FIELDS)

/* A filter by itself: to be looked at, or asked of so many devices behind the one named. */
#define FILTER_TRIAL_FIELDS(F, of)                         \
	F(of, 1, TEXT, rule, REQ, FILTER_RULE_MAX, 0)      \
	F(of, 2, UINT, top, OPT, 100, 0)                   \
	F(of, 3, FIXED, after, OPT, 16, 0)
MESSAGE_STRUCT(filter_trial, FILTER_TRIAL_FIELDS)

/*
 * An enrolment restriction, new or what is to change of one: what is absent stays, an empty text takes away
 * what was said. doc/restrictions.md says what each means; include and exclude name a filter, by id or name.
 */
#define RESTRICTION_WORDS_FIELDS(F, of)                    \
	F(of, 1, TEXT, display_name, OPT, 64, 0)           \
	F(of, 2, TEXT, state, OPT, 16, 0)                  \
	F(of, 3, TEXT, action, OPT, 16, 0)                 \
	F(of, 4, TEXT, platform_type, OPT, 64, 0)          \
	F(of, 5, TEXT, group_tags, OPT, 512, 0)            \
	F(of, 6, TEXT, include, OPT, 64, 0)                \
	F(of, 7, TEXT, exclude, OPT, 64, 0)                \
	F(of, 8, TEXT, ownership, OPT, 16, 0)              \
	F(of, 9, TEXT, os_minimum_version, OPT, 48, 0)     \
	F(of, 10, TEXT, os_maximum_version, OPT, 48, 0)    \
	F(of, 11, TEXT, limit, OPT, 8, 0)                  \
	F(of, 12, TEXT, message, OPT, 256, 0)              \
	F(of, 13, TEXT, trust_claims, OPT, 8, 0)           \
	F(of, 14, TEXT, user_groups, OPT, 512, 0)
MESSAGE_STRUCT(restriction_words, RESTRICTION_WORDS_FIELDS)

/*
 * A compliance policy, new or what is to change of one: what is absent stays, an empty text takes away what
 * was said. doc/compliance.md says what each means; include and exclude name a filter, by id or name.
 */
#define COMPLIANCE_WORDS_FIELDS(F, of)                        \
	F(of, 1, TEXT, display_name, OPT, 64, 0)              \
	F(of, 2, TEXT, group_tags, OPT, 512, 0)               \
	F(of, 3, TEXT, include, OPT, 64, 0)                   \
	F(of, 4, TEXT, exclude, OPT, 64, 0)                   \
	F(of, 5, TEXT, attested_within_hours, OPT, 8, 0)      \
	F(of, 6, TEXT, minimum_assurance, OPT, 16, 0)         \
	F(of, 7, TEXT, tpm_classes, OPT, 64, 0)               \
	F(of, 8, TEXT, firmware_not_vulnerable, OPT, 8, 0)    \
	F(of, 9, TEXT, device_key_in_tpm, OPT, 8, 0)          \
	F(of, 10, TEXT, silent_hours, OPT, 8, 0)              \
	F(of, 11, TEXT, grace_period_hours, OPT, 8, 0)        \
	F(of, 12, TEXT, enforcement, OPT, 16, 0)
MESSAGE_STRUCT(compliance_words, COMPLIANCE_WORDS_FIELDS)

/* Where a restriction is to stand: 1 is asked first. */
#define RESTRICTION_PLACE_FIELDS(F, of)                    \
	F(of, 1, UINT, priority, REQ, 25, 0)
MESSAGE_STRUCT(restriction_place, RESTRICTION_PLACE_FIELDS)

/*
 * Certificates of one maker, class and source: their DER one after the other, BODY_ANCHORS_MAX at most. role
 * is root or intermediate; unless said, those that issued themselves are roots and all others intermediates.
 * verify fills read with an anchor_read for each, in their order, behind its size in two octets; a request
 * that brings it is refused.
 */
#define BODY_ANCHORS_MAX 50
#define ANCHORS_NEW_FIELDS(F, of)                          \
	F(of, 1, BYTES, certificates, REQ, 45056, 0)       \
	F(of, 2, TEXT, maker, OPT, 32, 0)                  \
	F(of, 3, TEXT, class, REQ, 16, 0)                  \
	F(of, 4, TEXT, source, OPT, 128, 0)                \
	F(of, 5, TEXT, role, OPT, 16, 0)                   \
	F(of, 6, BYTES, read, OPT, 16384, 0)
MESSAGE_STRUCT(anchors_new, ANCHORS_NEW_FIELDS)

/* What verify read from a certificate; size is the certificate's. is_invalid: it is not one of a CA. */
#define ANCHOR_READ_FIELDS(F, of)                          \
	F(of, 1, UINT, size, REQ, 65536, 0)                \
	F(of, 2, TEXT, subject, OPT, 250, 0)               \
	F(of, 3, UINT, not_after, OPT, INT64_MAX, 0)       \
	F(of, 4, UINT, is_self_issued, OPT, 1, 0)          \
	F(of, 5, UINT, is_invalid, OPT, 1, 0)
MESSAGE_STRUCT(anchor_read, ANCHOR_READ_FIELDS)

/*
 * A row of the blocklist, the same in a file (wire/tsv.h), in a request and in the records; doc/blocklist.md
 * says what each field means, policy/blocklist.h reads them.
 */
#define BLOCKLIST_NEW_FIELDS(F, of)                        \
	F(of, 1, TEXT, id, REQ, 32, 0)                     \
	F(of, 2, TEXT, maker, OPT, 32, 0)                  \
	F(of, 3, TEXT, model, OPT, 64, 0)                  \
	F(of, 4, TEXT, basis, REQ, 16, 0)                  \
	F(of, 5, TEXT, first, OPT, 24, 0)                  \
	F(of, 6, TEXT, last, REQ, 24, 0)                   \
	F(of, 7, TEXT, fixed, OPT, 24, 0)                  \
	F(of, 8, TEXT, effect, REQ, 16, 0)                 \
	F(of, 9, TEXT, keys, REQ, 16, 0)                   \
	F(of, 10, TEXT, name, REQ, 64, 0)                  \
	F(of, 11, TEXT, page, REQ, 200, 0)                 \
	F(of, 12, TEXT, source, REQ, 200, 0)
MESSAGE_STRUCT(blocklist_new, BLOCKLIST_NEW_FIELDS)

/*
 * Who signs in, and accounts. A request brings the password, of which verify makes the proof
 * (cert/password.h) before it hands the body on without it; a request that brings a proof is refused.
 */
#define BODY_PASSWORD(F, of, first)                        \
	F(of, first, TEXT, password, OPT, 128, 0)          \
	F(of, first + 1, FIXED, proof, OPT, 32, 0)

#define SESSION_NEW_FIELDS(F, of)                          \
	F(of, 1, TEXT, name, REQ, 64, 0)                   \
	BODY_PASSWORD(F, of, 2)
MESSAGE_STRUCT(session_new, SESSION_NEW_FIELDS)

/* What stands in a sign-in link: verify takes it out, as a caller's credential. */
#define SESSION_LINK_FIELDS(F, of)                         \
	F(of, 1, TEXT, token, OPT, 128, 0)
MESSAGE_STRUCT(session_link, SESSION_LINK_FIELDS)

/*
 * What an identity provider sent a browser back with (OpenID Connect Core 1.0 §3.1.2.5, RFC 9207); issuer
 * absent: it does not say.
 */
#define SESSION_CODE_FIELDS(F, of)                         \
	F(of, 1, TEXT, code, REQ, 2048, 0)                 \
	F(of, 2, TEXT, state, REQ, 64, 0)                  \
	F(of, 3, TEXT, issuer, OPT, 512, 0)
MESSAGE_STRUCT(session_code, SESSION_CODE_FIELDS)

/* One's own password, and what it is to be from now on; name is one's own too. */
#define PASSWORD_OWN_FIELDS(F, of)                         \
	F(of, 1, TEXT, name, REQ, 64, 0)                   \
	BODY_PASSWORD(F, of, 2)                            \
	F(of, 4, TEXT, new_password, OPT, 128, 0)          \
	F(of, 5, FIXED, new_proof, OPT, 32, 0)
MESSAGE_STRUCT(password_own, PASSWORD_OWN_FIELDS)

/* Whether whoever signs in with the password has to change it first, as Microsoft Graph calls it. */
#define BODY_FORCED(F, of, number)                         \
	F(of, number, UINT, force_change_password_next_sign_in, OPT, 1, 0)

#define ACCOUNT_NEW_FIELDS(F, of)                          \
	F(of, 1, TEXT, name, REQ, 64, 0)                   \
	BODY_PASSWORD(F, of, 2)                            \
	F(of, 4, TEXT, role, REQ, 16, 0)                   \
	BODY_FORCED(F, of, 5)
MESSAGE_STRUCT(account_new, ACCOUNT_NEW_FIELDS)

#define ACCOUNT_SET_FIELDS(F, of)                          \
	F(of, 1, TEXT, role, OPT, 16, 0)                   \
	F(of, 2, TEXT, state, OPT, 16, 0)
MESSAGE_STRUCT(account_set, ACCOUNT_SET_FIELDS)

#define PASSWORD_NEW_FIELDS(F, of)                         \
	BODY_PASSWORD(F, of, 1)                            \
	BODY_FORCED(F, of, 3)
MESSAGE_STRUCT(password_new, PASSWORD_NEW_FIELDS)

/* A view of a list, to be found again by its name: the list and what is asked of it, in the asker's words. */
#define VIEW_NEW_FIELDS(F, of)                             \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, list, REQ, 32, 0)                   \
	F(of, 3, TEXT, query, OPT, 2048, 0)
MESSAGE_STRUCT(view_new, VIEW_NEW_FIELDS)

/* An administrator's bearer token; scope has words with blanks between, absent: all that the role may. */
#define API_TOKEN_NEW_FIELDS(F, of)                        \
	F(of, 1, TEXT, display_name, REQ, 64, 0)           \
	F(of, 2, TEXT, role, REQ, 16, 0)                   \
	F(of, 3, TEXT, scope, OPT, 256, 0)                 \
	F(of, 4, UINT, lifetime_s, OPT, 31622400, 0)
MESSAGE_STRUCT(api_token_new, API_TOKEN_NEW_FIELDS)

#endif
