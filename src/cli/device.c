#include "cli/device.h"

#include <stdio.h>

#include "cli/compliance.h"
#include "cli/record.h"

/* A recovery that nobody asked for is worth no line. */
static struct bytes recovery(const json_t *record, const struct column *c, struct arena *a)
{
	const json_t *status = json_object_get(record, c->member);
	const char *sentence = json_string_value(json_object_get(record, "recoveryStatusText"));
	if (!json_integer_value(status) || !sentence)
		return (struct bytes){ 0 };
	return bytes_text(arena_format(a, "%lld: %s", (long long)json_integer_value(status), sentence));
}

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "deviceName", .is_elastic = true },
	{ .title = "SERIAL", .member = "serialNumber", .is_elastic = true },
	{ .title = "STATE", .member = "attestationState", .is_painted = true },
	{ .title = "ASSURANCE", .member = "assurance", .text = column_standing },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "deviceName" },
	{ .title = "serial number", .member = "serialNumber" },
	{ .title = "manufacturer", .member = "manufacturer" },
	{ .title = "model", .member = "model" },
	{ .title = "operating system", .member = "operatingSystem" },
	{ .title = "version", .member = "osVersion" },
	{ .title = "management", .member = "managementState" },
	{ .title = "attestation", .member = "attestationState" },
	{ .title = "TPM attested", .member = "isTpmAttested" },
	{ .title = "assurance", .member = "assurance", .text = column_policies },
	{ .title = "compliance", .member = "complianceState" },
	{ .title = "amiss", .member = "complianceReasons", .text = compliance_codes },
	{ .title = "grace until", .member = "complianceGracePeriodExpirationDateTime" },
	{ .title = "fault", .member = "fault" },
	{ .title = "no TPM because", .member = "noTpmReason" },
	{ .title = "EK hash", .member = "ekHash" },
	{ .title = "TPM manufacturer", .member = "tpmManufacturer" },
	{ .title = "TPM class", .member = "tpmClass" },
	{ .title = "TPM version", .member = "tpmVersion" },
	{ .title = "TPM firmware", .member = "tpmFirmware" },
	{ .title = "warnings", .member = "warnings" },
	{ .title = "let pass", .member = "leniencies" },
	{ .title = "last attested", .member = "lastAttestedDateTime" },
	{ .title = "evidence", .member = "attestationEvidenceKind" },
	{ .title = "TPM meanwhile", .member = "tpmHistory" },
	{ .title = "TPM resets", .member = "tpmResetCount" },
	{ .title = "TPM restarts", .member = "tpmRestartCount" },
	{ .title = "key recovery", .member = "recoveryStatus", .text = recovery },
	{ .title = "user", .member = "userPrincipalName" },
	{ .title = "groups", .member = "userGroups" },
	{ .title = "provisioning", .member = "provisioningPhase" },
	{ .title = "since", .member = "provisioningPhaseDateTime" },
	{ .title = "key state here", .member = "serverKeyState" },
	{ .title = "key state there", .member = "clientKeyState" },
	{ .title = "registration", .member = "autopilotDeviceIdentityId" },
	{ .title = "enrolled", .member = "enrolledDateTime" },
	{ .title = "last seen", .member = "lastSyncDateTime" },
};

const struct resource device_resource = {
	.path = "/graph/beta/deviceManagement/managedDevices",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.evidence = "/assay/v1/devices",
};

fault device_result(struct session *s)
{
	const char *path;
	json_auto_t *reply = NULL;
	TRY(session_path(s, "/assay/v1/devices", s->line->arguments[0], &path));
	path = arena_format(&s->arena, "%s/attestationResult", path);
	NEED(path != NULL, SYS_MEMORY);
	const struct remote_request request = { .method = "GET", .path = path };
	TRY(session_send(s, &request, &reply));
	if (is_session_json(s))
		session_write(s, reply);
	else
		printf("%s\n", record_text(reply, "attestationResult"));
	return NULL;
}
