// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for the kernel modules: preloaded, it answers what the tool sends
 * through libmnl.  It shows that the tool reads and writes netlink as the
 * specification says, on a machine that cannot load modules.
 *
 * FAKE_KERNEL picks what it does beside answering:
 *   absent	the family does not exist
 *   refuse	answer every request of the family with an extended error
 *   denied	answer every request with an error, without a word
 *   newer	have another version of the family
 *   unknown	do not know an attribute, as a kernel that is older
 *   unheard	do not know the command
 *   short	send an attribute that is too short
 *   changing	mark the first dump as interrupted, with a row too many
 *   restless	mark every dump as interrupted
 *   many	have a hundred tunnels
 *   timer	have a mode that lasts for a time
 *   policy	follow other policies than the usual ones
 *   fast	have a fast path
 *   l2tp	have tunnels of L2TP, and a kernel that can preserve its port
 *   l2tp+pptp	likewise, and a PPTP call
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nf_vpn_passthrough.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "../compiler.h"

#define FAMILY	0x21
#define GROUP	7
#define PORT	4711

struct mnl_socket {
	int fd;
};

static struct mnl_socket the_socket;
static char queue[128][1024] ATTRIBUTE(aligned(8));
static unsigned int head, tail;
static unsigned int dumps;
static int lost;
static struct nlmsghdr request;

static int fake(const char *what)
{
	const char *env = getenv("FAKE_KERNEL");

	return env && !strcmp(env, what);
}

static struct nlmsghdr *message(uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(queue[tail++]);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = request.nlmsg_seq;
	nlh->nlmsg_pid = PORT;
	return nlh;
}

static struct nlmsghdr *answer(uint8_t cmd)
{
	int dump = (request.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct nlmsghdr *nlh = message(FAMILY, dump ? NLM_F_MULTI : 0);
	struct genlmsghdr *genl;

	if (dump && (fake("restless") || (fake("changing") && dumps == 1)))
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = NF_VPN_GENL_VERSION;
	return nlh;
}

static struct nlmsghdr *event(uint8_t cmd)
{
	struct nlmsghdr *nlh;

	memset(&request, 0, sizeof(request));
	nlh = answer(cmd);
	nlh->nlmsg_pid = 0;
	return nlh;
}

static void ack(int error)
{
	struct nlmsghdr *nlh = message(NLMSG_ERROR, NLM_F_CAPPED);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	err->error = error;
	err->msg = request;
}

/* An error about the first attribute, with the request quoted in full. */
static void refuse(const struct nlmsghdr *req, int error, const char *why)
{
	struct nlmsghdr *nlh = message(NLMSG_ERROR, NLM_F_ACK_TLVS);
	size_t len = sizeof(int) + MNL_ALIGN(req->nlmsg_len);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(nlh, len);

	err->error = error;
	memcpy(&err->msg, req, req->nlmsg_len);
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, why);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS,
			 NLMSG_HDRLEN + GENL_HDRLEN);
}

static void done(void)
{
	struct nlmsghdr *nlh = message(NLMSG_DONE, NLM_F_MULTI);
	int *error = mnl_nlmsg_put_extra_header(nlh, sizeof(*error));

	*error = 0;
}

static void family(void)
{
	struct nlattr *groups, *group;
	struct nlmsghdr *nlh;

	if (fake("absent")) {
		ack(-ENOENT);
		return;
	}
	nlh = message(GENL_ID_CTRL, 0);
	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NF_VPN_GENL_NAME);
	mnl_attr_put_u32(nlh, CTRL_ATTR_VERSION,
			 NF_VPN_GENL_VERSION + fake("newer"));
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, GROUP);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, "events");
	mnl_attr_nest_end(nlh, group);
	mnl_attr_nest_end(nlh, groups);
	ack(0);
}

