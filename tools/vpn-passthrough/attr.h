/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_ATTR_H
#define VPN_PASSTHROUGH_ATTR_H

#include <libmnl/libmnl.h>
#include <linux/nf_vpn_passthrough.h>

#include "addr.h"
#include "args.h"

int attr_parse(const struct nlmsghdr *nlh, const struct nlattr **tb);
int attr_parse_id(const struct nlattr *nest, const struct nlattr **tb);
const char *attr_name(unsigned int type);

uint8_t attr_u8(const struct nlattr *attr);
uint16_t attr_u16(const struct nlattr *attr);
uint32_t attr_u32(const struct nlattr *attr);
uint64_t attr_u64(const struct nlattr *attr);
struct addr attr_addr(const struct nlattr *attr);

void attr_put_addr(struct nlmsghdr *req, uint16_t type,
		   const struct addr *addr);
void attr_put_selection(struct nlmsghdr *req, const struct selection *sel);

#endif
