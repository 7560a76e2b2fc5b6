// SPDX-License-Identifier: GPL-2.0-only
/*
 * Message Digests (RFC 3931, 4.3 and 5.4.1) that are made with no secret: they
 * only guard against mishaps, and whoever changes a message makes them anew.
 */
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include "l2tp.h"

#define KEY_LEN	16	/* of HMAC-MD5 */

/* By enum l2tp_digest; NULL where the kernel has no such algorithm.  Then all
 * digests count as made with a secret.
 */
static struct crypto_shash *hashes[2];

static const char * const names[] = {
	[L2TP_DIGEST_MD5]	= "hmac(md5)",
	[L2TP_DIGEST_SHA1]	= "hmac(sha1)",
};

/* shared_key = HMAC_MD5(shared_secret, 2), of an empty secret. */
static int shared_key(struct crypto_shash *md5, u8 *key)
{
	static const u8 empty[1], two = 2;
	int err;

	err = crypto_shash_setkey(md5, empty, 0);
	return err ?: crypto_shash_tfm_digest(md5, &two, sizeof(two), key);
}

static int set_keys(void)
{
	u8 key[KEY_LEN];
	unsigned int i;
	int err;

	if (!hashes[L2TP_DIGEST_MD5])
		return 0;
	err = shared_key(hashes[L2TP_DIGEST_MD5], key);
	for (i = 0; !err && i < ARRAY_SIZE(hashes); i++)
		if (hashes[i])
			err = crypto_shash_setkey(hashes[i], key, sizeof(key));
	return err;
}

/**
 * l2tp_digest_init - prepare for digests
 *
 * Context: process.
 * Return: 0, or -ENOMEM.
 */
int l2tp_digest_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		hashes[i] = crypto_alloc_shash(names[i], 0, 0);
		if (hashes[i] == ERR_PTR(-ENOMEM)) {
			hashes[i] = NULL;
			l2tp_digest_exit();
			return -ENOMEM;
		}
		if (IS_ERR(hashes[i]))
			hashes[i] = NULL;
	}
	/* Where rules forbid such a key, there are no such digests. */
	if (set_keys())
		l2tp_digest_exit();
	return 0;
}

/**
 * l2tp_digest_exit - undo l2tp_digest_init()
 */
void l2tp_digest_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		if (hashes[i])
			crypto_free_shash(hashes[i]);
		hashes[i] = NULL;
	}
}

static struct crypto_shash *hash_of(const struct l2tp_msg *msg)
{
	return msg->digest_type < ARRAY_SIZE(hashes) ?
	       hashes[msg->digest_type] : NULL;
}

/**
 * l2tp_digest_make - the digest that a message has without a secret
 * @msg: the message, with a digest
 * @data: its packet, from the start of L2TP on
 * @end: where it ends
 * @from: where its header begins
 * @nonces: both nonces, or none
 * @digest: filled with as many bytes as the message's digest has
 *
 * Context: any.
 * Return: 0; -EOPNOTSUPP if the kernel has no such algorithm; else what that
 * returned.
 */
int l2tp_digest_make(const struct l2tp_msg *msg, const u8 *data, size_t end,
		     size_t from, const struct l2tp_nonces *nonces, u8 *digest)
{
	static const u8 zeros[L2TP_DIGEST_MAX];
	struct crypto_shash *hash = hash_of(msg);
	size_t after = msg->digest + msg->digest_len;
	int err;

	if (!hash)
		return -EOPNOTSUPP;
	{
		SHASH_DESC_ON_STACK(desc, hash);

		desc->tfm = hash;
		err = crypto_shash_init(desc) ?:
		      crypto_shash_update(desc, nonces->local,
					  nonces->n_local) ?:
		      crypto_shash_update(desc, nonces->remote,
					  nonces->n_remote) ?:
		      crypto_shash_update(desc, data + from,
					  msg->digest - from) ?:
		      crypto_shash_update(desc, zeros, msg->digest_len) ?:
		      crypto_shash_update(desc, data + after, end - after) ?:
		      crypto_shash_final(desc, digest);
		shash_desc_zero(desc);
	}
	return err;
}

/**
 * l2tp_digest_check - was a message's digest made without a secret?
 * @msg: the message, with a digest
 * @data: its packet, from the start of L2TP on
 * @end: where it ends
 * @from: where its header begins
 * @nonces: both nonces; emptied if the digest was made without them
 *
 * Context: any.
 * Return: true if so.
 */
bool l2tp_digest_check(const struct l2tp_msg *msg, const u8 *data, size_t end,
		       size_t from, struct l2tp_nonces *nonces)
{
	const struct l2tp_nonces none = {};
	u8 digest[L2TP_DIGEST_MAX];

	if (!l2tp_digest_make(msg, data, end, from, nonces, digest) &&
	    !memcmp(digest, data + msg->digest, msg->digest_len))
		return true;
	*nonces = none;
	return !l2tp_digest_make(msg, data, end, from, nonces, digest) &&
	       !memcmp(digest, data + msg->digest, msg->digest_len);
}