/* Protocols without a binder have no policy. */
static void put_policy(struct nlmsghdr *nlh, uint32_t proto)
{
	uint32_t policy = proto == NF_VPN_IPSEC ? NF_VPN_POLICY_IKE :
						  NF_VPN_POLICY_SERIALIZE;

	if (proto == NF_VPN_PPTP)
		return;
	if (fake("policy"))
		policy += 2;
	mnl_attr_put_u32(nlh, NF_VPN_A_POLICY, policy);
}

static void put_timer(struct nlmsghdr *nlh)
{
	mnl_attr_put_u64(nlh, NF_VPN_A_LEFT_MS, 899999);
	mnl_attr_put_u32(nlh, NF_VPN_A_NEXT_MODE, NF_VPN_MODE_OFF);
}

static void modes(void)
{
	struct nlmsghdr *nlh;
	uint32_t proto;

	for (proto = 0; proto <= NF_VPN_MAX; proto++) {
		nlh = answer(NF_VPN_CMD_MODE_GET);
		if (fake("short"))
			mnl_attr_put_u16(nlh, NF_VPN_A_PROTO, proto);
		else
			mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, proto);
		mnl_attr_put_u32(nlh, NF_VPN_A_MODE, proto + 1);
		if (fake("l2tp"))
			mnl_attr_put_u32(nlh, NF_VPN_A_PRESERVE_PORT,
					 proto == NF_VPN_L2TP);
		put_policy(nlh, proto);
		if (fake("fast") && proto == NF_VPN_IPSEC)
			mnl_attr_put_u32(nlh, NF_VPN_A_FAST_PATH, 1);
		if (fake("timer") && proto == NF_VPN_IPSEC)
			put_timer(nlh);
		if (proto)
			mnl_attr_put(nlh, NF_VPN_A_AVAILABLE, 0, NULL);
	}
	done();
}

static void limits(void)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_LIMIT_GET);

	mnl_attr_put_u32(nlh, NF_VPN_A_MAX_IDS, 65536);
	mnl_attr_put_u32(nlh, NF_VPN_A_MAX_PER_CLIENT, 64);
	mnl_attr_put_u32(nlh, NF_VPN_A_MAX_PER_SERVER, 256);
	mnl_attr_put_u32(nlh, NF_VPN_A_PROBE_MS, 1000);
	mnl_attr_put_u32(nlh, NF_VPN_A_IDS, 3);
	mnl_attr_put_u32(nlh, NF_VPN_A_TUNNELS, 2);
	ack(0);
}

/* An inside id of 0 stands for none. */
static void put_rewritten(struct nlmsghdr *nlh, uint32_t dir, uint32_t id,
			  uint32_t inside)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, NF_VPN_A_WIRE_ID);

	mnl_attr_put_u32(nlh, NF_VPN_ID_A_DIR, dir);
	mnl_attr_put_u32(nlh, NF_VPN_ID_A_ID, id);
	mnl_attr_put_u32(nlh, NF_VPN_ID_A_STATE, NF_VPN_STATE_BOUND);
	mnl_attr_put(nlh, NF_VPN_ID_A_PAD, 0, NULL);
	mnl_attr_put_u64(nlh, NF_VPN_ID_A_IDLE_MS, 3000);
	if (inside)
		mnl_attr_put_u32(nlh, NF_VPN_ID_A_INSIDE_ID, inside);
	mnl_attr_nest_end(nlh, nest);
}

static void put_wire_id(struct nlmsghdr *nlh, uint32_t dir, uint32_t id)
{
	put_rewritten(nlh, dir, id, 0);
}

static void put_addrs(struct nlmsghdr *nlh, uint8_t host)
{
	uint8_t client[4] = { 10, 0, 0, host };
	uint8_t server[4] = { 192, 0, 2, 1 };
	uint8_t public[4] = { 198, 51, 100, 1 };

	mnl_attr_put(nlh, NF_VPN_A_CLIENT, sizeof(client), client);
	mnl_attr_put(nlh, NF_VPN_A_SERVER, sizeof(server), server);
	mnl_attr_put(nlh, NF_VPN_A_PUBLIC, sizeof(public), public);
}

