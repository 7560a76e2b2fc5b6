// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control connection: from TCP segments to messages, and from messages to
 * the core's sessions (RFC 2637, 2 and 3).
 *
 * Segments are read in order.  One that comes too early is dropped, and one
 * that ends in the middle of Call IDs is cut before them; TCP sends again what
 * is missing.  What is sent again is changed as it was the first time, until
 * the receiver has acknowledged it.
 */
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/tcp.h>
#include "pptp.h"
#include "pptp_stream_wire.h"

/* If segments come too early for so long, what is missing never comes this way:
 * do without it.
 */
#define MAX_HELD	(30 * HZ)

/**
 * struct pptp_control - a control connection
 * @base: what the core knows of it
 * @lock: guards the rest; taken before the core's
 * @stream: where each direction stands
 * @edits: what is changed in each direction
 * @started: whether a direction's @stream is valid
 * @held: since when nothing goes on in a direction (jiffies), or 0
 * @tail: bytes of Call IDs that have come, but not gone on
 * @n_tail: how many
 */
struct pptp_control {
	struct nf_vpn_control	base;
	spinlock_t		lock;	/* see above */
	struct pptp_stream	stream[IP_CT_DIR_MAX];
	struct pptp_edits	edits[IP_CT_DIR_MAX];
	bool			started[IP_CT_DIR_MAX];
	unsigned long		held[IP_CT_DIR_MAX];
	u8			tail[IP_CT_DIR_MAX][PPTP_IDS_LEN];
	u8			n_tail[IP_CT_DIR_MAX];
};

/**
 * struct segment - a control segment
 * @net: network namespace
 * @skb: the packet
 * @ct: its conntrack entry
 * @ctinfo: what it is to the entry
 * @dir: its direction
 * @protoff: where the TCP header is
 * @seq: sequence number of its first byte
 * @len: bytes of payload
 * @syn: SYN flag
 * @last: FIN or RST flag: no more will come
 * @ack: what it acknowledges, if @has_ack
 * @has_ack: ACK flag
 */
struct segment {
	struct net		*net;
	struct sk_buff		*skb;
	struct nf_conn		*ct;
	enum ip_conntrack_info	ctinfo;
	enum ip_conntrack_dir	dir;
	unsigned int		protoff;
	u32			seq;
	unsigned int		len;
	bool			syn;
	bool			last;
	bool			has_ack;
	u32			ack;
};

static void count(const struct segment *seg, enum nf_vpn_counter counter)
{
	nf_vpn_count(seg->net, NF_VPN_PPTP, counter);
}

static bool read_segment(struct segment *seg)
{
	const struct tcphdr *th;
	struct tcphdr buf;
	unsigned int off;

	th = skb_header_pointer(seg->skb, seg->protoff, sizeof(buf), &buf);
	if (!th)
		return false;
	off = seg->protoff + th->doff * 4;
	if (off > seg->skb->len)
		return false;
	/* What comes with a SYN has another sequence number, and no PPTP peer
	 * sends it.
	 */
	seg->len = th->syn ? 0 : seg->skb->len - off;
	seg->seq = ntohl(th->seq);
	seg->syn = th->syn;
	seg->last = th->fin || th->rst;
	seg->has_ack = th->ack;
	seg->ack = ntohl(th->ack_seq);
	return true;
}

/* The ids that a message is sent on with.  What they are translated to is also
 * settled where that is refused: then they lead nowhere, and the reply becomes a
 * refusal.
 *
 * Return: 0; -ENOENT if they are not known; -ECONNREFUSED if the sender of a reply
 * accepts what was refused.
 */
static int new_ids(struct pptp_control *c, const struct segment *seg,
		   const struct pptp_head *head, u32 *own, u32 *peer)
{
	const struct nf_vpn_told told = {
		.id = head->own, .prefer = head->own, .id_max = U16_MAX,
	};
	int err;

	switch (head->type) {
	case PPTP_OUT_CALL_REQUEST:
	case PPTP_IN_CALL_REQUEST:
		nf_vpn_session_ask(seg->net, &c->base, seg->dir, &told, own);
		return 0;
	case PPTP_OUT_CALL_REPLY:
	case PPTP_IN_CALL_REPLY:
		err = nf_vpn_session_answer(seg->net, &c->base, seg->dir,
					    &told, head->peer, own, peer);
		return err == -ENOENT || err == -ECONNREFUSED ? err : 0;
	default:
		return nf_vpn_session_translate(seg->net, &c->base, seg->dir,
						0, head->has_own,
						head->has_own ? own : peer);
	}
}

