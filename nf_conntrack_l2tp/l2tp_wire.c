// SPDX-License-Identifier: GPL-2.0-only
/* L2TPv2 (RFC 2661) and L2TPv3 (RFC 3931) messages: bytes to values. */
#include <linux/errno.h>
#include <linux/string.h>
#include "l2tp_wire.h"

/* The first 16 bits, RFC 2661, 3.1, and RFC 3931, 3.2.1 and 4.1.2.1 */
#define FLAG_CONTROL		0x8000	/* T */
#define FLAG_LENGTH		0x4000	/* L */
#define FLAG_SEQUENCE		0x0800	/* S */
#define FLAG_OFFSET		0x0200	/* O */
#define FLAG_PRIORITY		0x0100	/* P */
#define FLAGS_CONTROL		(FLAG_CONTROL | FLAG_LENGTH | FLAG_SEQUENCE)
#define VERSION_MASK		0x000f

#define CONTROL_LEN		12	/* flags to Nr */
#define CONTROL_ID		4	/* where its id or ids are */
#define V3_DATA_ID		4	/* where the Session ID is, over UDP */
#define SESSION_LEN		4	/* a Session ID of version 3 */
#define V2_IDS_LEN		4	/* Tunnel ID and Session ID */
#define END_MAX			0xffff

/* AVPs, RFC 2661, 4.1 */
#define AVP_HIDDEN		0x4000
#define AVP_LENGTH_MASK		0x03ff
#define AVP_RESERVED		0x3c	/* in the first byte */

#define MD5_LEN			16
#define SHA1_LEN		20

/*
 * Kinds of AVP that a message has at most once.  Who writes two of them could
 * have its receiver take the one that was not looked at, or not rewritten.
 */
static const u8 once[] = {
	L2TP_AVP_TUNNEL_ID, L2TP_AVP_CALL_ID, L2TP_AVP_CCID,
	L2TP_AVP_LOCAL_ID, L2TP_AVP_REMOTE_ID, L2TP_AVP_COOKIE,
	L2TP_AVP_NONCE,
};

/* The message that is being read. */
struct reader {
	const u8	*data;
	struct l2tp_msg	msg;
	unsigned int	count;	/* AVPs until now */
	u8		seen;	/* a bit for each of once[] */
};

static u16 read_be16(const u8 *data)
{
	return data[0] << 8 | data[1];
}

static u32 read_be32(const u8 *data)
{
	return (u32)read_be16(data) << 16 | read_be16(data + 2);
}

/* The header is at @at; no flags of @not may be set. */
static int read_control(const u8 *data, size_t len, u16 at, u16 not,
			struct l2tp_head *head)
{
	u16 flags = read_be16(data + at);
	u16 length = read_be16(data + at + 2);
	size_t end = (size_t)at + length;

	if ((flags & (FLAGS_CONTROL | not)) != FLAGS_CONTROL)
		return -EBADMSG;
	if (length < CONTROL_LEN || end > len || end > END_MAX)
		return -EBADMSG;
	memset(head, 0, sizeof(*head));
	head->version = flags & VERSION_MASK;
	head->control = true;
	head->id_off = at + CONTROL_ID;
	head->avps = at + CONTROL_LEN;
	head->end = end;
	return 0;
}

static int read_v2_control(const u8 *data, size_t have, size_t len,
			   struct l2tp_head *head)
{
	int ret;

	if (have < CONTROL_LEN)
		return -ENODATA;
	ret = read_control(data, len, 0, FLAG_OFFSET | FLAG_PRIORITY, head);
	if (ret)
		return ret;
	head->tunnel = read_be16(data + CONTROL_ID);
	head->session = read_be16(data + CONTROL_ID + 2);
	return 0;
}

static int read_v3_control(const u8 *data, size_t have, size_t len, u16 at,
			   struct l2tp_head *head)
{
	int ret;

	if (have < (size_t)at + CONTROL_LEN)
		return -ENODATA;
	if ((read_be16(data + at) & VERSION_MASK) != 3)
		return -EPROTONOSUPPORT;
	ret = read_control(data, len, at, 0, head);
	if (ret)
		return ret;
	head->tunnel = read_be32(data + at + CONTROL_ID);
	return 0;
}

