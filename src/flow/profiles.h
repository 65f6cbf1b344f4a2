/*
 * profiles: what devices are to do, as administrators say it: profiles, and to which registrations they are
 * assigned. Each change writes an audit row in the actor's name.
 */
#ifndef FLOW_PROFILES_H
#define FLOW_PROFILES_H

#include "flow/inventory.h"
#include "store/store_assignment.h"
#include "store/store_profile.h"
#include "wire/body.h"

/* What registrations and tokens get that name none; made and assigned to all when it is first needed. */
#define PROFILES_DEFAULT "default"

/*
 * A new one: attestation required, nobody has to be there, no second try, virtual TPMs denied and unknown
 * ones allowed, re-enrolment allowed, the device's own name, unless said otherwise. PARSE_FIELD for an
 * unknown word or no name, NOT_FOUND for a profile of virtual TPMs that is not there, CONFLICT for a name
 * that is taken; faults of deployment_check and nametemplate_parse.
 */
MUST fault profiles_put(struct flow *f, const struct inventory_actor *by, const struct profile_new *in,
			struct arena *a, struct store_profile **ret);

/* What one is to become: the words that are said replace its own. */
struct profiles_change {
	struct bytes which; /* its id as a UUID, or its name */
	struct profile_new in;
};

/*
 * The profile as it is then. It decides from then on; what was decided before stays (cli/rejudge.h shows
 * what would have been). NOT_FOUND, PARSE_FIELD when virtual TPMs would get the same profile; otherwise as
 * profiles_put.
 */
MUST fault profiles_update(struct flow *f, const struct inventory_actor *by,
			   const struct profiles_change *change, struct arena *a,
			   struct store_profile **ret);

/* In verify: that the words are such as a profile takes. PARSE_FIELD with a sentence. */
MUST fault profiles_read(const struct profile_new *in, struct arena *a, const char **ret_detail);

/* By id or name. NOT_FOUND. */
MUST fault profiles_get(struct flow *f, struct bytes which, struct arena *a, struct store_profile **ret);

/* The one of that name, or absent: the default one. NOT_FOUND. */
MUST fault profiles_get_named(struct flow *f, const struct inventory_actor *by, struct bytes name,
			      struct arena *a, struct store_profile **ret);

/* That registrations without a profile of their own once had one to get; undone, it stays undone. */
MUST fault profiles_put_default(struct flow *f, const struct inventory_actor *by, struct arena *a);

MUST fault profiles_delete(struct flow *f, const struct inventory_actor *by, struct bytes which,
			   struct arena *a);
MUST fault profiles_list(struct flow *f, struct store_page page, struct arena *a,
			 struct store_profile_list *ret);

/* A profile and the registrations that get it: those of a group tag, or (absent) all others. */
struct profiles_assignment {
	struct bytes which, group_tag;
};

/* In the place of the one they got before. NOT_FOUND. */
MUST fault profiles_put_assignment(struct flow *f, const struct inventory_actor *by,
				   const struct profiles_assignment *in, struct arena *a);

/* They get none any more. NOT_FOUND when they do not get this one. */
MUST fault profiles_delete_assignment(struct flow *f, const struct inventory_actor *by,
				      const struct profiles_assignment *in, struct arena *a);

/* By group tag; the first page is the one of all others alone, if there is one; an empty page is the end. */
MUST fault profiles_list_assignments(struct flow *f, struct store_page page, struct arena *a,
				     struct store_assignment_list *ret);

#endif
