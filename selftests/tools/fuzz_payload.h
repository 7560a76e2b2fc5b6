/* SPDX-License-Identifier: GPL-2.0-only */
/* What fuzz_packets sends behind IP and UDP headers. */
#ifndef _SELFTESTS_FUZZ_PAYLOAD_H
#define _SELFTESTS_FUZZ_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_MAX	1300

/**
 * struct payload - bytes that are being written
 * @data: the bytes
 * @len: how many there are
 */
struct payload {
	uint8_t	data[PAYLOAD_MAX];
	size_t	len;
};

void put8(struct payload *p, uint8_t value);
void put16(struct payload *p, uint16_t value);
void put32(struct payload *p, uint32_t value);
void put_bytes(struct payload *p, const void *data, size_t len);
void put_zero(struct payload *p, size_t len);

void make_esp(struct payload *p);
void make_gre(struct payload *p);
void make_pptp(struct payload *p);
void make_l2tp_udp(struct payload *p);
void make_l2tp_ip(struct payload *p);
void make_ike(struct payload *p, bool up);

#endif /* _SELFTESTS_FUZZ_PAYLOAD_H */