static int read_v3_data(const u8 *data, size_t have, u16 at,
			struct l2tp_head *head)
{
	if (have < (size_t)at + SESSION_LEN)
		return -ENODATA;
	memset(head, 0, sizeof(*head));
	head->version = 3;
	head->session = read_be32(data + at);
	head->id_off = at;
	head->payload = at + SESSION_LEN;
	return 0;
}

/* Where the ids of data of version 2 are. */
static u16 v2_ids(u16 flags)
{
	return flags & FLAG_LENGTH ? 4 : 2;
}

/* Length of the header of data of version 2, without the offset's padding. */
static u16 v2_header_len(u16 flags)
{
	u16 len = v2_ids(flags) + V2_IDS_LEN;

	if (flags & FLAG_SEQUENCE)
		len += 4;
	if (flags & FLAG_OFFSET)
		len += 2;
	return len;
}

/* Where data of version 2 ends, whose Offset Size counts if it is readable. */
static int v2_end(const u8 *data, size_t have, size_t len)
{
	u16 flags = read_be16(data), header = v2_header_len(flags);
	size_t end = len;

	if (flags & FLAG_LENGTH)
		end = read_be16(data + 2);
	if (end < header || end > len)
		return -EBADMSG;
	if (flags & FLAG_OFFSET && have >= header &&
	    read_be16(data + header - 2) > end - header)
		return -EBADMSG;
	return flags & FLAG_LENGTH ? end : 0;
}

static int read_v2_data(const u8 *data, size_t have, size_t len,
			struct l2tp_head *head)
{
	u16 flags = read_be16(data), ids = v2_ids(flags);
	int end;

	if (have < (size_t)ids + V2_IDS_LEN || len < v2_header_len(flags))
		return -ENODATA;
	end = v2_end(data, have, len);
	if (end < 0)
		return end;
	memset(head, 0, sizeof(*head));
	head->version = 2;
	head->tunnel = read_be16(data + ids);
	head->session = read_be16(data + ids + 2);
	head->id_off = ids;
	head->end = end;
	return 0;
}

/**
 * l2tp_udp_parse - read the head of an L2TP packet over UDP
 * @data: what follows the UDP header
 * @have: bytes at @data, of which the first L2TP_HEAD_MAX are looked at
 * @len: how many the whole packet has there, at least @have
 * @head: filled in on success
 *
 * RFC 2661, 3.1, and RFC 3931, 3.2.1 and 4.1.2.  Bytes behind the end of a
 * control message are none of it.  Data whose ids can be read is accepted though
 * the header goes on behind @have, as in a quotation by ICMP.
 *
 * Return: 0; -ENODATA if there is less than the header of a control message,
 * the ids of data, or the fields that the flags promise; -EPROTONOSUPPORT if it
 * is of another version than 2 and 3; -EBADMSG if the flags of a control message
 * are wrong, or the length or the offset is impossible.
 */
int l2tp_udp_parse(const u8 *data, size_t have, size_t len,
		   struct l2tp_head *head)
{
	bool control;

	if (have < L2TP_HEAD_MIN)
		return -ENODATA;
	control = read_be16(data) & FLAG_CONTROL;
	switch (read_be16(data) & VERSION_MASK) {
	case 2:
		return control ? read_v2_control(data, have, len, head) :
		       read_v2_data(data, have, len, head);
	case 3:
		return control ? read_v3_control(data, have, len, 0, head) :
		       read_v3_data(data, have, V3_DATA_ID, head);
	}
	return -EPROTONOSUPPORT;
}

/**
 * l2tp_ip_parse - read the head of an L2TP packet over IP
 * @data: what follows the IP header
 * @have: bytes at @data, of which the first L2TP_HEAD_MAX are looked at
 * @len: how many the whole packet has there, at least @have
 * @head: filled in on success
 *
 * RFC 3931, 4.1.1: protocol 115.  A control message stands behind a Session ID
 * of 0; its length is counted from there, but all of @head from @data.
 *
 * Return: 0; -ENODATA if there is less than a Session ID, or than the header of
 * a control message; -EPROTONOSUPPORT if that is of another version than 3;
 * -EBADMSG if its flags or its length are wrong.
 */