static void write_id(u8 *bytes, u32 id)
{
	bytes[0] = id >> 8;
	bytes[1] = id;
}

/* A reply gets the ids, result and error of one that refuses.  What follows the
 * error, cause or window, is of no matter then.
 *
 * Return: false if too many changes await acknowledgment.
 */
static bool turn_down(struct pptp_control *c, const struct segment *seg,
		      u16 peer)
{
	const u8 result[PPTP_IDS_LEN] = {
		PPTP_RESULT_ERROR, PPTP_ERROR_RESOURCE
	};
	struct pptp_edits *edits = &c->edits[seg->dir];
	u32 next = c->stream[seg->dir].next;
	u8 ids[PPTP_IDS_LEN] = { };

	write_id(ids + sizeof(ids) - 2, peer);
	if (edits->n + 2 > PPTP_EDITS)
		return false;
	return pptp_edit_add(edits, next - PPTP_IDS_LEN, ids) &&
	       pptp_edit_add(edits, next, result);
}

/* Return: false if too many changes await acknowledgment. */
static bool handle_ids(struct pptp_control *c, const struct segment *seg)
{
	const struct pptp_stream *stream = &c->stream[seg->dir];
	u8 bytes[PPTP_IDS_LEN];
	struct pptp_head head;
	u32 own, peer;
	int err;

	if (pptp_head_parse(stream->head, PPTP_HEADER_LEN + PPTP_IDS_LEN,
			    &head))
		return true;
	own = head.own;
	peer = head.peer;
	err = new_ids(c, seg, &head, &own, &peer);
	if (err == -ECONNREFUSED)
		return turn_down(c, seg, peer);
	if (err) {
		count(seg, NF_VPN_CNT_UNKNOWN_CALL);
		return true;
	}
	memcpy(bytes, stream->head + PPTP_HEADER_LEN, sizeof(bytes));
	if (head.has_own)
		write_id(bytes, own);
	if (head.has_peer)
		write_id(bytes + head.peer_off - PPTP_HEADER_LEN, peer);
	if (!memcmp(bytes, stream->head + PPTP_HEADER_LEN, sizeof(bytes)))
		return true;
	return pptp_edit_add(&c->edits[seg->dir],
			     stream->next - PPTP_IDS_LEN, bytes);
}

static void handle_head(struct pptp_control *c, const struct segment *seg)
{
	const struct pptp_stream *stream = &c->stream[seg->dir];
	size_t have = min_t(size_t, stream->len, PPTP_HEAD_LEN);
	struct pptp_head head;

	if (pptp_head_parse(stream->head, have, &head))
		return;
	switch (head.type) {
	case PPTP_OUT_CALL_REPLY:
	case PPTP_IN_CALL_REPLY:
		nf_vpn_session_result(seg->net, &c->base, seg->dir, 0,
				      head.peer, head.result == PPTP_RESULT_OK);
		break;
	case PPTP_CALL_CLEAR:
	case PPTP_CALL_DISCONNECT:
		nf_vpn_session_clear(seg->net, &c->base, seg->dir, 0, head.own,
				     head.type == PPTP_CALL_DISCONNECT);
		break;
	case PPTP_STOP_REQUEST:
	case PPTP_STOP_REPLY:
		nf_vpn_control_end(&c->base, seg->net);
		break;
	default:
		if (!head.type || head.type > PPTP_SET_LINK_INFO)
			count(seg, NF_VPN_CNT_BAD_CONTROL);
	}
}

/* Return: how many bytes at the end of the segment must not go on yet. */
static size_t handle_bytes(struct pptp_control *c, const struct segment *seg,
			   const u8 *data, size_t len)
{
	struct pptp_stream *stream = &c->stream[seg->dir], before;
	enum pptp_step step;
	size_t taken;

	do {
		before = *stream;
		step = pptp_stream_take(stream, data, len, &taken);
		if (step == PPTP_STEP_IDS && !handle_ids(c, seg)) {
			*stream = before;
			return len;
		}
		if (step == PPTP_STEP_HEAD)
			handle_head(c, seg);
		else if (step == PPTP_STEP_LOST)
			count(seg, NF_VPN_CNT_BAD_CONTROL);
		data += taken;
		len -= taken;
	} while (step == PPTP_STEP_IDS || step == PPTP_STEP_HEAD);
	if (step == PPTP_STEP_SPLIT) {
		memcpy(c->tail[seg->dir], data, len);
		c->n_tail[seg->dir] = len;
	}
	return len;
}

