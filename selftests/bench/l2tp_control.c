// SPDX-License-Identifier: GPL-2.0-only
/* L2TP control connections; see l2tp_control.h. */
#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "l2tp_control.h"

#define FLAGS		0xc800	/* control, with length and sequence numbers */
#define MANDATORY	0x8000
#define PPP		7	/* pseudowire type */
#define MAX_IDS		3
#define MAX_MESSAGE	256

enum type {
	NONE = 0,	/* version 2 acknowledges with a mere header */
	SCCRQ = 1, SCCRP = 2, SCCCN = 3, ICRQ = 10, ICRP = 11, ICCN = 12,
	ACK = 20,
};

enum avp {
	MESSAGE_TYPE = 0, PROTOCOL_VERSION = 2, FRAMING = 3, HOST_NAME = 7,
	TUNNEL_ID = 9, SESSION_ID = 14, SERIAL = 15, FRAMING_TYPE = 19,
	CONNECT_SPEED = 24, ROUTER_ID = 60, CONNECTION_ID = 61,
	PSEUDOWIRES = 62, LOCAL_ID = 63, REMOTE_ID = 64, END_ID = 66,
	PSEUDOWIRE = 68,
};

/* An id in a message: where, and what the receiver must see; 0 if that is for
 * the receiver to learn.
 */
struct field {
	unsigned int	at;
	unsigned int	size;
	uint32_t	seen;
};

struct message {
	uint8_t		bytes[MAX_MESSAGE];
	unsigned int	start;		/* of its header */
	unsigned int	length;
	enum side	from;
	enum type	type;
	struct field	ids[MAX_IDS];
	unsigned int	n_ids;
};

/* --- what a message is made of ------------------------------------------- */

static void put(struct message *m, unsigned int size, uint32_t value)
{
	if (m->length + size > sizeof(m->bytes))
		errx(1, "a message of type %u is too long", m->type);
	while (size--)
		m->bytes[m->length++] = value >> 8 * size;
}

static uint32_t get(const struct message *m, const struct field *field)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < field->size; i++)
		value = value << 8 | m->bytes[field->at + i];
	return value;
}

static void put_id(struct message *m, unsigned int size, uint32_t id,
		   uint32_t seen)
{
	m->ids[m->n_ids++] = (struct field) { m->length, size, seen };
	put(m, size, id);
}

static void put_avp_head(struct message *m, enum avp kind, unsigned int size)
{
	put(m, 2, MANDATORY | (6 + size));
	put(m, 2, 0);		/* vendor: IETF */
	put(m, 2, kind);
}

static void put_avp(struct message *m, enum avp kind, unsigned int size,
		    uint32_t value)
{
	put_avp_head(m, kind, size);
	put(m, size, value);
}

static void put_id_avp(struct message *m, enum avp kind, unsigned int size,
		       uint32_t id, uint32_t seen)
{
	put_avp_head(m, kind, size);
	put_id(m, size, id, seen);
}

static void put_name(struct message *m, enum avp kind)
{
	static const char name[] = { 'b', 'e', 'n', 'c', 'h' };

	put_avp_head(m, kind, sizeof(name));
	memcpy(&m->bytes[m->length], name, sizeof(name));
	m->length += sizeof(name);
}

static bool is_v2(const struct tunnel *t)
{
	return t->version == 2;
}

/* A side that has no id of the other one yet addresses it with 0. */
static void put_header_id(struct message *m, unsigned int size,
			  const struct ids *ids)
{
	if (ids && ids->peer[m->from])
		put_id(m, size, ids->peer[m->from], ids->own[!m->from]);
	else
		put(m, size, 0);
}

/* With a session, about that; otherwise about the tunnel itself. */
static void begin(struct message *m, const struct tunnel *t, enum side from,
		  enum type type, const struct ids *session)
{
	memset(m, 0, sizeof(*m));
	m->from = from;
	m->type = type;
	if (!is_v2(t))
		put(m, 4, 0);		/* no Session ID: control */
	m->start = m->length;
	put(m, 2, FLAGS | t->version);
	put(m, 2, 0);			/* length */
	put_header_id(m, is_v2(t) ? 2 : 4, &t->ids);
	if (is_v2(t))
		put_header_id(m, 2, session);
	put(m, 2, t->sent[from]);
	put(m, 2, t->sent[!from]);
	if (type)
		put_avp(m, MESSAGE_TYPE, 2, type);
}