static void tunnel4(uint8_t host, uint16_t zone)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_TUNNEL_GET);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_IPSEC);
	put_addrs(nlh, host);
	mnl_attr_put_u16(nlh, NF_VPN_A_ZONE, zone);
	mnl_attr_put_u8(nlh, NF_VPN_A_ZONE_DIR, 3);
	mnl_attr_put_u8(nlh, NF_VPN_A_L4PROTO, 50);
	mnl_attr_put_u16(nlh, NF_VPN_A_FLOW_ID, 17);
	mnl_attr_put_u32(nlh, NF_VPN_A_STATE, NF_VPN_STATE_BOUND);
	put_wire_id(nlh, NF_VPN_DIR_OUT, 0x1234);
	put_wire_id(nlh, NF_VPN_DIR_IN, 0xc0ffee00);
	put_wire_id(nlh, NF_VPN_DIR_IN, 0xc0ffee01);
	mnl_attr_put_u64(nlh, NF_VPN_A_AGE_MS, 90061000);
	mnl_attr_put_u64(nlh, NF_VPN_A_IDLE_MS, 125000);
	mnl_attr_put_u32(nlh, NF_VPN_A_TRIES, 0);
}

static void tunnel6(void)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_TUNNEL_GET);
	uint8_t addr[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_L2TP);
	addr[15] = 2;
	mnl_attr_put(nlh, NF_VPN_A_CLIENT, sizeof(addr), addr);
	addr[15] = 1;
	mnl_attr_put(nlh, NF_VPN_A_SERVER, sizeof(addr), addr);
	mnl_attr_put_u8(nlh, NF_VPN_A_L4PROTO, 115);
	mnl_attr_put_u32(nlh, NF_VPN_A_STATE, NF_VPN_STATE_PROBING);
	put_wire_id(nlh, NF_VPN_DIR_OUT, 77);
	mnl_attr_put_u64(nlh, NF_VPN_A_IDLE_MS, 0);
}

static struct nlmsghdr *tunnel_of(uint32_t proto, uint8_t host,
				  uint8_t l4proto)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_TUNNEL_GET);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, proto);
	put_addrs(nlh, host);
	mnl_attr_put_u8(nlh, NF_VPN_A_L4PROTO, l4proto);
	mnl_attr_put_u32(nlh, NF_VPN_A_STATE, NF_VPN_STATE_BOUND);
	mnl_attr_put_u64(nlh, NF_VPN_A_IDLE_MS, 3000);
	return nlh;
}

static void put_kind(struct nlmsghdr *nlh, uint32_t kind, uint8_t version,
		     uint8_t cookie_len)
{
	mnl_attr_put_u32(nlh, NF_VPN_A_KIND, kind);
	mnl_attr_put_u8(nlh, NF_VPN_A_VERSION, version);
	mnl_attr_put_u8(nlh, NF_VPN_A_COOKIE_LEN, cookie_len);
}

static void put_ports(struct nlmsghdr *nlh, uint16_t public)
{
	mnl_attr_put_u16(nlh, NF_VPN_A_CLIENT_PORT, 1701);
	mnl_attr_put_u16(nlh, NF_VPN_A_SERVER_PORT, 1701);
	mnl_attr_put_u16(nlh, NF_VPN_A_PUBLIC_PORT, public);
}

/* Over UDP with an id rewritten, the session first. */
static void l2tp_udp(void)
{
	struct nlmsghdr *nlh = tunnel_of(NF_VPN_L2TP, 2, IPPROTO_UDP);

	put_kind(nlh, NF_VPN_KIND_SESSION, 2, 0);
	put_ports(nlh, 1024);
	put_rewritten(nlh, NF_VPN_DIR_OUT, 7 << 16 | 1, 7 << 16 | 1);
	put_rewritten(nlh, NF_VPN_DIR_IN, 0xffffffff, 5 << 16 | 65535);
	nlh = tunnel_of(NF_VPN_L2TP, 2, IPPROTO_UDP);
	put_kind(nlh, NF_VPN_KIND_CONTROL, 2, 0);
	put_ports(nlh, 1024);
	put_rewritten(nlh, NF_VPN_DIR_OUT, 7, 7);
	put_rewritten(nlh, NF_VPN_DIR_IN, 65535, 5);
}

