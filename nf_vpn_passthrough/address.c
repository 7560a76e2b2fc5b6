// SPDX-License-Identifier: GPL-2.0-only
/*
 * Public addresses that go.
 *
 * What left from such an address is answered there, where nobody is any more.
 * So its tunnels are forgotten with their conntrack entries, and their clients
 * begin anew behind whatever address there is then.  Addresses go in contexts
 * that must not sleep, so the tunnels follow a little later.
 */
#include <linux/inetdevice.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include "core.h"

#define PENDING_MAX	4096

/**
 * struct gone - an address that has gone
 * @list: link in @pending
 * @net: its namespace, with a reference
 * @addr: the address
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 */
struct gone {
	struct list_head	list;
	struct net		*net;
	union nf_inet_addr	addr;
	u8			l3num;
};

static LIST_HEAD(pending);
static DEFINE_SPINLOCK(pending_lock);
static unsigned int npending;

static bool leaves_from(const struct nf_vpn_flow *flow, const void *arg)
{
	const struct gone *gone = arg;

	if (!flow->pair || flow->node.key.l3num != gone->l3num ||
	    !nf_inet_addr_cmp(&flow->pair->node.key.dst, &gone->addr))
		return false;
	nf_vpn_inc(nf_vpn_pernet(gone->net), flow->proto,
		   NF_VPN_CNT_ADDRESS_GONE);
	return true;
}

static struct gone *next_gone(void)
{
	struct gone *gone;

	spin_lock_bh(&pending_lock);
	gone = list_first_entry_or_null(&pending, struct gone, list);
	if (gone) {
		list_del(&gone->list);
		npending--;
	}
	spin_unlock_bh(&pending_lock);
	return gone;
}

static void forget(struct work_struct *work)
{
	struct nf_vpn_net *vn;
	struct gone *gone;

	while ((gone = next_gone())) {
		vn = nf_vpn_pernet(gone->net);
		nf_vpn_control_lose(vn, gone->l3num, &gone->addr);
		nf_vpn_flush(vn, leaves_from, gone, true);
		put_net(gone->net);
		kfree(gone);
	}
}

static DECLARE_WORK(forget_work, forget);

static bool add(struct gone *gone)
{
	bool room;

	spin_lock_bh(&pending_lock);
	room = npending < PENDING_MAX;
	if (room) {
		list_add_tail(&gone->list, &pending);
		npending++;
	}
	spin_unlock_bh(&pending_lock);
	return room;
}

static void address_gone(struct net *net, u8 l3num,
			 const union nf_inet_addr *addr)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct gone *gone;

	if (!READ_ONCE(vn->nflows) && !READ_ONCE(vn->ncontrols))
		return;
	gone = kmalloc(sizeof(*gone), GFP_ATOMIC);
	if (!gone)
		return;
	gone->net = maybe_get_net(net);
	gone->l3num = l3num;
	gone->addr = *addr;
	if (gone->net && add(gone)) {
		schedule_work(&forget_work);
		return;
	}
	if (gone->net)
		put_net(gone->net);
	kfree(gone);
}

static int inet_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	union nf_inet_addr addr = nf_vpn_addr4(ifa->ifa_local);

	if (event == NETDEV_DOWN)
		address_gone(dev_net(ifa->ifa_dev->dev), NFPROTO_IPV4, &addr);
	return NOTIFY_DONE;
}

static struct notifier_block inet_notifier = {
	.notifier_call = inet_event,
};

#if IS_ENABLED(CONFIG_IPV6)
static int inet6_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;
	union nf_inet_addr addr = { .in6 = ifa->addr };

	if (event == NETDEV_DOWN)
		address_gone(dev_net(ifa->idev->dev), NFPROTO_IPV6, &addr);
	return NOTIFY_DONE;
}

static struct notifier_block inet6_notifier = {
	.notifier_call = inet6_event,
};

static int inet6_register(void)
{
	return register_inet6addr_notifier(&inet6_notifier);
}

static void inet6_unregister(void)
{
	unregister_inet6addr_notifier(&inet6_notifier);
}
#else
static int inet6_register(void)
{
	return 0;
}

static void inet6_unregister(void)
{
}
#endif

/**
 * nf_vpn_address_init - begin to look for addresses that go
 *
 * Context: process, module init.
 * Return: 0, or what registering the notifiers returned.
 */
int nf_vpn_address_init(void)
{
	int err = register_inetaddr_notifier(&inet_notifier);

	if (err)
		return err;
	err = inet6_register();
	if (err)
		unregister_inetaddr_notifier(&inet_notifier);
	return err;
}

/**
 * nf_vpn_address_exit - end it
 *
 * Context: process, module exit; namespaces are still there.
 */
void nf_vpn_address_exit(void)
{
	inet6_unregister();
	unregister_inetaddr_notifier(&inet_notifier);
	flush_work(&forget_work);
}
