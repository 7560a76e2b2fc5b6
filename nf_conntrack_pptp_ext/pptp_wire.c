// SPDX-License-Identifier: GPL-2.0-only
/* PPTP messages and enhanced GRE: bytes to values. */
#include <linux/errno.h>
#include <linux/string.h>
#include "pptp_wire.h"

#define GRE_VERSION_MASK	0x07
#define GRE_VERSION_ENHANCED	1
#define GRE_PROTO_PPP		0x880b
#define MAGIC_COOKIE		0x1a2b3c4d

/* How long a type is, RFC 2637, 2.7 to 2.15, and where it has its fields; 0 for
 * a field that it does not have.
 */
static const struct layout {
	u8	len;
	u8	own;
	u8	peer;
	u8	result;
} layouts[] = {
	[PPTP_OUT_CALL_REQUEST]		= { 168, .own = 12 },
	[PPTP_OUT_CALL_REPLY]		= { 32, .own = 12, .peer = 14, .result = 16 },
	[PPTP_IN_CALL_REQUEST]		= { 220, .own = 12 },
	[PPTP_IN_CALL_REPLY]		= { 24, .own = 12, .peer = 14, .result = 16 },
	[PPTP_IN_CALL_CONNECTED]	= { 28, .peer = 12 },
	[PPTP_CALL_CLEAR]		= { 16, .own = 12 },
	[PPTP_CALL_DISCONNECT]		= { 148, .own = 12 },
	[PPTP_WAN_ERROR]		= { 40, .peer = 12 },
	[PPTP_SET_LINK_INFO]		= { 24, .peer = 12 },
};

static u16 read_be16(const u8 *data)
{
	return data[0] << 8 | data[1];
}

static u32 read_be32(const u8 *data)
{
	return (u32)read_be16(data) << 16 | read_be16(data + 2);
}

/**
 * pptp_gre_parse - read an enhanced GRE header
 * @data: the header
 * @len: bytes at @data
 * @gre: filled in on success
 *
 * RFC 2637, 4.1.  Other flags than the version are not looked at.
 *
 * Return: 0; -ENODATA if it is cut short; -EPROTONOSUPPORT if it is of another
 * version than PPTP's; -EBADMSG if it is of PPTP's version, but carries
 * something else than PPP.
 */
int pptp_gre_parse(const u8 *data, size_t len, struct pptp_gre *gre)
{
	if (len < PPTP_GRE_LEN)
		return -ENODATA;
	if ((data[1] & GRE_VERSION_MASK) != GRE_VERSION_ENHANCED)
		return -EPROTONOSUPPORT;
	if (read_be16(data + 2) != GRE_PROTO_PPP)
		return -EBADMSG;
	gre->payload_len = read_be16(data + 4);
	gre->call_id = read_be16(data + 6);
	return 0;
}

/**
 * pptp_has_ids - whether control messages of a type have Call IDs
 * @type: the type
 *
 * Return: true if they do, then in bytes 12 to 15.
 */
bool pptp_has_ids(u16 type)
{
	return type >= PPTP_OUT_CALL_REQUEST && type <= PPTP_SET_LINK_INFO;
}

/**
 * pptp_header_has_ids - whether a message has Call IDs
 * @header: PPTP_HEADER_LEN bytes, which pptp_length_parse() has accepted
 *
 * Management messages have none, whatever their type.
 *
 * Return: true if it does.
 */
bool pptp_header_has_ids(const u8 *header)
{
	return read_be16(header + 2) == PPTP_CONTROL &&
	       pptp_has_ids(read_be16(header + 8));
}

static u16 shortest(const u8 *header)
{
	return pptp_header_has_ids(header) ?
	       layouts[read_be16(header + 8)].len : PPTP_HEADER_LEN;
}

/**
 * pptp_length_parse - read how long a message is
 * @data: the message
 * @len: bytes at @data, of which the first PPTP_HEADER_LEN are looked at
 *
 * RFC 2637, 1.4 and 2.  A message with Call IDs that is shorter than the RFC has
 * it is malformed; a longer one is not.
 *
 * Return: the length in bytes; -ENODATA if there is less than a header;
 * -EBADMSG if this is no PPTP message.
 */
int pptp_length_parse(const u8 *data, size_t len)
{
	u16 length, kind;

	if (len < PPTP_HEADER_LEN)
		return -ENODATA;
	length = read_be16(data);
	kind = read_be16(data + 2);
	if (kind != PPTP_CONTROL && kind != PPTP_MANAGEMENT)
		return -EBADMSG;
	if (read_be32(data + 4) != MAGIC_COOKIE)
		return -EBADMSG;
	if (length < shortest(data) || length > PPTP_MESSAGE_MAX)
		return -EBADMSG;
	return length;
}

static void read_ids(const u8 *data, size_t len, struct pptp_head *head)
{
	const struct layout *layout = &layouts[head->type];

	head->has_own = layout->own;
	if (layout->own)
		head->own = read_be16(data + layout->own);
	head->has_peer = layout->peer;
	head->peer_off = layout->peer;
	if (layout->peer)
		head->peer = read_be16(data + layout->peer);
	if (layout->result && len > layout->result)
		head->result = data[layout->result];
}

/**
 * pptp_head_parse - read the head of a message
 * @data: its first PPTP_HEAD_LEN bytes, or all of a shorter one
 * @len: bytes at @data
 * @head: filled in on success
 *
 * RFC 2637, 2.  As soon as the first PPTP_IDS_END bytes have come, their Call
 * IDs can be read; the result is 0 then.
 *
 * Return: 0; -ENODATA if there is less than a header, or than the Call IDs of
 * a type that has them; -EBADMSG if this is no PPTP message.
 */
int pptp_head_parse(const u8 *data, size_t len, struct pptp_head *head)
{
	int length = pptp_length_parse(data, len);
	bool has_ids;

	if (length < 0)
		return length;
	has_ids = pptp_header_has_ids(data);
	if (has_ids && len < PPTP_IDS_END)
		return -ENODATA;
	memset(head, 0, sizeof(*head));
	head->len = length;
	if (read_be16(data + 2) == PPTP_CONTROL)
		head->type = read_be16(data + 8);
	if (has_ids)
		read_ids(data, len, head);
	return 0;
}