/* Over UDP in IPv6, with the control connection gone, and protocol 115. */
static void l2tp_others(void)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_TUNNEL_GET);
	uint8_t addr[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_L2TP);
	addr[15] = 2;
	mnl_attr_put(nlh, NF_VPN_A_CLIENT, sizeof(addr), addr);
	addr[15] = 1;
	mnl_attr_put(nlh, NF_VPN_A_SERVER, sizeof(addr), addr);
	mnl_attr_put_u8(nlh, NF_VPN_A_L4PROTO, IPPROTO_UDP);
	put_kind(nlh, NF_VPN_KIND_CONTROL, 3, 0);
	put_ports(nlh, 1701);
	put_wire_id(nlh, NF_VPN_DIR_IN, 4000000000U);
	nlh = tunnel_of(NF_VPN_L2TP, 3, IPPROTO_UDP);
	put_kind(nlh, NF_VPN_KIND_SESSION, 3, 0);
	nlh = tunnel_of(NF_VPN_L2TP, 4, 115);
	put_kind(nlh, NF_VPN_KIND_SESSION, 3, 8);
	put_wire_id(nlh, NF_VPN_DIR_OUT, 65537);
	nlh = tunnel_of(NF_VPN_L2TP, 5, 115);
	put_wire_id(nlh, NF_VPN_DIR_OUT, 65538);
}

static void l2tp(void)
{
	struct nlmsghdr *nlh;

	l2tp_udp();
	l2tp_others();
	tunnel4(3, 0);
	if (fake("l2tp+pptp")) {
		nlh = tunnel_of(NF_VPN_PPTP, 6, IPPROTO_GRE);
		put_rewritten(nlh, NF_VPN_DIR_OUT, 9, 8);
	}
	done();
}

static void tunnels(void)
{
	uint8_t host;

	tunnel6();
	for (host = 101; fake("many") && host <= 200; host++)
		tunnel4(host, 0);
	if (fake("changing") && dumps == 1)
		tunnel4(9, 0);
	tunnel4(3, 0);
	tunnel4(2, 7);
	done();
}

static void binding(uint32_t proto, int with_out)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_BIND_GET);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, proto);
	put_addrs(nlh, 2);
	mnl_attr_put_u16(nlh, NF_VPN_A_ZONE, with_out ? 7 : 0);
	if (with_out)
		mnl_attr_put_u32(nlh, NF_VPN_A_ID_OUT, 256);
	mnl_attr_put_u32(nlh, NF_VPN_A_ID_IN, 257);
}

static void bindings(void)
{
	binding(NF_VPN_IPSEC, 1);
	binding(NF_VPN_PPTP, 0);
	done();
}

static void counter(uint32_t proto, uint32_t number, uint64_t value)
{
	struct nlmsghdr *nlh = answer(NF_VPN_CMD_STATS_GET);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, proto);
	mnl_attr_put_u32(nlh, NF_VPN_A_COUNTER, number);
	mnl_attr_put_u64(nlh, NF_VPN_A_VALUE, value);
}

static void stats(void)
{
	counter(NF_VPN_PPTP, NF_VPN_CNT_MODE_OFF, 1);
	counter(NF_VPN_IPSEC, NF_VPN_CNT_TUNNEL_UP, 18446744073709551615ULL);
	counter(NF_VPN_IPSEC, NF_VPN_CNT_CLASH, 0);
	counter(NF_VPN_IPSEC, 4000, 5);
	done();
}

