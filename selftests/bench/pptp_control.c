// SPDX-License-Identifier: GPL-2.0-only
/* PPTP control connections; see pptp_control.h. */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "pptp_control.h"

#define PORT		1723
#define COOKIE		0x1a2b3c4d
#define VERSION		0x0100
#define CONNECTED	1	/* result code */
#define CALL_IDS	12	/* where a message has its Call IDs */
#define CALL_IDS_END	16

/* Type and length of a message. */
struct kind {
	uint16_t	type;
	uint16_t	length;
	const char	*name;
};

static const struct kind start_request = { 1, 156, "start request" };
static const struct kind start_reply = { 2, 156, "start reply" };
static const struct kind kinds[CONTROL_KINDS] = {
	[CALL_REQUEST]	= { 7, 168, "call-request" },
	[CALL_REPLY]	= { 8, 32, "call-reply" },
	[ECHO_REQUEST]	= { 5, 16, "echo-request" },
	[ECHO_REPLY]	= { 6, 20, "echo-reply" },
};

struct message {
	uint8_t		bytes[168];
	uint16_t	length;
};

struct costs {
	double		*values;
	size_t		count;
	size_t		room;
};

static struct costs costs[CONTROL_KINDS];

static void put16(struct message *m, unsigned int at, uint16_t value)
{
	value = htons(value);
	memcpy(&m->bytes[at], &value, sizeof(value));
}

static void put32(struct message *m, unsigned int at, uint32_t value)
{
	value = htonl(value);
	memcpy(&m->bytes[at], &value, sizeof(value));
}

static uint16_t get16(const struct message *m, unsigned int at)
{
	return m->bytes[at] << 8 | m->bytes[at + 1];
}

static void begin(struct message *m, const struct kind *kind)
{
	memset(m, 0, sizeof(*m));
	m->length = kind->length;
	put16(m, 0, kind->length);
	put16(m, 2, 1);		/* a control message */
	put32(m, 4, COOKIE);
	put16(m, 8, kind->type);
}

/* What arrives is what was sent, but for Call IDs. */
static void compare(const struct message *sent, const struct message *got)
{
	unsigned int end = CALL_IDS_END < sent->length ? CALL_IDS_END :
							 sent->length;

	if (memcmp(sent->bytes, got->bytes, CALL_IDS) ||
	    memcmp(&sent->bytes[end], &got->bytes[end], sent->length - end))
		errx(1, "a control message of type %u was damaged",
		     get16(sent, 8));
}

/* Moves it from one side to the other. Returns what that cost. */
static double move(const struct control *c, enum side from,
		   const struct message *m, struct message *got)
{
	double start = now(), cost;

	if (send(c->fd[from], m->bytes, m->length, MSG_NOSIGNAL) != m->length)
		err(1, "send");
	if (recv(c->fd[!from], got->bytes, m->length, MSG_WAITALL) != m->length)
		err(1, "a control message of type %u did not arrive",
		    get16(m, 8));
	cost = now() - start;
	got->length = m->length;
	compare(m, got);
	return cost;
}

static void add_cost(enum control_kind kind, double value)
{
	struct costs *c = &costs[kind];

	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 1024;
		c->values = realloc(c->values, c->room * sizeof(*c->values));
		if (!c->values)
			err(1, "realloc");
	}
	c->values[c->count++] = value;
}

static void move_timed(const struct control *c, enum side from,
		       enum control_kind kind, const struct message *m,
		       struct message *got)
{
	add_cost(kind, move(c, from, m, got));
}

static void set_options(int fd)
{
	struct timeval limit = { .tv_sec = 5 };
	int one = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		err(1, "setsockopt");
}

static int open_listener(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_ANY),
	};
	int fd, one = 1;

	enter(OUTSIDE);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 64))
		err(1, "listen");
	set_options(fd);
	enter(INSIDE);
	return fd;
}

static int connect_to(uint32_t server_addr, uint32_t client)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(client),
	}, server = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(server_addr),
	};
	struct timeval limit = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	/* connect() keeps to the limit for what is sent. */
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) ||
	    connect(fd, (struct sockaddr *)&server, sizeof(server)))
		err(1, "connect");
	set_options(fd);
	return fd;
}