/* A segment that continues what was cut.  Its sender may repeat the cut bytes by
 * themselves only, so the Call IDs are put together here; the bytes go on, like
 * others that are sent again, when they come again.
 */
static size_t join(struct pptp_control *c, const struct segment *seg,
		   const u8 *data)
{
	u8 n_tail = c->n_tail[seg->dir];
	u8 ids[PPTP_IDS_LEN];
	size_t n;

	n = min_t(size_t, sizeof(ids) - n_tail, seg->len);
	memcpy(ids, c->tail[seg->dir], n_tail);
	memcpy(ids + n_tail, data, n);
	if (handle_bytes(c, seg, ids, n_tail + n))
		return seg->len;
	return handle_bytes(c, seg, data + n, seg->len - n);
}

/* Return: how many bytes at the end of the segment must not go on yet. */
static size_t read_in_step(struct pptp_control *c, const struct segment *seg,
			   const u8 *data)
{
	struct pptp_stream *stream = &c->stream[seg->dir];
	u32 old = stream->next - seg->seq;
	u8 n_tail = c->n_tail[seg->dir];

	if (n_tail && seg->seq == stream->next + n_tail)
		return join(c, seg, data);
	if (after(seg->seq, stream->next))
		return seg->len;
	if (old >= seg->len)
		return 0;
	c->n_tail[seg->dir] = 0;
	return handle_bytes(c, seg, data + old, seg->len - old);
}

static size_t read_lost(struct pptp_control *c, const struct segment *seg,
			const u8 *data)
{
	struct pptp_stream *stream = &c->stream[seg->dir];

	/* What is sent again is no place to begin. */
	if (before(seg->seq, stream->next))
		return 0;
	c->n_tail[seg->dir] = 0;
	if (!pptp_stream_resume(stream, seg->seq, data, seg->len))
		return 0;
	return handle_bytes(c, seg, data, seg->len);
}

/* Has a direction stood still for so long that what is missing never comes? */
static bool has_stuck(struct pptp_control *c, enum ip_conntrack_dir dir)
{
	/* Not zero: that stands for "not held". */
	if (!c->held[dir])
		c->held[dir] = jiffies | 1;
	return time_after(jiffies, c->held[dir] + MAX_HELD);
}

static size_t give_up(struct pptp_control *c, const struct segment *seg,
		      const u8 *data)
{
	c->held[seg->dir] = 0;
	c->stream[seg->dir].lost = true;
	c->stream[seg->dir].next = seg->seq;
	return read_lost(c, seg, data);
}

/* Return: how many bytes at the end of the segment must not go on yet. */
static size_t read_payload(struct pptp_control *c, const struct segment *seg)
{
	const u8 *data = skb_tail_pointer(seg->skb) - seg->len;
	struct pptp_stream *stream = &c->stream[seg->dir];
	size_t rest;
	u32 next;

	if (!c->started[seg->dir]) {
		pptp_stream_init(stream, seg->seq);
		c->started[seg->dir] = true;
	}
	if (stream->lost)
		return read_lost(c, seg, data);
	next = stream->next;
	rest = read_in_step(c, seg, data);
	if (stream->next != next)
		c->held[seg->dir] = 0;
	else if (rest && has_stuck(c, seg->dir))
		return give_up(c, seg, data);
	return rest;
}

/* A segment that is the last one is not cut: what follows it would be taken for
 * what was cut.
 */
static unsigned int hold_back(const struct segment *seg, size_t rest)
{
	if (seg->last)
		return NF_ACCEPT;
	count(seg, NF_VPN_CNT_CONTROL_ORDER);
	if (rest == seg->len || skb_is_gso(seg->skb))
		return NF_DROP;
	return pptp_nat_cut(seg->skb, seg->ct, seg->ctinfo, seg->protoff,
			    rest) ? NF_ACCEPT : NF_DROP;
}

/* Conntrack lets segments pass whose numbers are wrong.  Only what it acted on
 * itself ends a connection.
 */