int l2tp_ip_parse(const u8 *data, size_t have, size_t len,
		  struct l2tp_head *head)
{
	if (have < L2TP_HEAD_MIN)
		return -ENODATA;
	if (read_be32(data))
		return read_v3_data(data, have, 0, head);
	return read_v3_control(data, have, len, SESSION_LEN, head);
}

/**
 * l2tp_avp_next - read an AVP
 * @data: the packet
 * @end: where the message ends, at most 65535; all before it is readable
 * @pos: where the AVP begins; where the next one does, on success
 * @avp: filled in on success
 *
 * RFC 2661, 4.1, and RFC 3931, 5.1.
 *
 * Return: 1; 0 if there are no more of them; -EBADMSG if its length is less than
 * its own header, or more than what is left of the message.
 */
int l2tp_avp_next(const u8 *data, size_t end, size_t *pos,
		  struct l2tp_avp *avp)
{
	u16 flags, length;

	if (*pos >= end)
		return 0;
	if (end - *pos < L2TP_AVP_HEADER_LEN)
		return -EBADMSG;
	flags = read_be16(data + *pos);
	length = flags & AVP_LENGTH_MASK;
	if (length < L2TP_AVP_HEADER_LEN || length > end - *pos)
		return -EBADMSG;
	avp->mandatory = flags & L2TP_AVP_MANDATORY;
	avp->hidden = flags & AVP_HIDDEN;
	avp->vendor = read_be16(data + *pos + 2);
	avp->type = read_be16(data + *pos + 4);
	avp->off = *pos + L2TP_AVP_HEADER_LEN;
	avp->len = length - L2TP_AVP_HEADER_LEN;
	*pos += length;
	return 1;
}

/* RFC 2661, 4.4, and RFC 3931, 5.4: they leave out 20, 40 to 57, and 67. */
static bool is_defined(u16 type)
{
	if (type <= L2TP_AVP_V2_LAST)
		return type != 20;
	return type >= L2TP_AVP_V3_FIRST && type <= L2TP_AVP_V3_LAST &&
	       type != 67;
}

/* One with reserved bits counts as unknown, RFC 2661, 4.1. */
static bool is_unknown(const u8 *data, const struct l2tp_avp *avp)
{
	if (data[avp->off - L2TP_AVP_HEADER_LEN] & AVP_RESERVED)
		return true;
	return avp->vendor || !is_defined(avp->type);
}

/* Whether this is the second one of a kind that there may be one of. */
static bool is_second(struct reader *reader, u16 type)
{
	u8 i, bit, before = reader->seen;

	for (i = 0; i < sizeof(once); i++) {
		if (once[i] != type)
			continue;
		bit = 1 << i;
		reader->seen |= bit;
		return before & bit;
	}
	return false;
}

static int read_type(struct reader *reader, const struct l2tp_avp *avp)
{
	if (avp->vendor || avp->type != L2TP_AVP_TYPE)
		return -EBADMSG;
	if (avp->hidden || avp->len != 2)
		return -EBADMSG;
	reader->msg.type = read_be16(reader->data + avp->off);
	return 0;
}

static struct l2tp_id *id_of(struct l2tp_msg *msg, u16 type)
{
	switch (type) {
	case L2TP_AVP_TUNNEL_ID:
		return &msg->tunnel;
	case L2TP_AVP_CALL_ID:
		return &msg->call;
	case L2TP_AVP_CCID:
		return &msg->ccid;
	case L2TP_AVP_LOCAL_ID:
		return &msg->local;
	default:
		return &msg->remote;
	}
}

static int read_id(struct reader *reader, const struct l2tp_avp *avp, u16 len)
{
	struct l2tp_id *id = id_of(&reader->msg, avp->type);
	const u8 *value = reader->data + avp->off;

	if (avp->hidden) {
		reader->msg.hidden = true;
		return 0;
	}
	if (avp->len != len)
		return -EBADMSG;
	id->value = len == 2 ? read_be16(value) : read_be32(value);
	id->off = avp->off;
	return 0;
}

