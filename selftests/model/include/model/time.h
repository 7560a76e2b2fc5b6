/* SPDX-License-Identifier: GPL-2.0-only */
/* Time, work that is due later, locks and RCU of one simulated processor. */
#ifndef _MODEL_TIME_H
#define _MODEL_TIME_H

#include <model/base.h>

#define HZ			250
#define MSEC_PER_SEC		1000

extern unsigned long jiffies;

u64 ktime_get_ns(void);

#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)

static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return ((unsigned long)ms * HZ + MSEC_PER_SEC - 1) / MSEC_PER_SEC;
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return j * MSEC_PER_SEC / HZ;
}

/* Locks: taken at most once, and given back by who holds them. */
typedef struct {
	bool held;
} spinlock_t;

struct mutex {
	bool held;
};

void model_lock(bool *held);
void model_unlock(bool *held);

#define DEFINE_SPINLOCK(name)	spinlock_t name
#define spin_lock_init(l)	((l)->held = false)
#define spin_lock_bh(l)		model_lock(&(l)->held)
#define spin_unlock_bh(l)	model_unlock(&(l)->held)
#define spin_lock(l)		model_lock(&(l)->held)
#define spin_unlock(l)		model_unlock(&(l)->held)
#define lockdep_assert_held(l)	WARN_ON_ONCE(!(l)->held)
#define lockdep_is_held(l)	((l)->held)
#define mutex_init(l)		((l)->held = false)
#define mutex_lock(l)		model_lock(&(l)->held)
#define mutex_unlock(l)		model_unlock(&(l)->held)

/* RCU: what is freed lives until the outermost reader has left, no longer. */
struct rcu_head {
	char unused;
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
void model_free_later(void *ptr);

#define kfree_rcu(ptr, field)	model_free_later(ptr)
#define rcu_dereference(p)	(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p)	(p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define RCU_INIT_POINTER(p, v)	((p) = (v))

/* Work */
struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	bool pending;
};

#define system_power_efficient_wq NULL
#define INIT_DELAYED_WORK(w, fn) do {	\
	(w)->work.func = (fn);		\
	(w)->pending = false;		\
} while (0)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

bool queue_delayed_work(void *wq, struct delayed_work *work,
			unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);

struct ratelimit_state {
	char unused;
};

#endif /* _MODEL_TIME_H */
