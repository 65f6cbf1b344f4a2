#include "cli/cabinet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <mspack.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rd.h"
#include "base/text.h"
#include "base/wr.h"
#include "host/descriptor.h"
#include "wire/cabhead.h"

#define PATH_SIZE_MAX 1024
#define HEAP_SIZE (8 << 20) /* of the decompressor; pages that are not touched cost nothing */
#define PROCESSOR_S 60
#define RECORD_HEAD 8
#define LEFT_OUT UINT32_MAX /* for the octets of a content */

/*
 * --- in the fence ----------------------------------------------------------------------------------------
 */

/* What libmspack has in place of a system. It copies the first member for its parts, but never for files. */
struct fence {
	struct mspack_system system;
	const struct cabinet_plan *plan;
	uint8_t *out; /* of CABINET_MEMBER_MAX octets */
	size_t out_n;
	size_t total; /* of all that came out */
};

/* libmspack hands its callbacks the base; ours begins with it. */
struct stream {
	struct mspack_file base;
	struct fence *fence;
	bool is_output;
	size_t at;
};

static void *fence_alloc(struct mspack_system *self, size_t n)
{
	(void)self;
	return malloc(n);
}

static struct mspack_file *fence_open(struct mspack_system *self, const char *name, int mode)
{
	struct stream *s = malloc(sizeof(*s));
	(void)name;
	if (!s)
		return NULL;
	*s = (struct stream){ .fence = (struct fence *)self, .is_output = mode == MSPACK_SYS_OPEN_WRITE };
	return &s->base;
}

static void fence_close(struct mspack_file *file)
{
	free(file);
}

static int fence_read(struct mspack_file *file, void *out, int n)
{
	struct stream *s = (struct stream *)file;
	size_t left = s->fence->plan->file.n - s->at;
	size_t taken = n < 0 ? 0 : (size_t)n < left ? (size_t)n : left;
	if (n < 0 || s->is_output)
		return -1;
	memcpy(out, s->fence->plan->file.p + s->at, taken);
	s->at += taken;
	return (int)taken;
}

static int fence_write(struct mspack_file *file, void *in, int n)
{
	const struct stream *s = (const struct stream *)file;
	struct fence *f = s->fence;
	if (n < 0 || !s->is_output || (size_t)n > CABINET_MEMBER_MAX - f->out_n)
		return -1;
	memcpy(f->out + f->out_n, in, (size_t)n);
	f->out_n += (size_t)n;
	return n;
}

static int fence_seek(struct mspack_file *file, off_t offset, int mode)
{
	struct stream *s = (struct stream *)file;
	off_t base = mode == MSPACK_SYS_SEEK_CUR   ? (off_t)s->at
		     : mode == MSPACK_SYS_SEEK_END ? (off_t)s->fence->plan->file.n
						   : 0;
	off_t to = base + offset;
	if (s->is_output || to < 0 || (size_t)to > s->fence->plan->file.n)
		return -1;
	s->at = (size_t)to;
	return 0;
}

static off_t fence_tell(struct mspack_file *file)
{
	return (off_t)((const struct stream *)file)->at;
}

static void fence_message(struct mspack_file *file, const char *format, ...)
{
	(void)file, (void)format;
}

static void fence_copy(void *from, void *to, size_t n)
{
	memcpy(to, from, n);
}

static void put_all(int fd, struct bytes b)
{
	if (descriptor_write(fd, b).n)
		syscall(SYS_exit, 1);
}

/* A record: octets of the name, of the content, both. One without a name says that all was well. */
static void put_record(int fd, struct bytes name, struct bytes content)
{
	uint8_t head[RECORD_HEAD];
	struct wr w = wr_of(head, sizeof(head));
	wr_be32(&w, (uint32_t)name.n);
	wr_be32(&w, (uint32_t)content.n);
	put_all(fd, wr_done(&w));
	put_all(fd, name);
	put_all(fd, content);
}

