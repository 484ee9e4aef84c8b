// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "text.h"

#define WIDTH		760
#define MARGIN		20
#define LABEL_WIDTH	110	/* in front of a bar */
#define BAR_WIDTH	500	/* of the longest one, its rounds' most included */
#define BAR_HEIGHT	16
#define BAR_STEP	22
#define HEAD_HEIGHT	62	/* title and note */
#define GROUP_HEIGHT	40	/* of a group without bars */

/* Told apart by whoever sees no red and green, too (Okabe and Ito) */
static const char *const colours[] = { "#0072b2", "#e69f00", "#009e73", "#999999" };

#define NR_COLOURS (sizeof(colours) / sizeof(colours[0]))

/* Noncharacters: text to Unicode, and none to XML */
static size_t xml_forbidden(const char *text)
{
	return !strncmp(text, "\xef\xbf\xbe", 3) || !strncmp(text, "\xef\xbf\xbf", 3) ? 3 : 0;
}

static void xml_put(FILE *out, char c)
{
	switch (c) {
	case '&':
		fputs("&amp;", out);
		break;
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		putc(c, out);
	}
}

void xml_print(FILE *out, const char *text)
{
	char *visible = text_visible(text), *at = visible;
	size_t len;

	while (at && *at) {
		len = xml_forbidden(at);
		xml_put(out, len ? '?' : *at);
		at += len ? len : 1;
	}
	free(visible);
}

static void text_place(FILE *out, double x, double y, const char *more, const char *text)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, more);
	xml_print(out, text);
	fputs("</text>\n", out);
}

static double group_scale(const struct chart_group *group)
{
	double most = 0;
	size_t i;

	for (i = 0; i < group->nr; i++) {
		if (group->bars[i].most > most)
			most = group->bars[i].most;
		if (group->bars[i].value > most)
			most = group->bars[i].value;
	}
	return most > 0 ? BAR_WIDTH / most : 0;
}

/* From the least round to the most */
static void range_print(FILE *out, const struct chart_bar *bar, double scale, double y)
{
	double x = MARGIN + LABEL_WIDTH;

	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#000\"/>\n",
		x + bar->least * scale, y + BAR_HEIGHT / 2.0, x + bar->most * scale,
		y + BAR_HEIGHT / 2.0);
}

static void bar_print(FILE *out, const struct chart_bar *bar, double scale, double y, size_t nr)
{
	double x = MARGIN + LABEL_WIDTH, most = bar->most > bar->value ? bar->most : bar->value;
	char value[64];

	snprintf(value, sizeof(value), "%.0f", bar->value);
	text_place(out, x - 8, y + BAR_HEIGHT - 4, " text-anchor=\"end\"", bar->label);
	fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		x, y, bar->value * scale, BAR_HEIGHT, colours[nr % NR_COLOURS]);
	range_print(out, bar, scale, y);
	text_place(out, x + most * scale + 6, y + BAR_HEIGHT - 4, "", value);
}

static double group_print(FILE *out, const struct chart_group *group, double y)
{
	double scale = group_scale(group);
	size_t i;

	text_place(out, MARGIN, y + 18, " font-weight=\"bold\"", group->label);
	y += 26;
	for (i = 0; i < group->nr; i++, y += BAR_STEP)
		bar_print(out, &group->bars[i], scale, y, i);
	return y + GROUP_HEIGHT - 26;
}

static double chart_height(const struct chart *chart)
{
	double height = HEAD_HEIGHT + MARGIN;
	size_t i;

	for (i = 0; i < chart->nr; i++)
		height += GROUP_HEIGHT + (double)chart->groups[i].nr * BAR_STEP;
	return height;
}

void chart_print(FILE *out, const struct chart *chart)
{
	double height = chart_height(chart), y = HEAD_HEIGHT;
	size_t i;

	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\""
		" viewBox=\"0 0 %d %.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		WIDTH, height, WIDTH, height);
	text_place(out, MARGIN, 30, " font-size=\"16\"", chart->title);
	text_place(out, MARGIN, 50, " fill=\"#555\"", chart->note);
	for (i = 0; i < chart->nr; i++)
		y = group_print(out, &chart->groups[i], y);
	fputs("</svg>\n", out);
}
