#include "cli/certificate.h"

#include <stdio.h>

#include "cli/device.h"
#include "cli/listing.h"
#include "cli/pages.h"

static const struct column columns[] = {
	{ .title = "SERIAL", .member = "id" },
	{ .title = "DEVICE", .member = "managedDeviceId", .is_elastic = true },
	{ .title = "KIND", .member = "kind" },
	{ .title = "STATE", .member = "state", .is_painted = true },
	{ .title = "REASON", .member = "reason" },
	{ .title = "EXPIRES", .member = "notAfterDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "serial number", .member = "id" },
	{ .title = "device", .member = "managedDeviceId" },
	{ .title = "kind", .member = "kind" },
	{ .title = "state", .member = "state" },
	{ .title = "reason", .member = "reason" },
	{ .title = "since", .member = "revokedDateTime" },
	{ .title = "valid from", .member = "notBeforeDateTime" },
	{ .title = "expires", .member = "notAfterDateTime" },
	{ .title = "made", .member = "createdDateTime" },
	{ .title = "issuing CA", .member = "issuerGeneration" },
	{ .title = "certificate", .member = "certificate" },
};

const struct resource certificate_resource = {
	.path = "/assay/v1/certificates",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

static const struct column list_columns[] = {
	{ .title = "LIST", .member = "id" },
	{ .title = "CA", .member = "issuerGeneration" },
	{ .title = "NUMBER", .member = "number" },
	{ .title = "ENTRIES", .member = "entries" },
	{ .title = "FROM", .member = "thisUpdateDateTime", .text = column_minute },
	{ .title = "UNTIL", .member = "nextUpdateDateTime", .text = column_minute },
	{ .title = "DUE", .member = "isDue" },
};

static const struct column issuer_columns[] = {
	{ .title = "GENERATION", .member = "generation" },
	{ .title = "PRESENT", .member = "isPresent" },
	{ .title = "FROM (UTC)", .member = "notBeforeDateTime", .text = column_minute },
	{ .title = "UNTIL (UTC)", .member = "notAfterDateTime", .text = column_minute },
	{ .title = "ISSUED", .member = "issued" },
	{ .title = "IN FORCE", .member = "inForce" },
	{ .title = "KEY", .member = "keyId", .is_elastic = true },
	{ .title = "SHA-256", .member = "id", .is_elastic = true },
};

const struct resource certificate_issuer_resource = {
	.path = "/assay/v1/certificateIssuers",
	.columns = issuer_columns,
	.columns_count = COUNT_OF(issuer_columns),
	.fields = issuer_columns,
	.fields_count = COUNT_OF(issuer_columns),
};

const struct resource certificate_list_resource = {
	.path = "/assay/v1/certificateLists",
	.columns = list_columns,
	.columns_count = COUNT_OF(list_columns),
	.fields = list_columns,
	.fields_count = COUNT_OF(list_columns),
};

fault certificate_list(struct session *s)
{
	struct resource of = certificate_resource;
	const char *device = s->line->values[OPTION_DEVICE];
	char path[PAGES_LINK_MAX];
	bool is_revoked = s->line->values[OPTION_REVOKED] != NULL;
	if (device && is_revoked)
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "--device and --revoked do not go together.");
	if (device) {
		const char *record;
		TRY(session_path(s, device_resource.evidence, device, &record));
		snprintf(path, sizeof(path), "%s/certificates", record); /* the arena is a page's */
		of.path = path;
	}
	if (is_revoked)
		of.path = "/assay/v1/revokedCertificates";
	return listing_write(s, &of, NULL, NULL);
}

fault certificate_revoke(struct session *s)
{
	json_auto_t *body = json_pack("{ss}", "reason", s->line->values[OPTION_REASON]);
	json_auto_t *nothing = NULL;
	return resource_act_on(s, &(struct resource_act){ "revoke", body }, &nothing);
}

fault certificate_count(struct session *s)
{
	json_auto_t *counts = NULL;
	const struct remote_request request = { .method = "GET", .path = "/assay/v1/certificateCounts" };
	const char *word;
	const json_t *n;
	TRY(session_send(s, &request, &counts));
	if (is_session_json(s)) {
		session_write(s, counts);
		return NULL;
	}
	json_object_foreach(counts, word, n)
		printf("%-10s %lld\n", word, (long long)json_integer_value(n));
	return NULL;
}
