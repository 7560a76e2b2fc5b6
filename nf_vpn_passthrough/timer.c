// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes that are set for a time: when it is over, the mode before them returns,
 * whoever still lives.
 */
#include <linux/ktime.h>
#include "core.h"

/* The kernel's timers are late by up to an eighth of their time.  So most of it
 * is slept, then most of what is left, and so on; at most a minute, for the
 * clock goes on while the machine is suspended and timers do not.
 */
#define STEP_MAX_MS	60000U
#define EXACT_MS	1000U	/* from here on it is slept at once */
#define RETRY_MS	10000U	/* the earlier mode cannot be entered now */

static u64 now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

static u64 left_ms(const struct nf_vpn_timer *timer)
{
	u64 now = now_ms(), end = READ_ONCE(timer->end);

	return end > now ? end - now : 0;
}

static void arm(struct nf_vpn_timer *timer)
{
	u32 step = min_t(u64, left_ms(timer), STEP_MAX_MS);

	if (step > EXACT_MS)
		step -= step / 8;
	mod_delayed_work(system_power_efficient_wq, &timer->work,
			 msecs_to_jiffies(step));
}

static void finish(struct nf_vpn_net *vn, struct nf_vpn_timer *timer)
{
	enum nf_vpn_mode old = vn->mode[timer->proto];

	if (nf_vpn_mode_return(vn, timer->proto, timer->next)) {
		WRITE_ONCE(timer->end, now_ms() + RETRY_MS);
		arm(timer);
		return;
	}
	WRITE_ONCE(timer->running, false);
	nf_vpn_audit_mode(vn, timer->proto, old, NF_VPN_ORIGIN_TIMER);
}

static void tick(struct work_struct *work)
{
	struct nf_vpn_timer *timer = container_of(to_delayed_work(work),
						  struct nf_vpn_timer, work);
	struct nf_vpn_net *vn = timer->vn;

	mutex_lock(&vn->mode_mutex);
	if (timer->running && left_ms(timer))
		arm(timer);
	else if (timer->running)
		finish(vn, timer);
	mutex_unlock(&vn->mode_mutex);
}

/**
 * nf_vpn_timer_init - prepare the timers of a namespace
 * @vn: the namespace
 */
void nf_vpn_timer_init(struct nf_vpn_net *vn)
{
	struct nf_vpn_timer *timer;
	unsigned int i;

	for (i = 0; i < NF_VPN_N_PROTOS; i++) {
		timer = &vn->timers[i];
		timer->vn = vn;
		timer->proto = i;
		INIT_DELAYED_WORK(&timer->work, tick);
	}
}

/**
 * nf_vpn_timer_next - what the mode would return to
 * @vn: the namespace
 * @proto: the protocol
 *
 * Context: mode_mutex held.
 * Return: an enum nf_vpn_mode: what a running timer returns to, else the mode
 * that is in force.
 */
enum nf_vpn_mode nf_vpn_timer_next(const struct nf_vpn_net *vn,
				   enum nf_vpn_proto proto)
{
	const struct nf_vpn_timer *timer = &vn->timers[proto];

	return timer->running ? timer->next : vn->mode[proto];
}

/**
 * nf_vpn_timer_start - let a mode return later
 * @vn: the namespace, not going
 * @proto: the protocol
 * @secs: when, in seconds
 * @next: the mode
 *
 * Context: process, mode_mutex held.
 */
void nf_vpn_timer_start(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
			u32 secs, enum nf_vpn_mode next)
{
	struct nf_vpn_timer *timer = &vn->timers[proto];

	WRITE_ONCE(timer->next, next);
	WRITE_ONCE(timer->end, now_ms() + secs * 1000ULL);
	WRITE_ONCE(timer->running, true);
	arm(timer);
}

/**
 * nf_vpn_timer_stop - let a mode last
 * @vn: the namespace
 * @proto: the protocol
 *
 * Context: process, mode_mutex held.
 * Return: whether it was not to last.
 */
bool nf_vpn_timer_stop(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	struct nf_vpn_timer *timer = &vn->timers[proto];
	bool ran = timer->running;

	WRITE_ONCE(timer->running, false);
	/* If it waits for the mutex it will see that. */
	cancel_delayed_work(&timer->work);
	return ran;
}

/**
 * nf_vpn_timer_left - how long a mode lasts still
 * @vn: the namespace
 * @proto: the protocol
 * @next: set to what it then returns to
 * @ms: set to how long, in milliseconds
 *
 * Context: any; the answer may be a moment old.
 * Return: false if it lasts; then nothing is set.
 */
bool nf_vpn_timer_left(const struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode *next, u64 *ms)
{
	const struct nf_vpn_timer *timer = &vn->timers[proto];

	if (!READ_ONCE(timer->running))
		return false;
	*next = READ_ONCE(timer->next);
	*ms = left_ms(timer);
	return true;
}

/**
 * nf_vpn_timer_exit - end the timers of a namespace for good
 * @vn: the namespace, whose modes nobody can set any more
 *
 * Context: process, mode_mutex not held.
 */
void nf_vpn_timer_exit(struct nf_vpn_net *vn)
{
	unsigned int i;

	for (i = 0; i < NF_VPN_N_PROTOS; i++)
		cancel_delayed_work_sync(&vn->timers[i].work);
}
