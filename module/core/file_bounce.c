// SPDX-License-Identifier: GPL-2.0-only
/*
 * Direct I/O of less than the file system's smallest.
 *
 * A device of 512-byte sectors on a file whose direct writes are of 4096 bytes
 * reads the blocks at both ends, changes its part of them, and writes them
 * back.  Between that read and that write nobody else may write there: that is
 * what regions are for.
 *
 * A block that the file's end cuts can not be written directly at all; it goes
 * through the page cache, and to the medium at once.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/mempool.h>
#include <linux/pagemap.h>
#include <linux/uio.h>

#include "claim.h"
#include "file_bounce.h"
#include "file_io.h"
#include "file_sync.h"
#include "remap.h"

/* What is in the buffer: whole blocks of the file, and our part of them. */
struct window {
	struct floop_backing *backing;
	char *buffer;
	loff_t pos, end;		/* whole blocks */
	loff_t from, to;		/* ours */
	bool fua;
};

/* A call of the file system that is waited for. */
struct waited {
	struct kiocb kiocb;
	struct completion done;
	long result;
};

static void waited_complete(struct kiocb *kiocb, long ret)
{
	struct waited *call = container_of(kiocb, struct waited, kiocb);

	call->result = ret;
	complete(&call->done);
}

static ssize_t result_of(struct waited *call, ssize_t ret)
{
	if (ret != -EIOCBQUEUED)
		return ret;
	wait_for_completion(&call->done);
	return call->result;
}

/* Of a synchronous call overlayfs would not tell the file system below that it is direct. */
static ssize_t call(struct window *w, int rw, loff_t pos, size_t len, int flags)
{
	struct file *file = w->backing->file;
	char *data = w->buffer + (pos - w->pos);
	struct waited call = { .done = COMPLETION_INITIALIZER_ONSTACK(call.done) };
	struct bio_vec bv;
	struct iov_iter iter;
	ssize_t ret;

	bvec_set_page(&bv, virt_to_page(data), len, offset_in_page(data));
	iov_iter_bvec(&iter, rw, &bv, 1, len);
	init_sync_kiocb(&call.kiocb, file);
	call.kiocb.ki_complete = waited_complete;
	call.kiocb.ki_pos = pos;
	call.kiocb.ki_flags |= flags;
	ret = rw == WRITE ? file->f_op->write_iter(&call.kiocb, &iter) :
			    file->f_op->read_iter(&call.kiocb, &iter);
	return result_of(&call, ret);
}

/* Up to the file's end; what is behind it reads as zeroes. */
static int window_read(struct window *w, loff_t pos, size_t len)
{
	loff_t size = floop_backing_size(w->backing);
	ssize_t got = call(w, READ, pos, len, IOCB_DIRECT);

	if (got < 0)
		return got;
	if (pos + got < min_t(loff_t, size, pos + len))
		return -EIO;
	memset(w->buffer + (pos - w->pos) + got, 0, len - got);
	return 0;
}

/* Only the blocks of which we have a part. */
static int window_read_ends(struct window *w)
{
	unsigned int block = w->backing->file_path.block_mask + 1;
	int err = 0;

	if (w->from > w->pos)
		err = window_read(w, w->pos, block);
	if (!err && w->to < w->end && (w->end - block > w->pos || w->from == w->pos))
		err = window_read(w, w->end - block, block);
	return err;
}

static int write_all(struct window *w, loff_t pos, size_t len, int flags)
{
	ssize_t put;

	flags |= IOCB_WRITE | (w->fua ? IOCB_DSYNC : 0);
	for (; len; pos += put, len -= put) {
		put = call(w, WRITE, pos, len, flags);
		if (put < 0 && w->fua)
			floop_file_sync_failed(w->backing);
		if (put <= 0)
			return put ? put : -EIO;
	}
	return 0;
}

/*
 * The file ends inside the last block, and must not grow.  A folio that stays is
 * clean: direct I/O of its neighbours drops it or writes it back for itself.  Nobody
 * writes there meanwhile (regions).
 */
static int window_write_cached(struct window *w)
{
	struct address_space *mapping = floop_file_mapping(w->backing);
	int err = write_all(w, w->from, w->to - w->from, 0);

	if (!err)
		err = filemap_write_and_wait_range(mapping, w->from, w->to - 1);
	if (!err)
		invalidate_inode_pages2_range(mapping, w->from >> PAGE_SHIFT,
					      (w->to - 1) >> PAGE_SHIFT);
	return err;
}

static int window_write(struct window *w)
{
	if (w->end > floop_backing_size(w->backing))
		return window_write_cached(w);
	return write_all(w, w->pos, w->end - w->pos, IOCB_DIRECT);
}

/* @data is NULL for zeroes. */
static int put_data(struct window *w, struct iov_iter *data)
{
	bool direct = w->backing->file_path.direct;
	size_t len = w->to - w->from;
	char *to = w->buffer + (w->from - w->pos);
	int err = direct ? window_read_ends(w) : 0;

	if (err)
		return err;
	if (!data)
		memset(to, 0, len);
	else if (copy_from_iter(to, len, data) != len)
		return -EIO;
	return direct ? window_write(w) : write_all(w, w->from, len, 0);
}

static int get_data(struct window *w, struct iov_iter *data)
{
	size_t len = w->to - w->from;
	int err;

	if (w->to > floop_backing_size(w->backing))
		return -EIO;
	err = window_read(w, w->pos, w->end - w->pos);
	if (!err && copy_to_iter(w->buffer + (w->from - w->pos), len, data) != len)
		err = -EIO;
	return err;
}

static void window_place(struct window *w, loff_t from, loff_t end)
{
	loff_t block = w->backing->file_path.block_mask + 1;

	w->from = from;
	w->pos = round_down(from, block);
	w->to = min(end, w->pos + FLOOP_BOUNCE_BYTES);
	w->end = round_up(w->to, block);
}

static int bounce(struct floop_io *io, struct iov_iter *data)
{
	struct floop_backing *b = io->claim->backing;
	loff_t at = ((loff_t)io->sector << SECTOR_SHIFT) + io->done;
	loff_t end = (loff_t)(io->sector + io->nr_sectors) << SECTOR_SHIFT;
	struct window w = {
		.backing = b,
		.buffer = mempool_alloc(b->file_path.bounce, GFP_NOIO),
		.fua = io->bio->bi_opf & REQ_FUA,
	};
	int err = 0;

	for (; !err && at < end; at = w.to) {
		window_place(&w, at, end);
		if (io->flags & FLOOP_IO_WRITE)
			err = put_data(&w, data);
		else
			err = get_data(&w, data);
		cond_resched();
	}
	mempool_free(w.buffer, b->file_path.bounce);
	return err;
}

int floop_file_bounce(struct floop_io *io)
{
	struct iov_iter data;

	floop_file_iter(io, &data);
	return bounce(io, &data);
}

int floop_file_bounce_zeroes(struct floop_io *io)
{
	return bounce(io, NULL);
}

int floop_file_try_direct(struct floop_backing *b)
{
	struct window w = {
		.backing = b,
		.buffer = mempool_alloc(b->file_path.bounce, GFP_NOIO),
	};
	ssize_t got = call(&w, READ, 0, b->file_path.block_mask + 1, IOCB_DIRECT);

	mempool_free(w.buffer, b->file_path.bounce);
	return got < 0 ? got : 0;
}