/* It covers what is behind it, and may be nowhere but at the second place. */
static int read_digest(struct reader *reader, const struct l2tp_avp *avp)
{
	struct l2tp_msg *msg = &reader->msg;

	if (reader->count != 1 || avp->hidden || !avp->len)
		return -EBADMSG;
	msg->digest_type = reader->data[avp->off];
	if (msg->digest_type == L2TP_DIGEST_MD5)
		msg->digest_len = MD5_LEN;
	else if (msg->digest_type == L2TP_DIGEST_SHA1)
		msg->digest_len = SHA1_LEN;
	if (msg->digest_len && avp->len != 1 + msg->digest_len)
		return -EBADMSG;
	msg->digest = avp->off + 1;
	return 0;
}

static int read_cookie(struct reader *reader, const struct l2tp_avp *avp)
{
	struct l2tp_msg *msg = &reader->msg;

	if (avp->hidden)
		return 0;
	if (avp->len != 0 && avp->len != 4 && avp->len != L2TP_COOKIE_MAX)
		return -EBADMSG;
	msg->has_cookie = true;
	msg->cookie_len = avp->len;
	memcpy(msg->cookie, reader->data + avp->off, avp->len);
	return 0;
}

static int read_nonce(struct reader *reader, const struct l2tp_avp *avp)
{
	if (avp->hidden)
		return 0;
	reader->msg.nonce = avp->off;
	reader->msg.nonce_len = avp->len;
	return 0;
}

static int read_ietf(struct reader *reader, const struct l2tp_avp *avp)
{
	if (is_second(reader, avp->type))
		return -EBADMSG;
	switch (avp->type) {
	case L2TP_AVP_TYPE:
		return -EBADMSG;
	case L2TP_AVP_TUNNEL_ID:
	case L2TP_AVP_CALL_ID:
		return read_id(reader, avp, 2);
	case L2TP_AVP_CCID:
	case L2TP_AVP_LOCAL_ID:
	case L2TP_AVP_REMOTE_ID:
		return read_id(reader, avp, 4);
	case L2TP_AVP_DIGEST:
		return read_digest(reader, avp);
	case L2TP_AVP_COOKIE:
		return read_cookie(reader, avp);
	case L2TP_AVP_NONCE:
		return read_nonce(reader, avp);
	case L2TP_AVP_STATUS:
		if (!avp->hidden && avp->len == 2)
			reader->msg.status = avp->off;
		break;
	}
	return 0;
}

static int read_avp(struct reader *reader, const struct l2tp_avp *avp)
{
	if (avp->mandatory && is_unknown(reader->data, avp))
		reader->msg.unknown = true;
	if (!reader->count)
		return read_type(reader, avp);
	return avp->vendor ? 0 : read_ietf(reader, avp);
}

/**
 * l2tp_msg_parse - read a control message
 * @data: the packet; all before @head->end is readable
 * @head: what l2tp_udp_parse() or l2tp_ip_parse() made of it; @head->control is
 *	set
 * @msg: filled in on success
 *
 * RFC 2661, 4.4, and RFC 3931, 5.4.  Message Type comes first and Message Digest
 * at once behind it or not at all.  Of ids, cookie and nonce there is one each:
 * two of a kind, though equal or hidden, are malformed, as the receiver might
 * take another one than is found here.  AVPs of both versions are read in
 * messages of both, as an SCCRQ may have both.  An AVP with reserved bits is
 * read, since many receivers read it, and is unknown too.  Hidden cookies and
 * nonces are as if absent.  Ids may be 0.
 *
 * Return: 0, and type L2TP_ZLB if there are no AVPs; -EBADMSG if there is not
 * Message Type first, an AVP runs past the end, one of those named here has a
 * value of a wrong length, or is there again, or the Message Digest is elsewhere
 * or hidden.
 */
int l2tp_msg_parse(const u8 *data, const struct l2tp_head *head,
		   struct l2tp_msg *msg)
{
	size_t pos = head->avps;
	struct reader reader;
	struct l2tp_avp avp;
	int ret;

	memset(&reader, 0, sizeof(reader));
	reader.data = data;
	ret = l2tp_avp_next(data, head->end, &pos, &avp);
	while (ret > 0) {
		ret = read_avp(&reader, &avp);
		if (ret)
			return ret;
		reader.count++;
		ret = l2tp_avp_next(data, head->end, &pos, &avp);
	}
	if (!ret)
		*msg = reader.msg;
	return ret;
}