/* The same of a file that is not to come out. */
static void put_name(int fd, struct bytes name)
{
	uint8_t head[RECORD_HEAD];
	struct wr w = wr_of(head, sizeof(head));
	wr_be32(&w, (uint32_t)name.n);
	wr_be32(&w, LEFT_OUT);
	put_all(fd, wr_done(&w));
	put_all(fd, name);
}

/* True when the file is not wanted or came out whole. */
static bool has_come_out(struct fence *f, struct mscab_decompressor *cabd, struct mscabd_file *m, int fd)
{
	bool (*is_wanted)(const char *) = f->plan->is_wanted;
	if (is_wanted && (!is_wanted(m->filename) || m->length > CABINET_MEMBER_MAX)) {
		put_name(fd, bytes_text(m->filename));
		return true;
	}
	f->total += m->length;
	f->out_n = 0;
	if (f->total > CABINET_TOTAL_MAX || cabd->extract(cabd, m, "out") != MSPACK_ERR_OK ||
	    f->out_n != m->length)
		return false;
	put_record(fd, bytes_text(m->filename), bytes_of(f->out, f->out_n));
	return true;
}

/* True when every file of the CAB that is wanted came out whole. */
static bool has_extracted(struct fence *f, struct mscab_decompressor *cabd, int fd)
{
	struct mscabd_cabinet *cab = cabd->open(cabd, "cab");
	size_t count = 0;
	bool is_alone = cab && !(cab->flags & (MSCAB_HDR_PREVCAB | MSCAB_HDR_NEXTCAB));
	for (struct mscabd_file *m = is_alone ? cab->files : NULL; m; m = m->next)
		if (++count > CABINET_MEMBERS_MAX || !m->filename[0] || !has_come_out(f, cabd, m, fd))
			return false;
	return is_alone && count > 0;
}

/* The kernel will not be asked for memory again: what the decompressor may need is there, or it is ended. */
static bool has_heap(void)
{
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	void *p = malloc(HEAP_SIZE);
	free(p);
	return p != NULL;
}

/* Never returns. From prctl on the kernel admits read, write and exit. */
static void work(const struct cabinet_plan *plan, int fd)
{
	struct fence f = {
		.system = { fence_open, fence_close, fence_read, fence_write, fence_seek, fence_tell,
			    fence_message, fence_alloc, free, fence_copy, NULL },
		.plan = plan,
		.out = malloc(CABINET_MEMBER_MAX),
	};
	const struct rlimit processor = { PROCESSOR_S, PROCESSOR_S }, core = { 0, 0 };
	bool is_fit = f.out && has_heap() && setrlimit(RLIMIT_CPU, &processor) == 0;
	is_fit = is_fit && setrlimit(RLIMIT_CORE, &core) == 0;
	if (!is_fit || prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
		_exit(1);
	struct mscab_decompressor *cabd = mspack_create_cab_decompressor(&f.system);
	bool is_whole = cabd && has_extracted(&f, cabd, fd);
	if (is_whole)
		put_record(fd, (struct bytes){ 0 }, (struct bytes){ 0 });
	syscall(SYS_exit, is_whole ? 0 : 1);
	__builtin_unreachable();
}

/*
 * --- outside ---------------------------------------------------------------------------------------------
 */

/* Reads up to n octets; fewer at the end. */
static size_t get_all(int fd, uint8_t *out, size_t n)
{
	size_t at = 0;
	for (ssize_t got = 1; at < n && got > 0;) {
		got = read(fd, out + at, n - at);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			at += (size_t)got;
	}
	return at;
}

/* Backslashes are what MS-CAB has between folders. */
static bool is_path(char *path, size_t n)
{
	for (size_t i = 0; i < n; i++)
		path[i] = path[i] == '\\' ? '/' : path[i];
	if (strlen(path) != n || !is_text_printable(bytes_of(path, n)) || strchr(path, ':'))
		return false;
	for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
		size_t size = strcspn(part, "/");
		bool is_here = size == 1 && part[0] == '.',
		     is_above = size == 2 && strncmp(part, "..", 2) == 0;
		if (size == 0 || is_here || is_above)
			return false;
	}
	return true;
}