/* --- its way ------------------------------------------------------------- */

static void transmit(const struct tunnel *t, struct message *m)
{
	unsigned int length = m->length - m->start;

	m->bytes[m->start + 2] = length >> 8;
	m->bytes[m->start + 3] = length;
	if (sendto(t->fd[m->from], m->bytes, m->length, 0,
		   (const struct sockaddr *)&t->to[m->from],
		   sizeof(t->to[m->from])) != m->length)
		err(1, "send");
}

/* Raw sockets also give the IP header. */
static void receive(const struct tunnel *t, const struct message *sent,
		    struct message *got, struct sockaddr_in *source)
{
	uint8_t buffer[MAX_MESSAGE + 64];
	socklen_t room = sizeof(*source);
	size_t skip = 0;
	ssize_t length;

	length = recvfrom(t->fd[!sent->from], buffer, sizeof(buffer), 0,
			  (struct sockaddr *)source, &room);
	if (length < 0)
		err(1, "a control message of type %u did not arrive",
		    sent->type);
	if (!is_v2(t))
		skip = (buffer[0] & 15) * 4;
	if ((size_t)length != skip + sent->length)
		errx(1, "a control message of type %u has another length",
		     sent->type);
	memcpy(got->bytes, &buffer[skip], sent->length);
	got->length = sent->length;
}

/* What arrives is what was sent, but for ids. Returns the one to learn. */
static uint32_t compare(struct message *sent, struct message *got)
{
	uint32_t learned = 0, value;
	const struct field *id;
	unsigned int i;

	for (i = 0; i < sent->n_ids; i++) {
		id = &sent->ids[i];
		value = get(got, id);
		if (!value || (id->seen && value != id->seen))
			errx(1, "a control message of type %u has id %u, not %u",
			     sent->type, value, id->seen);
		if (!id->seen)
			learned = value;
		memset(&sent->bytes[id->at], 0, id->size);
		memset(&got->bytes[id->at], 0, id->size);
	}
	if (memcmp(sent->bytes, got->bytes, sent->length))
		errx(1, "a control message of type %u was damaged", sent->type);
	return learned;
}

/* From one side to the other. Returns the id that the receiver learns. */
static uint32_t move(struct tunnel *t, struct message *m,
		     struct sockaddr_in *source)
{
	struct message got;

	transmit(t, m);
	if (m->type != NONE && m->type != ACK)
		t->sent[m->from]++;
	receive(t, m, &got, source);
	return compare(m, &got);
}

static void move_plain(struct tunnel *t, struct message *m)
{
	struct sockaddr_in source;

	move(t, m, &source);
}

static void acknowledge(struct tunnel *t)
{
	struct message m;

	begin(&m, t, OUTSIDE, is_v2(t) ? NONE : ACK, NULL);
	move_plain(t, &m);
}

static struct sockaddr_in address(uint32_t host, unsigned int version)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = version == 2 ? htons(L2TP_PORT) : 0,
		.sin_addr.s_addr = htonl(host),
	};
}

static int open_socket(enum side side, uint32_t host, unsigned int version)
{
	struct sockaddr_in addr = address(host, version);
	struct timeval limit = { .tv_sec = 5 };
	int fd;

	enter(side);
	fd = version == 2 ? socket(AF_INET, SOCK_DGRAM, 0) :
			    socket(AF_INET, SOCK_RAW, L2TP_IP);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		err(1, "L2TP socket");
	return fd;
}

/* --- tunnels ------------------------------------------------------------- */

