// SPDX-License-Identifier: GPL-2.0-only
/* Connection tracking: entries with two tuples, time-outs, references. */
#include "model.h"

#define BUCKETS		256
#define UDP_TIMEOUT	(30 * HZ)
#define UDP_STREAM	(120 * HZ)

struct nf_generic_net model_generic = { .timeout = 600 * HZ };

static struct list_head table[BUCKETS];
static LIST_HEAD(entries);
static unsigned int n_entries;

/**
 * conntrack_init - begin without entries
 */
void conntrack_init(void)
{
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		INIT_LIST_HEAD(&table[i]);
	n_entries = 0;
}

static struct list_head *bucket_of(const struct nf_conntrack_tuple *t)
{
	u32 words[] = {
		t->src.u3.ip, t->dst.u3.ip,
		(u32)t->src.u.all << 16 | t->dst.u.all, t->dst.protonum,
	};

	return &table[jhash2(words, ARRAY_SIZE(words), 0) % BUCKETS];
}

static bool same_tuple(const struct nf_conntrack_tuple *a,
		       const struct nf_conntrack_tuple *b)
{
	return a->src.u3.ip == b->src.u3.ip &&
	       a->src.u.all == b->src.u.all &&
	       a->src.l3num == b->src.l3num &&
	       a->dst.u3.ip == b->dst.u3.ip &&
	       a->dst.u.all == b->dst.u.all &&
	       a->dst.protonum == b->dst.protonum;
}

void nf_conntrack_get(struct nf_conntrack *nfct)
{
	nfct->use.n++;
}

void nf_ct_put(struct nf_conn *ct)
{
	if (ct->ct_general.use.n < 1)
		model_die("an entry is put once too often");
	if (--ct->ct_general.use.n)
		return;
	if (nf_ct_is_confirmed(ct) && !nf_ct_is_dying(ct))
		model_die("the table's reference of an entry was put");
	if (ct->master)
		nf_ct_put(ct->master);
	nf_conntrack_free(ct);
}

bool nf_ct_delete(struct nf_conn *ct, u32 portid, int report)
{
	if (nf_ct_is_dying(ct) || !nf_ct_is_confirmed(ct))
		return false;
	ct->status |= IPS_DYING;
	list_del(&ct->list);
	list_del(&ct->tuplehash[IP_CT_DIR_ORIGINAL].bucket);
	list_del(&ct->tuplehash[IP_CT_DIR_REPLY].bucket);
	nf_ct_put(ct);
	return true;
}

static struct nf_conntrack_tuple_hash *
find(const struct nf_conntrack_tuple *tuple)
{
	struct list_head *bucket = bucket_of(tuple);
	struct nf_conntrack_tuple_hash *h, *next;
	struct nf_conn *ct;

	list_for_each_entry_safe(h, next, bucket, bucket) {
		if (!same_tuple(&h->tuple, tuple))
			continue;
		ct = nf_ct_tuplehash_to_ctrack(h);
		if (!nf_ct_is_expired(ct))
			return h;
		nf_ct_delete(ct, 0, 0);
		return NULL;
	}
	return NULL;
}

struct nf_conntrack_tuple_hash *
nf_conntrack_find_get(struct net *net, const struct nf_conntrack_zone *zone,
		      const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_tuple_hash *h = find(tuple);

	if (h)
		nf_conntrack_get(&nf_ct_tuplehash_to_ctrack(h)->ct_general);
	return h;
}

bool nf_conntrack_tuple_taken(const struct nf_conntrack_tuple *tuple,
			      const struct nf_conn *ignored)
{
	struct nf_conntrack_tuple_hash *h = find(tuple);

	return h && nf_ct_tuplehash_to_ctrack(h) != ignored;
}

void nf_conntrack_alter_reply(struct nf_conn *ct,
			      const struct nf_conntrack_tuple *reply)
{
	struct nf_conntrack_tuple *mine;

	if (nf_ct_is_confirmed(ct))
		model_die("the tuple of a confirmed entry is changed");
	mine = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	*mine = *reply;
	mine->dst.dir = IP_CT_DIR_REPLY;
}

void nf_ct_refresh_acct(struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			const struct sk_buff *skb, unsigned int timeout)
{
	ct->timeout = jiffies + timeout;
}