struct reading {
	int fd;
	struct arena *arena;
	struct cabinet cabinet;
	size_t total;
	const char *detail;
};

static fault refuse(struct reading *r, const char *detail)
{
	r->detail = detail;
	return FAIL(ARCHIVE_INVALID);
}

static fault read_member(struct reading *r, size_t name_n, size_t said_n)
{
	size_t content_n = said_n == LEFT_OUT ? 0 : said_n;
	r->total += content_n;
	if (name_n > PATH_SIZE_MAX || content_n > CABINET_MEMBER_MAX || r->total > CABINET_TOTAL_MAX ||
	    r->cabinet.n == CABINET_MEMBERS_MAX)
		return refuse(r, "There is more in it than a bundle of certificates has.");
	char *path = arena_alloc(r->arena, name_n + 1);
	uint8_t *content = arena_alloc(r->arena, content_n + 1);
	NEED(path && content, SYS_MEMORY);
	bool is_there = get_all(r->fd, (uint8_t *)path, name_n) == name_n;
	if (!is_there || get_all(r->fd, content, content_n) != content_n)
		return refuse(r, "It cannot be decompressed.");
	if (!is_path(path, name_n))
		return refuse(r, "A name in it leads out of its folder or cannot be shown.");
	r->cabinet.v[r->cabinet.n++] = (struct cabinet_member){
		path, said_n == LEFT_OUT ? (struct bytes){ 0 } : bytes_of(content, content_n)
	};
	return NULL;
}

static fault read_members(struct reading *r)
{
	for (;;) {
		uint8_t octets[RECORD_HEAD];
		bool is_there = get_all(r->fd, octets, sizeof(octets)) == sizeof(octets);
		struct rd head = rd_of(BYTES_OF(octets));
		size_t name_n = rd_be32(&head), content_n = rd_be32(&head);
		if (!is_there)
			return refuse(r, "It cannot be decompressed, or is cut short.");
		if (name_n == 0)
			return NULL;
		TRY(read_member(r, name_n, content_n));
	}
}

static int order(const void *a, const void *b)
{
	const struct cabinet_member *const *one = a, *const *other = b;
	return strcmp((*one)->path, (*other)->path);
}

static fault check_names(struct reading *r)
{
	const struct cabinet *c = &r->cabinet;
	const struct cabinet_member **sorted = arena_alloc(r->arena, c->n * sizeof(struct cabinet_member *));
	NEED(sorted != NULL, SYS_MEMORY);
	for (size_t i = 0; i < c->n; i++)
		sorted[i] = &c->v[i];
	qsort(sorted, c->n, sizeof(struct cabinet_member *), order);
	for (size_t i = 1; i < c->n; i++)
		if (strcmp(sorted[i - 1]->path, sorted[i]->path) == 0)
			return refuse(r, "A name is in it twice.");
	return NULL;
}

fault cabinet_get(const struct cabinet_plan *plan, struct arena *arena, struct cabinet *ret,
		  const char **ret_detail)
{
	struct cabhead head;
	struct reading r = { .arena = arena, .detail = "It is no CAB, cut short, or longer than it says." };
	int ends[2];
	*ret_detail = r.detail;
	TRY(cabhead_parse(plan->file, &head));
	r.cabinet.v = arena_alloc(arena, CABINET_MEMBERS_MAX * sizeof(*r.cabinet.v));
	NEED(r.cabinet.v != NULL, SYS_MEMORY);
	NEED(pipe2(ends, O_CLOEXEC) == 0, SYS_MEMORY);
	pid_t child = fork();
	if (child == 0)
		work(plan, ends[1]);
	close(ends[1]);
	r.fd = ends[0];
	fault why = child > 0 ? read_members(&r) : FAIL(SYS_MEMORY);
	close(ends[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (!why)
		why = check_names(&r);
	*ret_detail = r.detail;
	TRY(why);
	*ret = r.cabinet;
	return NULL;
}