static void put_self(struct message *m, const struct tunnel *t)
{
	uint32_t own = t->ids.own[m->from];

	put_name(m, HOST_NAME);
	if (is_v2(t)) {
		put_avp(m, PROTOCOL_VERSION, 2, 0x0100);
		put_avp(m, FRAMING, 4, 3);
		put_id_avp(m, TUNNEL_ID, 2, own, 0);
	} else {
		put_avp(m, ROUTER_ID, 4, own);
		put_id_avp(m, CONNECTION_ID, 4, own, 0);
		put_avp(m, PSEUDOWIRES, 2, PPP);
	}
}

static void connect_tunnel(struct tunnel *t)
{
	struct sockaddr_in source;
	struct message m;

	begin(&m, t, INSIDE, SCCRQ, NULL);
	put_self(&m, t);
	t->ids.peer[OUTSIDE] = move(t, &m, &source);
	t->to[OUTSIDE] = source;
	t->port = ntohs(source.sin_port);

	begin(&m, t, OUTSIDE, SCCRP, NULL);
	put_self(&m, t);
	t->ids.peer[INSIDE] = move(t, &m, &source);

	begin(&m, t, INSIDE, SCCCN, NULL);
	move_plain(t, &m);
	acknowledge(t);
}

/**
 * tunnel_open - set a control connection up
 * @t: set
 * @version: 2 or 3, the same for all
 * @client: address of the client
 * @server: address of the server; those of one follow one another
 * @client_id: Tunnel ID or Control Connection ID that the client chooses
 * @server_id: the same for the server
 */
void tunnel_open(struct tunnel *t, unsigned int version, uint32_t client,
		 uint32_t server, uint32_t client_id, uint32_t server_id)
{
	static uint32_t listening;
	static int listener;

	if (listening != server)
		listener = open_socket(OUTSIDE, server, version);
	listening = server;
	*t = (struct tunnel) {
		.version = version,
		.client = client,
		.ids.own = { client_id, server_id },
		.fd = { open_socket(INSIDE, client, version), listener },
	};
	t->to[INSIDE] = address(server, version);
	connect_tunnel(t);
}

/* --- sessions ------------------------------------------------------------ */

/* Both ids of a session, as far as the sender knows them. */
static void put_session(struct message *m, const struct tunnel *t,
			const struct ids *session)
{
	enum side from = m->from;
	uint32_t own = session->own[from], seen = session->peer[!from];
	bool told = session->peer[from];

	if (is_v2(t)) {
		if (m->type != ICCN)
			put_id_avp(m, SESSION_ID, 2, own, seen);
		return;
	}
	put_id_avp(m, LOCAL_ID, 4, own, seen);
	if (told)
		put_id_avp(m, REMOTE_ID, 4, session->peer[from],
			   session->own[!from]);
	else
		put_avp(m, REMOTE_ID, 4, 0);
}

static void put_call(struct message *m, const struct tunnel *t)
{
	put_avp(m, SERIAL, 4, t->sent[m->from]);
	if (is_v2(t))
		return;
	put_avp(m, PSEUDOWIRE, 2, PPP);
	put_name(m, END_ID);
}

static void put_connected(struct message *m, const struct tunnel *t)
{
	if (!is_v2(t))
		return;
	put_avp(m, CONNECT_SPEED, 4, 100000000);
	put_avp(m, FRAMING_TYPE, 4, 1);
}

/**
 * tunnel_session - set a session up, as an incoming call
 * @t: its tunnel
 * @session: set
 * @client_id: Session ID that the client chooses
 * @server_id: Session ID that the server chooses
 */
void tunnel_session(struct tunnel *t, struct ids *session, uint32_t client_id,
		    uint32_t server_id)
{
	struct sockaddr_in source;
	struct message m;

	*session = (struct ids) { .own = { client_id, server_id } };
	begin(&m, t, INSIDE, ICRQ, session);
	put_session(&m, t, session);
	put_call(&m, t);
	session->peer[OUTSIDE] = move(t, &m, &source);

	begin(&m, t, OUTSIDE, ICRP, session);
	put_session(&m, t, session);
	session->peer[INSIDE] = move(t, &m, &source);

	begin(&m, t, INSIDE, ICCN, session);
	put_session(&m, t, session);
	put_connected(&m, t);
	move_plain(t, &m);
	acknowledge(t);
}