static void flush(void)
{
	mnl_attr_put_u32(answer(NF_VPN_CMD_FLUSH), NF_VPN_A_REMOVED, 2);
	ack(0);
}

static void put_who(struct nlmsghdr *nlh)
{
	mnl_attr_put_u32(nlh, NF_VPN_A_ORIGIN, NF_VPN_ORIGIN_SYSCTL);
	mnl_attr_put_u32(nlh, NF_VPN_A_UID, 0);
	mnl_attr_put_u32(nlh, NF_VPN_A_PID, 43);
	mnl_attr_put_strz(nlh, NF_VPN_A_COMM, "sysctl");
}

/* Of the namespace if there is no such protocol. */
static void setting(uint32_t what, uint32_t proto, uint64_t old,
		    uint64_t value)
{
	struct nlmsghdr *nlh = event(NF_VPN_CMD_SETTING_NTF);

	mnl_attr_put_u32(nlh, NF_VPN_A_SETTING, what);
	if (proto <= NF_VPN_MAX)
		mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, proto);
	mnl_attr_put_u64(nlh, NF_VPN_A_OLD_VALUE, old);
	mnl_attr_put_u64(nlh, NF_VPN_A_VALUE, value);
	put_who(nlh);
}

static void changes(void)
{
	struct nlmsghdr *nlh = event(NF_VPN_CMD_MODE_NTF);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_PPTP);
	mnl_attr_put_u32(nlh, NF_VPN_A_MODE, NF_VPN_MODE_ON);
	mnl_attr_put_u32(nlh, NF_VPN_A_OLD_MODE, NF_VPN_MODE_ON);
	put_timer(nlh);
	mnl_attr_put_u32(nlh, NF_VPN_A_ORIGIN, NF_VPN_ORIGIN_TIMER);
	setting(NF_VPN_SETTING_MAX_IDS, NF_VPN_MAX + 1, 65536, 1000);
	setting(NF_VPN_SETTING_POLICY, NF_VPN_L2TP, NF_VPN_POLICY_SERIALIZE,
		NF_VPN_POLICY_STRICT);
	setting(NF_VPN_SETTING_PRESERVE_PORT, NF_VPN_L2TP, 0, 1);
	setting(NF_VPN_SETTING_FAST_PATH, NF_VPN_IPSEC, 0, 1);
	nlh = event(NF_VPN_CMD_BIND_ADD_NTF);
	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_IPSEC);
	put_addrs(nlh, 2);
	mnl_attr_put_u32(nlh, NF_VPN_A_ID_IN, 4096);
	put_who(nlh);
	nlh = event(NF_VPN_CMD_FLUSH_NTF);
	mnl_attr_put_u32(nlh, NF_VPN_A_REMOVED, 2);
	put_who(nlh);
}

static void events(void)
{
	static const char comm[] = "a\"\\\x1b[31m\xc3\xa4\xff";
	struct nlmsghdr *nlh = event(NF_VPN_CMD_MODE_NTF);

	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_IPSEC);
	mnl_attr_put_u32(nlh, NF_VPN_A_MODE, NF_VPN_MODE_ON);
	mnl_attr_put_u32(nlh, NF_VPN_A_OLD_MODE, NF_VPN_MODE_OFF);
	mnl_attr_put_u32(nlh, NF_VPN_A_UID, 1000);
	mnl_attr_put_u32(nlh, NF_VPN_A_PID, 42);
	mnl_attr_put_strz(nlh, NF_VPN_A_COMM, comm);
	mnl_attr_put_u32(nlh, NF_VPN_A_ORIGIN, NF_VPN_ORIGIN_NETLINK);
	nlh = event(NF_VPN_CMD_TUNNEL_NTF);
	mnl_attr_put_u32(nlh, NF_VPN_A_EVENT, NF_VPN_EVENT_BOUND);
	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_IPSEC);
	put_addrs(nlh, 2);
	mnl_attr_put_u8(nlh, NF_VPN_A_L4PROTO, 50);
	mnl_attr_put_u32(nlh, NF_VPN_A_ID_IN, 4096);
	nlh = event(NF_VPN_CMD_REFUSED_NTF);
	mnl_attr_put_u32(nlh, NF_VPN_A_COUNTER, NF_VPN_CNT_CLASH);
	mnl_attr_put_u32(nlh, NF_VPN_A_PROTO, NF_VPN_IPSEC);
	put_addrs(nlh, 2);
	mnl_attr_put_u16(nlh, NF_VPN_A_ZONE, 7);
	mnl_attr_put_u32(nlh, NF_VPN_A_ID_IN, 4096);
	mnl_attr_put(nlh, NF_VPN_A_CLASHES_WITH, 4, "\x0a\x00\x00\x03");
	changes();
	lost = 1;
}