bool nf_ct_invert_tuple(struct nf_conntrack_tuple *inverse,
			const struct nf_conntrack_tuple *tuple)
{
	*inverse = (struct nf_conntrack_tuple) {
		.src = { .u3 = tuple->dst.u3, .u.all = tuple->dst.u.all,
			 .l3num = tuple->src.l3num },
		.dst = { .u3 = tuple->src.u3, .u.all = tuple->src.u.all,
			 .protonum = tuple->dst.protonum,
			 .dir = !tuple->dst.dir },
	};
	return true;
}

/* Nobody has a reference yet. */
struct nf_conn *nf_conntrack_alloc(struct net *net,
				   const struct nf_conntrack_zone *zone,
				   const struct nf_conntrack_tuple *orig,
				   const struct nf_conntrack_tuple *reply,
				   gfp_t gfp)
{
	struct nf_conn *ct = model_alloc(sizeof(*ct));

	ct->net = net;
	*nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL) = *orig;
	*nf_ct_tuple(ct, IP_CT_DIR_REPLY) = *reply;
	nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->dst.dir = IP_CT_DIR_ORIGINAL;
	nf_ct_tuple(ct, IP_CT_DIR_REPLY)->dst.dir = IP_CT_DIR_REPLY;
	n_entries++;
	return ct;
}

void nf_conntrack_free(struct nf_conn *ct)
{
	if (ct->ct_general.use.n)
		model_die("an entry is freed that somebody refers to");
	n_entries--;
	/* Readers may still look at it. */
	model_free_later(ct);
}

static bool insert(struct nf_conn *ct)
{
	struct nf_conntrack_tuple_hash *h = ct->tuplehash;
	unsigned int dir;

	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		if (nf_conntrack_tuple_taken(&h[dir].tuple, ct))
			return false;
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		list_add(&h[dir].bucket, bucket_of(&h[dir].tuple));
	list_add(&ct->list, &entries);
	return true;
}

/* One reference is the table's, the other one the caller's. */
int nf_conntrack_hash_check_insert(struct nf_conn *ct)
{
	if (!insert(ct))
		return -EEXIST;
	ct->ct_general.use.n = 2;
	return 0;
}

static struct nf_conn *entry_new(struct net *net,
				 const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_tuple reply;
	struct nf_conn *ct;

	nf_ct_invert_tuple(&reply, tuple);
	ct = nf_conntrack_alloc(net, NULL, tuple, &reply, GFP_ATOMIC);
	ct->ct_general.use.n = 1;
	return ct;
}

static unsigned long timeout_of(const struct nf_conn *ct)
{
	if (nf_ct_protonum(ct) != IPPROTO_UDP)
		return model_generic.timeout;
	return ct->status & IPS_SEEN_REPLY ? UDP_STREAM : UDP_TIMEOUT;
}

/**
 * conntrack_in - what conntrack does for a packet that has no entry
 * @net: the namespace
 * @skb: the packet; gets its entry
 * @tuple: its tuple
 */
void conntrack_in(struct net *net, struct sk_buff *skb,
		  const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	h = nf_conntrack_find_get(net, NULL, tuple);
	if (!h) {
		nf_ct_set(skb, entry_new(net, tuple), IP_CT_NEW);
		return;
	}
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (NF_CT_DIRECTION(h) == IP_CT_DIR_REPLY) {
		nf_ct_set(skb, ct, IP_CT_ESTABLISHED_REPLY);
		ct->status |= IPS_SEEN_REPLY;
	} else {
		nf_ct_set(skb, ct, ct->status & IPS_SEEN_REPLY ?
				   IP_CT_ESTABLISHED : IP_CT_NEW);
	}
	ct->timeout = jiffies + timeout_of(ct);
}

/**
 * conntrack_confirm - put the entry of a packet that leaves into the table
 * @ct: the entry
 *
 * Return: false if somebody has one of its tuples.
 */
bool conntrack_confirm(struct nf_conn *ct)
{
	if (nf_ct_is_confirmed(ct))
		return true;
	if (!insert(ct))
		return false;
	nf_conntrack_get(&ct->ct_general);
	ct->status |= IPS_CONFIRMED;
	ct->timeout = jiffies + timeout_of(ct);
	return true;
}

/**
 * conntrack_flush - conntrack -F
 */
void conntrack_flush(void)
{
	struct nf_conn *ct, *next;

	list_for_each_entry_safe(ct, next, &entries, list)
		nf_ct_delete(ct, 0, 0);
}

/**
 * conntrack_count - how many entries exist, in the table or held by somebody
 *
 * Return: their number.
 */
unsigned int conntrack_count(void)
{
	return n_entries;
}
