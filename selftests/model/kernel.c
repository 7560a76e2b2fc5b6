// SPDX-License-Identifier: GPL-2.0-only
/* Memory, RCU, locks, tables and work, of one processor that is never late. */
#include "model.h"

unsigned long jiffies;

static unsigned long n_allocated;
static unsigned int readers;
static bool *lock_held;
static void **later;
static size_t n_later, max_later;

/**
 * model_die - end the model: something is wrong with it, or with the core
 * @format: what; and arguments
 */
void model_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fflush(stdout);
	fprintf(stderr, "model: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, " (scenario %s, policy %s, seed %lu, %.6f s)\n",
		sim_where.scenario, sim_where.policy, sim_where.seed,
		sim_seconds());
	va_end(args);
	abort();
}

void *model_alloc(size_t size)
{
	void *ptr = calloc(1, size);

	if (!ptr)
		model_die("out of memory");
	n_allocated++;
	return ptr;
}

static unsigned int refusals;

/**
 * model_refuse - let memory run short
 * @n: how many allocations of the core fail from now on
 */
void model_refuse(unsigned int n)
{
	refusals = n;
}

static bool is_refused(void)
{
	if (!refusals)
		return false;
	refusals--;
	return true;
}

void *model_try_alloc(size_t size)
{
	return is_refused() ? NULL : model_alloc(size);
}

void model_free(const void *ptr)
{
	if (!ptr)
		return;
	n_allocated--;
	free((void *)ptr);
}

/**
 * model_forget - begin to count anew
 *
 * Return: number of allocations that were not given back.
 */
unsigned long model_forget(void)
{
	unsigned long left = n_allocated;

	n_allocated = 0;
	return left;
}

/* Leaks are counted for each schedule, and said with its seed. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

void rcu_read_lock(void)
{
	readers++;
}

void rcu_read_unlock(void)
{
	size_t i;

	if (--readers)
		return;
	for (i = 0; i < n_later; i++)
		model_free(later[i]);
	n_later = 0;
}

void model_free_later(void *ptr)
{
	if (!readers) {
		model_free(ptr);
		return;
	}
	if (n_later == max_later) {
		max_later = max_later ? 2 * max_later : 64;
		later = realloc(later, max_later * sizeof(*later));
		if (!later)
			model_die("out of memory");
	}
	later[n_later++] = ptr;
}

/**
 * model_kernel_exit - free what the facilities keep for themselves
 */
void model_kernel_exit(void)
{
	free(later);
	later = NULL;
	max_later = 0;
}

/* There is one lock that matters, and it never nests with itself.  With bottom
 * halves off its holder is a reader, too.
 */
void model_lock(bool *held)
{
	if (*held)
		model_die("a lock is taken twice");
	*held = true;
	lock_held = held;
	rcu_read_lock();
}

void model_unlock(bool *held)
{
	if (!*held)
		model_die("a lock is given back that nobody holds");
	*held = false;
	lock_held = NULL;
	rcu_read_unlock();
}

/**
 * model_check_idle - no lock is held, and no reader is inside
 */
void model_check_idle(void)
{
	if (lock_held || readers)
		model_die("a lock or a reader's section was not left");
}

static void need_lock(void)
{
	if (!lock_held)
		model_die("a table is changed without the lock");
}

u32 jhash2(const u32 *words, u32 n, u32 seed)
{
	u64 hash = seed + 0x9e3779b97f4a7c15ULL;

	while (n--) {
		hash ^= *words++;
		hash *= 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	return hash ^ hash >> 29;
}

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *p)
{
	ht->buckets = model_alloc(MODEL_BUCKETS * sizeof(*ht->buckets));
	ht->n = 0;
	return 0;
}

void rhashtable_destroy(struct rhashtable *ht)
{
	if (ht->n)
		model_die("a table is destroyed with %u objects in it", ht->n);
	model_free(ht->buckets);
}

static struct rhash_head **bucket_of(struct rhashtable *ht, const void *key,
				     const struct rhashtable_params *p)
{
	return &ht->buckets[p->hashfn(key, p->key_len, 0) % MODEL_BUCKETS];
}

void *model_hash_find(struct rhashtable *ht, const void *key,
		      const struct rhashtable_params *p)
{
	struct rhashtable_compare_arg arg = { .ht = ht, .key = key };
	struct rhash_head *head;
	void *object;

	if (!readers)
		model_die("a table is read outside of a reader's section");
	for (head = *bucket_of(ht, key, p); head; head = head->next) {
		object = (char *)head - p->head_offset;
		if (!p->obj_cmpfn(&arg, object))
			return object;
	}
	return NULL;
}

static const void *key_of(const struct rhash_head *head,
			  const struct rhashtable_params *p)
{
	return (const char *)head - p->head_offset + p->key_offset;
}

int model_hash_insert(struct rhashtable *ht, struct rhash_head *head,
		      const struct rhashtable_params *p)
{
	const void *key = key_of(head, p);
	struct rhash_head **bucket = bucket_of(ht, key, p);

	need_lock();
	if (model_hash_find(ht, key, p))
		return -EEXIST;
	if (is_refused())
		return -ENOMEM;
	head->next = *bucket;
	*bucket = head;
	ht->n++;
	return 0;
}

int model_hash_remove(struct rhashtable *ht, struct rhash_head *head,
		      const struct rhashtable_params *p)
{
	struct rhash_head **at = bucket_of(ht, key_of(head, p), p);

	need_lock();
	for (; *at; at = &(*at)->next) {
		if (*at != head)
			continue;
		*at = head->next;
		ht->n--;
		return 0;
	}
	return -ENOENT;
}

/* Numbers are given out in turn, from 1 on. */
int model_xa_alloc(struct xarray *xa, u32 *nr, void *entry, u32 *next)
{
	u32 i, at = *next ?: 1;

	need_lock();
	if (is_refused())
		return -ENOMEM;
	if (!xa->slots)
		xa->slots = model_alloc(MODEL_XA_MAX * sizeof(*xa->slots));
	for (i = 0; i < MODEL_XA_MAX; i++, at++) {
		at = at % MODEL_XA_MAX ?: 1;
		if (xa->slots[at])
			continue;
		xa->slots[at] = entry;
		xa->used = max_t(u32, xa->used, at + 1);
		*nr = at;
		*next = at + 1;
		return 0;
	}
	return -EBUSY;
}

void xa_erase_bh(struct xarray *xa, unsigned long nr)
{
	need_lock();
	xa->slots[nr] = NULL;
}

void xa_destroy(struct xarray *xa)
{
	model_free(xa->slots);
	xa->slots = NULL;
	xa->used = 0;
}

void *model_xa_find(struct xarray *xa, unsigned long *nr)
{
	for (; *nr < xa->used; (*nr)++)
		if (xa->slots[*nr])
			return xa->slots[*nr];
	return NULL;
}

static void run_work(void *arg, u32 n)
{
	struct delayed_work *work = arg;

	if (!work->pending)
		return;
	work->pending = false;
	work->work.func(&work->work);
}

bool queue_delayed_work(void *wq, struct delayed_work *work,
			unsigned long delay)
{
	if (work->pending)
		return false;
	work->pending = true;
	sim_after(delay * (SIM_SECOND / HZ), run_work, work, 0);
	return true;
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	bool was = work->pending;

	work->pending = false;
	return was;
}
