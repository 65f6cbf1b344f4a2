#include "store/stmt.h"

#include "store/store_account.h"
#include "store/store_admin.h"
#include "store/store_anchor.h"
#include "store/store_appraisal.h"
#include "store/store_approval.h"
#include "store/store_assignment.h"
#include "store/store_audit.h"
#include "store/store_batch.h"
#include "store/store_birth.h"
#include "store/store_blocklist.h"
#include "store/store_bundle.h"
#include "store/store_certificate.h"
#include "store/store_compliance.h"
#include "store/store_command.h"
#include "store/store_conflict.h"
#include "store/store_contact.h"
#include "store/store_crl.h"
#include "store/store_decision.h"
#include "store/store_delivery.h"
#include "store/store_device.h"
#include "store/store_eklist.h"
#include "store/store_enrolment.h"
#include "store/store_event.h"
#include "store/store_evidence.h"
#include "store/store_failure.h"
#include "store/store_filter.h"
#include "store/store_idp.h"
#include "store/store_imported.h"
#include "store/store_issuer.h"
#include "store/store_meta.h"
#include "store/store_outbreak.h"
#include "store/store_profile.h"
#include "store/store_proof.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"
#include "store/store_restriction.h"
#include "store/store_session.h"
#include "store/store_token.h"
#include "store/store_trait.h"
#include "store/store_verdict.h"
#include "store/store_view.h"
#include "store/store_webhook.h"

const struct stmt_row stmt_rows[STMT_COUNT] = {
#define STMT(name, text) [STMT_##name] = { #name, NULL, text },
#define STMT_ENGINE STMT
#define STMT_ROWS(name, of, text) [STMT_##name] = { #name, &of##_record, text },
#include "store/stmt.def"
#undef STMT
#undef STMT_ROWS
#undef STMT_ENGINE
};
