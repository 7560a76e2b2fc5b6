/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists, bitmaps, hashes, hash tables and numbered arrays. */
#ifndef _MODEL_TABLES_H
#define _MODEL_TABLES_H

#include <model/time.h>

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(l)	{ &(l), &(l) }
#define LIST_HEAD(l)		struct list_head l = LIST_HEAD_INIT(l)

static inline void INIT_LIST_HEAD(struct list_head *l)
{
	l->next = l;
	l->prev = l;
}

static inline bool list_empty(const struct list_head *l)
{
	return l->next == l;
}

static inline bool list_is_singular(const struct list_head *l)
{
	return l->next != l && l->next == l->prev;
}

static inline void list_insert(struct list_head *entry, struct list_head *prev)
{
	entry->prev = prev;
	entry->next = prev->next;
	entry->next->prev = entry;
	prev->next = entry;
}

static inline void list_cut(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

static inline void list_add(struct list_head *entry, struct list_head *l)
{
	list_insert(entry, l);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *l)
{
	list_insert(entry, l->prev);
}

/* A deleted entry that is used once more ends the model. */
static inline void list_del(struct list_head *entry)
{
	list_cut(entry);
	entry->next = NULL;
	entry->prev = NULL;
}

static inline void list_del_init(struct list_head *entry)
{
	list_cut(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *l)
{
	list_cut(entry);
	list_add_tail(entry, l);
}

static inline void list_move(struct list_head *entry, struct list_head *l)
{
	list_cut(entry);
	list_add(entry, l);
}

/* Readers may still be about: they go on from the entry. */
static inline void list_del_rcu(struct list_head *entry)
{
	list_cut(entry);
	entry->prev = NULL;
}

#define list_add_rcu(e, l)	list_add(e, l)
#define list_add_tail_rcu(e, l)	list_add_tail(e, l)
#define list_entry(p, type, m)	container_of(p, type, m)
#define list_first_entry(l, type, m) list_entry((l)->next, type, m)
#define list_last_entry(l, type, m) list_entry((l)->prev, type, m)
#define list_next_entry(p, m)	list_entry((p)->m.next, typeof(*(p)), m)
#define list_first_entry_or_null(l, type, m) \
	(list_empty(l) ? NULL : list_first_entry(l, type, m))

#define list_for_each_entry(p, l, m)					\
	for (p = list_entry((l)->next, typeof(*p), m);			\
	     &p->m != (l); p = list_next_entry(p, m))
#define list_for_each_entry_reverse(p, l, m)				\
	for (p = list_entry((l)->prev, typeof(*p), m);			\
	     &p->m != (l); p = list_entry(p->m.prev, typeof(*p), m))
#define list_for_each_entry_safe(p, n, l, m)				\
	for (p = list_entry((l)->next, typeof(*p), m),			\
	     n = list_next_entry(p, m);					\
	     &p->m != (l); p = n, n = list_next_entry(n, m))
#define list_for_each_entry_rcu(p, l, m, ...) list_for_each_entry(p, l, m)

/* Bitmaps */
#define LONG_BITS		(8 * sizeof(long))
#define DECLARE_BITMAP(name, n)	\
	unsigned long name[((n) + LONG_BITS - 1) / LONG_BITS]
#define BIT(n)			(1UL << (n))

static inline void set_bit(unsigned long n, unsigned long *map)
{
	map[n / LONG_BITS] |= 1UL << (n % LONG_BITS);
}

static inline void clear_bit(unsigned long n, unsigned long *map)
{
	map[n / LONG_BITS] &= ~(1UL << (n % LONG_BITS));
}

#define __set_bit(n, map)	set_bit(n, map)

static inline bool test_bit(unsigned long n, const unsigned long *map)
{
	return map[n / LONG_BITS] >> (n % LONG_BITS) & 1;
}

static inline bool test_and_set_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	set_bit(n, map);
	return old;
}

static inline void bitmap_zero(unsigned long *map, unsigned int n)
{
	memset(map, 0, (n + LONG_BITS - 1) / LONG_BITS * sizeof(long));
}

/* Hashes: any good ones do, and the same ones in each run. */
u32 jhash2(const u32 *words, u32 n, u32 seed);

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 seed)
{
	u32 words[] = { a, b, c };

	return jhash2(words, 3, seed);
}

static inline u32 jhash_2words(u32 a, u32 b, u32 seed)
{
	u32 words[] = { a, b };

	return jhash2(words, 2, seed);
}

static inline u32 jhash_1word(u32 a, u32 seed)
{
	return jhash2(&a, 1, seed);
}

static inline u32 hash_32(u32 value, unsigned int bits)
{
	return jhash_1word(value, 0) >> (32 - bits);
}

static inline u32 hash_64(u64 value, unsigned int bits)
{
	return jhash_2words(value, value >> 32, 0) >> (32 - bits);
}

#define net_get_random_once(p, n) memset(p, 1, n)

/* Hash tables */
#define MODEL_BUCKETS		1024

struct rhash_head {
	struct rhash_head *next;
};

struct rhashtable {
	struct rhash_head **buckets;
	u32 n;
};

struct rhashtable_compare_arg {
	struct rhashtable *ht;
	const void *key;
};

struct rhashtable_params {
	size_t head_offset;
	size_t key_offset;
	size_t key_len;
	u32 (*hashfn)(const void *data, u32 len, u32 seed);
	int (*obj_cmpfn)(struct rhashtable_compare_arg *arg, const void *obj);
	bool automatic_shrinking;
};

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *p);
void rhashtable_destroy(struct rhashtable *ht);
void *model_hash_find(struct rhashtable *ht, const void *key,
		      const struct rhashtable_params *p);
int model_hash_insert(struct rhashtable *ht, struct rhash_head *head,
		      const struct rhashtable_params *p);
int model_hash_remove(struct rhashtable *ht, struct rhash_head *head,
		      const struct rhashtable_params *p);

#define rhashtable_lookup(ht, key, p)	model_hash_find(ht, key, &(p))
#define rhashtable_lookup_fast(ht, key, p) model_hash_find(ht, key, &(p))
#define rhashtable_lookup_insert_fast(ht, h, p) model_hash_insert(ht, h, &(p))
#define rhashtable_remove_fast(ht, h, p) model_hash_remove(ht, h, &(p))

/* Numbered arrays: numbers are given out in turn. */
#define MODEL_XA_MAX		65536
#define XA_FLAGS_ALLOC		0
#define XA_FLAGS_LOCK_BH	0
#define XA_LIMIT(lo, hi)	0

struct xarray {
	void **slots;
	u32 used;	/* slots below it may be in use */
};

#define xa_init_flags(xa, flags) memset(xa, 0, sizeof(*(xa)))

int model_xa_alloc(struct xarray *xa, u32 *nr, void *entry, u32 *next);
void xa_erase_bh(struct xarray *xa, unsigned long nr);
void xa_destroy(struct xarray *xa);
void *model_xa_find(struct xarray *xa, unsigned long *nr);

#define xa_alloc_cyclic_bh(xa, nr, entry, limit, next, gfp) \
	((void)(limit), model_xa_alloc(xa, nr, entry, next))

static inline void *xa_load(const struct xarray *xa, unsigned long nr)
{
	return nr < xa->used ? xa->slots[nr] : NULL;
}

#define xa_for_each(xa, nr, entry)					\
	for (nr = 0; (entry = model_xa_find(xa, &nr)) != NULL; nr++)

#endif /* _MODEL_TABLES_H */