/* What was asked, attributes in hexadecimal, for the tests to compare. */
static void log_request(const struct nlmsghdr *req)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(req);
	const char *path = getenv("FAKE_KERNEL_LOG");
	const struct nlattr *attr;
	const uint8_t *bytes;
	unsigned int i;
	FILE *log;

	log = path ? fopen(path, "a") : NULL;
	if (!log)
		return;
	fprintf(log, "cmd %u", genl->cmd);
	mnl_attr_for_each(attr, req, GENL_HDRLEN) {
		fprintf(log, " %u:", mnl_attr_get_type(attr));
		bytes = mnl_attr_get_payload(attr);
		for (i = 0; i < mnl_attr_get_payload_len(attr); i++)
			fprintf(log, "%02x", bytes[i]);
	}
	fputc('\n', log);
	fclose(log);
}

/* Return: whether the request was answered with an error. */
static int serve_error(const struct nlmsghdr *req)
{
	if (fake("refuse"))
		refuse(req, -ERANGE, "integer out of range");
	else if (fake("unknown"))
		refuse(req, -EINVAL, "Unknown attribute type");
	else if (fake("unheard"))
		ack(-EOPNOTSUPP);
	else if (fake("denied"))
		ack(-EPERM);
	else
		return 0;
	return 1;
}

static void serve(const struct nlmsghdr *req)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(req);

	log_request(req);
	if (req->nlmsg_flags & NLM_F_DUMP)
		dumps++;
	if (serve_error(req))
		return;
	switch (genl->cmd) {
	case NF_VPN_CMD_MODE_GET:
		modes();
		break;
	case NF_VPN_CMD_LIMIT_GET:
		limits();
		break;
	case NF_VPN_CMD_TUNNEL_GET:
		if (fake("l2tp") || fake("l2tp+pptp"))
			l2tp();
		else
			tunnels();
		break;
	case NF_VPN_CMD_BIND_GET:
		bindings();
		break;
	case NF_VPN_CMD_STATS_GET:
		stats();
		break;
	case NF_VPN_CMD_FLUSH:
		flush();
		break;
	default:
		ack(0);
	}
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	the_socket.fd = eventfd(1, EFD_CLOEXEC);
	return &the_socket;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return nl->fd;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return PORT;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
			  socklen_t len)
{
	(void)nl;
	(void)len;
	if (type == NETLINK_ADD_MEMBERSHIP && *(uint32_t *)buf == GROUP)
		events();
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t len)
{
	(void)nl;
	head = 0;
	tail = 0;
	request = *(const struct nlmsghdr *)buf;
	if (request.nlmsg_type == GENL_ID_CTRL)
		family();
	else
		serve(buf);
	return len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)queue[head];

	(void)nl;
	if (lost && head == tail - 1) {
		lost = 0;
		errno = ENOBUFS;
		return -1;
	}
	if (head == tail || nlh->nlmsg_len > size) {
		errno = head == tail ? EAGAIN : ENOSPC;
		return -1;
	}
	memcpy(buf, nlh, nlh->nlmsg_len);
	head++;
	return nlh->nlmsg_len;
}
