/* SPDX-License-Identifier: GPL-2.0-only */
/* What list and status show of a device. */
#ifndef DEVICE_COLUMNS_H
#define DEVICE_COLUMNS_H

#include "columns.h"
#include "device.h"

/* Rows are struct device. */
extern const struct column device_columns[];

void device_columns_help(FILE *out);

/* All columns, and behind them the keys of INFO that are no column yet */
void device_lines_print(const struct device *device);
struct json_object *json_from_device(const struct device *device);
/* With "partitions", an array of paths */
struct json_object *json_from_whole_device(const struct device *device);

#endif /* DEVICE_COLUMNS_H */