static void start(const struct control *c)
{
	struct message m, got;

	begin(&m, &start_request);
	put16(&m, 12, VERSION);
	put32(&m, 16, 3);	/* asynchronous and synchronous framing */
	put32(&m, 20, 3);	/* analogue and digital bearers */
	move(c, INSIDE, &m, &got);
	begin(&m, &start_reply);
	put16(&m, 12, VERSION);
	m.bytes[14] = CONNECTED;
	move(c, OUTSIDE, &m, &got);
}

/**
 * control_open - connect a client and a server
 * @c: set
 * @client: address of the client
 * @server: address of the server
 */
void control_open(struct control *c, uint32_t client, uint32_t server)
{
	static int listener = -1;

	if (listener < 0)
		listener = open_listener();
	c->client = client;
	c->server = server;
	c->fd[INSIDE] = connect_to(server, client);
	c->fd[OUTSIDE] = accept(listener, NULL, NULL);
	if (c->fd[OUTSIDE] < 0)
		err(1, "accept");
	set_options(c->fd[OUTSIDE]);
	start(c);
}

/**
 * control_echo - an Echo-Request and its reply, timed
 * @c: connection
 */
void control_echo(const struct control *c)
{
	struct message m, got;

	begin(&m, &kinds[ECHO_REQUEST]);
	move_timed(c, INSIDE, ECHO_REQUEST, &m, &got);
	begin(&m, &kinds[ECHO_REPLY]);
	m.bytes[16] = 1;	/* general error: none */
	move_timed(c, OUTSIDE, ECHO_REPLY, &m, &got);
}

/**
 * control_call - set a call up, timed
 * @c: connection
 * @call: set, to what each side learns of the other
 * @client_id: Call ID that the client chooses
 * @server_id: Call ID that the server chooses
 */
void control_call(const struct control *c, struct flow *call,
		  uint16_t client_id, uint16_t server_id)
{
	struct message m, request, reply;

	begin(&m, &kinds[CALL_REQUEST]);
	put16(&m, 12, client_id);
	put16(&m, 14, 1);	/* serial number */
	put32(&m, 16, 300);	/* least and most bits per second */
	put32(&m, 20, 100000000);
	put32(&m, 24, 3);	/* bearers */
	put32(&m, 28, 3);	/* framing */
	put16(&m, 32, 64);	/* receive window */
	move_timed(c, INSIDE, CALL_REQUEST, &m, &request);

	begin(&m, &kinds[CALL_REPLY]);
	put16(&m, 12, server_id);
	put16(&m, 14, get16(&request, 12));
	m.bytes[16] = CONNECTED;
	put32(&m, 20, 100000000);
	put16(&m, 24, 64);
	move_timed(c, OUTSIDE, CALL_REPLY, &m, &reply);
	if (get16(&reply, 14) != client_id)
		errx(1, "a reply for call %u came with id %u", client_id,
		     get16(&reply, 14));

	call->client = c->client;
	call->server = c->server;
	call->sent[INSIDE] = get16(&reply, 12);
	call->seen[INSIDE] = server_id;
	call->sent[OUTSIDE] = get16(&request, 12);
	call->seen[OUTSIDE] = client_id;
}

static int compare_values(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/**
 * control_print_costs - what messages cost
 *
 * Prints a line for each kind of message: "control", its name, how many were
 * timed, and the median, lowest and mean instructions.
 */
void control_print_costs(void)
{
	struct costs *c;
	double sum;
	size_t i;

	for (c = costs; c < &costs[CONTROL_KINDS]; c++) {
		if (!c->count)
			continue;
		qsort(c->values, c->count, sizeof(*c->values), compare_values);
		for (sum = 0, i = 0; i < c->count; i++)
			sum += c->values[i];
		printf("control\t%s\t%zu\t%.0f\t%.0f\t%.0f\n",
		       kinds[c - costs].name, c->count,
		       c->values[c->count / 2], c->values[0], sum / c->count);
	}
}
