// SPDX-License-Identifier: GPL-2.0-only
/*
 * IKE messages: the header, and what the sequence of exchanges tells.
 *
 * All but the first messages are encrypted.  Which exchange a message belongs
 * to, whether it answers another one, and how long it is can be seen all the
 * same.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "ike_wire.h"

#define NAT_KEEPALIVE	0xff	/* RFC 3948, 2.3 */

/* An answer that holds an SA, a nonce and traffic selectors is longer even with
 * the shortest algorithms, and one that holds an error only is shorter.
 */
#define SA_LEN_MIN	120

static const u8 no_cookie[IKE_COOKIE_LEN];

static u32 read_be32(const u8 *data)
{
	return (u32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

/**
 * ike_wire_parse - read the header of an IKE message
 * @data: the message, without UDP header
 * @len: bytes at @data, at least %IKE_WIRE_LEN if the message is so long
 * @total: length of the whole message
 * @ike: filled in on success
 *
 * RFC 2408, 3.1 and RFC 7296, 3.1.
 *
 * Return: 0; -ENODATA if it is cut short; -ENOMSG if it is a NAT keepalive;
 * -EPROTONOSUPPORT if its version is not known; -EBADMSG if it lies about its
 * length or has no initiator.
 */
int ike_wire_parse(const u8 *data, size_t len, size_t total,
		   struct ike_wire *ike)
{
	if (total == 1 && len && data[0] == NAT_KEEPALIVE)
		return -ENOMSG;
	if (len < IKE_WIRE_LEN || total < IKE_WIRE_LEN)
		return -ENODATA;
	memcpy(ike->initiator, data, IKE_COOKIE_LEN);
	memcpy(ike->responder, data + IKE_COOKIE_LEN, IKE_COOKIE_LEN);
	ike->next = data[16];
	ike->version = data[17] >> 4;
	ike->exchange = data[18];
	ike->flags = data[19];
	ike->id = read_be32(data + 20);
	ike->len = read_be32(data + 24);
	if (ike->version != 1 && ike->version != 2)
		return -EPROTONOSUPPORT;
	if (ike->len < IKE_WIRE_LEN || ike->len > total ||
	    !memcmp(ike->initiator, no_cookie, IKE_COOKIE_LEN))
		return -EBADMSG;
	return 0;
}

/**
 * ike_wire_begins - is a message the first one of an IKE SA?
 * @ike: the message
 *
 * Return: true if so.
 */
bool ike_wire_begins(const struct ike_wire *ike)
{
	return !memcmp(ike->responder, no_cookie, IKE_COOKIE_LEN);
}

/**
 * ike_wire_answers - is a message of version 2 an answer?
 * @ike: the message
 *
 * Return: true if so; of version 1 that cannot be seen.
 */
bool ike_wire_answers(const struct ike_wire *ike)
{
	return ike->version == 2 && ike->flags & IKE_V2_FLAG_RESPONSE;
}

static bool is_about_tunnel(const struct ike_wire *ike)
{
	return ike->exchange == IKE_V2_AUTH ||
	       ike->exchange == IKE_V2_CREATE_CHILD;
}

/**
 * ike_wire_asks - does a message ask for a tunnel?
 * @track: what is known of its IKE SA
 * @ike: the message
 *
 * Return: true if so, be it for the first time or again.
 */
bool ike_wire_asks(const struct ike_track *track, const struct ike_wire *ike)
{
	if (ike->version == 1)
		return ike->exchange == IKE_V1_QUICK && ike->id &&
		       track->quick != ike->id;
	return !ike_wire_answers(ike) && is_about_tunnel(ike);
}

/**
 * ike_wire_knows_sa - does its sender take part in the IKE SA of a message?
 * @ike: the message
 *
 * Who is sent a message of an IKE SA that it does not know may say so, in
 * clear and with the cookies of that message (RFC 7296, 2.21.4).
 *
 * Return: false if it says that it does not.
 */
bool ike_wire_knows_sa(const struct ike_wire *ike)
{
	if (ike->version == 1)
		return ike->exchange != IKE_V1_INFORMATIONAL ||
		       ike->next != IKE_V1_NOTIFY;
	return ike->exchange != IKE_V2_INFORMATIONAL ||
	       ike->next != IKE_V2_NOTIFY;
}

/* Quick Mode (RFC 2409, 5.5): with the second message both sides have chosen
 * their SPIs.
 */
static enum ike_news track_v1(struct ike_track *track,
			      const struct ike_wire *ike, unsigned int dir)
{
	if (ike->exchange != IKE_V1_QUICK || !ike->id)
		return IKE_NOTHING;
	if (track->quick != ike->id) {
		track->quick = ike->id;
		track->quick_by = dir + 1;
		return IKE_NOTHING;
	}
	if (!track->quick_by || track->quick_by == dir + 1 ||
	    ike->len < SA_LEN_MIN)
		return IKE_NOTHING;
	track->quick_by = 0;
	return IKE_ANNOUNCED;
}

/* With EAP there are several IKE_AUTH exchanges for the one tunnel (RFC 7296,
 * 2.16), and with several key exchanges something follows (RFC 9370).
 */
static enum ike_news announce(struct ike_track *track,
			      const struct ike_wire *ike)
{
	switch (ike->exchange) {
	case IKE_V2_AUTH:
		if (track->keyed)
			return IKE_REPEATED;
		track->keyed = true;
		return IKE_ANNOUNCED;
	case IKE_V2_CREATE_CHILD:
		return IKE_ANNOUNCED;
	case IKE_V2_FOLLOWUP_KE:
		return IKE_REPEATED;
	default:
		return IKE_NOTHING;
	}
}

static enum ike_news track_v2(struct ike_track *track,
			      const struct ike_wire *ike, unsigned int dir,
			      bool trust)
{
	unsigned int by = !dir;

	if (!ike_wire_answers(ike)) {
		track->asked[dir] = ike->id;
		track->has_asked[dir] = true;
		return IKE_NOTHING;
	}
	if (!trust && !track->has_asked[by])
		return IKE_UNASKED;
	if (!trust && track->asked[by] != ike->id)
		/* Late, or made up. */
		return (s32)(ike->id - track->asked[by]) > 0 ? IKE_UNASKED :
							       IKE_NOTHING;
	if (track->has_told[dir] && track->told[dir] == ike->id)
		return IKE_NOTHING;
	if (ike->len < SA_LEN_MIN)
		return is_about_tunnel(ike) ? IKE_REFUSED : IKE_NOTHING;
	track->told[dir] = ike->id;
	track->has_told[dir] = true;
	return announce(track, ike);
}

/**
 * ike_wire_track - follow the exchanges of an IKE SA
 * @track: what is known of them; zeroed at first
 * @ike: the next message
 * @dir: its direction, 0 or 1
 * @trust: it may answer a request that was not seen
 *
 * Messages may be lost, repeated, reordered and made up.
 *
 * Return: what it tells.
 */
enum ike_news ike_wire_track(struct ike_track *track,
			     const struct ike_wire *ike, unsigned int dir,
			     bool trust)
{
	return ike->version == 1 ? track_v1(track, ike, dir) :
				   track_v2(track, ike, dir, trust);
}