static bool is_ending(const struct nf_conn *ct)
{
	u8 state = READ_ONCE(ct->proto.tcp.state);

	return state >= TCP_CONNTRACK_FIN_WAIT && state <= TCP_CONNTRACK_CLOSE;
}

/* Nobody acknowledges what has not passed. */
static void acked(struct pptp_control *c, const struct segment *seg)
{
	const struct pptp_stream *stream = &c->stream[!seg->dir];

	if (seg->has_ack && c->started[!seg->dir] &&
	    (stream->lost || !after(seg->ack, stream->next)))
		pptp_edit_acked(&c->edits[!seg->dir], seg->ack);
}

static unsigned int handle_segment(struct pptp_control *c,
				   const struct segment *seg)
{
	struct pptp_edits *edits = &c->edits[seg->dir];
	size_t rest = 0;

	acked(c, seg);
	if (seg->len) {
		if (skb_linearize(seg->skb))
			return NF_DROP;
		rest = read_payload(c, seg);
		if (!pptp_nat_edit(seg->skb, seg->ct, seg->ctinfo,
				   seg->protoff, edits))
			return NF_DROP;
	}
	if (seg->last && is_ending(seg->ct))
		nf_vpn_control_end(&c->base, seg->net);
	return rest ? hold_back(seg, rest) : NF_ACCEPT;
}

/* Has another connection come to the addresses and ports of an old one?  A SYN
 * alone does not tell if the old one's entry is still there: conntrack takes the
 * other side's word.
 */
static bool is_new(const struct segment *seg)
{
	if (!seg->syn)
		return false;
	if (!nf_ct_is_confirmed(seg->ct))
		return true;
	return seg->has_ack && READ_ONCE(seg->ct->proto.tcp.state) ==
			       TCP_CONNTRACK_SYN_RECV;
}

/* The control connection that a segment belongs to, if that matters.  The first
 * bytes make one, where both sides have spoken.
 */
static struct nf_vpn_control *control_of(const struct segment *seg)
{
	struct nf_vpn_control *base = nf_vpn_control_find(seg->ct);
	struct nf_vpn_key key;

	if (base && is_new(seg)) {
		nf_vpn_control_forget(base, seg->net);
		base = NULL;
	}
	if (!seg->len ||
	    (!base && !test_bit(IPS_SEEN_REPLY_BIT, &seg->ct->status)))
		return base;
	nf_vpn_control_key(seg->ct, &key);
	return nf_vpn_control_get(&pptp_proto, seg->ct, &key);
}

/**
 * pptp_help - a packet of a control connection passes
 * @skb: the packet
 * @protoff: where its TCP header is
 * @ct: its conntrack entry
 * @ctinfo: what it is to the entry
 *
 * Context: POST_ROUTING or LOCAL_IN, behind NAT; RCU read side.
 * Return: verdict.
 */
int pptp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo)
{
	struct segment seg = {
		.net = nf_ct_net(ct), .skb = skb, .ct = ct, .ctinfo = ctinfo,
		.dir = CTINFO2DIR(ctinfo), .protoff = protoff,
	};
	struct nf_vpn_control *base;
	struct pptp_control *c;
	unsigned int verdict;

	/* An ICMP error about a segment comes here as well. */
	if (ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY)
		return NF_ACCEPT;
	if (!nf_vpn_mode_is_on(seg.net, NF_VPN_PPTP) || !read_segment(&seg))
		return NF_ACCEPT;
	base = control_of(&seg);
	if (IS_ERR(base))
		return PTR_ERR(base) == -ESHUTDOWN ? NF_ACCEPT : NF_DROP;
	if (!base)
		return NF_ACCEPT;
	c = container_of(base, struct pptp_control, base);
	spin_lock_bh(&c->lock);
	verdict = handle_segment(c, &seg);
	spin_unlock_bh(&c->lock);
	return verdict;
}

static void control_init(struct nf_vpn_control *base, const struct nf_conn *ct)
{
	struct pptp_control *c = container_of(base, struct pptp_control, base);

	spin_lock_init(&c->lock);
}

const struct nf_vpn_session_ops pptp_sessions = {
	.l4proto	= IPPROTO_GRE,
	.rest		= 30,
	.control_size	= sizeof(struct pptp_control),
	.control_init	= control_init,
};
