// SPDX-License-Identifier: GPL-2.0-only
/* Names of devices: always ones that device-mapper takes. */
#include "test.h"

#include "names.h"

static void named(const char *file, unsigned int nth, const char *wanted)
{
	char name[DEVMAPPER_NAME_SIZE];

	name_from_file(name, sizeof(name), file, nth);
	CHECK_TEXT(name, wanted);
	CHECK(!name_wrong(name));
}

static void long_names(void)
{
	char file[300], name[DEVMAPPER_NAME_SIZE];

	memset(file, 'x', sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	name_from_file(name, sizeof(name), file, 1);
	CHECK(strlen(name) == DEVMAPPER_NAME_SIZE - 1);
	CHECK(!name_wrong(name));
	name_from_file(name, 53, file, 12);
	CHECK(strlen(name) == 52 && strstr(name, "x-12"));
	name_from_file(name, sizeof(name), file, 123456);
	CHECK(strlen(name) == DEVMAPPER_NAME_SIZE - 1);
	CHECK(strstr(name, "x-123456"));
	CHECK(name_wrong(file));
}

static void mangled(const char *name, const char *wanted)
{
	char text[DEVMAPPER_NAME_SIZE], back[DEVMAPPER_NAME_SIZE];

	name_mangle(name, text);
	CHECK_TEXT(text, wanted);
	name_unmangle(text, back);
	CHECK_TEXT(back, name);
}

static void long_mangled_names(void)
{
	char name[DEVMAPPER_NAME_SIZE] = "", text[DEVMAPPER_NAME_SIZE];

	memset(name, 'x', sizeof(name) - 1);
	mangled(name, name);
	memset(name, ' ', 32);		/* 4 bytes each: no longer a name, and cut off */
	name_mangle(name, text);
	CHECK(strlen(text) == DEVMAPPER_NAME_SIZE - 4);
	name_unmangle("\\x2", text);
	CHECK_TEXT(text, "\\x2");
}

int main(void)
{
	named("disk.img", 1, "disk.img");
	named("/var/lib/my images/disk 1.img", 1, "disk_1.img");
	named("./disk.img", 2, "disk.img-2");
	named("-r", 1, "_r");
	named("a-b", 1, "a-b");
	named("\xc3\xa0\n%\"", 1, "_____");
	named("control", 1, "control-2");
	named("control", 2, "control-3");
	long_names();
	mangled("disk.img", "disk.img");
	mangled("my disk", "my\\x20disk");
	mangled("\xc3\xa0\n%", "\\xc3\\xa0\\x0a\\x25");
	mangled("a#b:c=d@e", "a#b:c=d@e");
	long_mangled_names();
	CHECK(name_wrong("a/b") && name_wrong("control") && name_wrong("."));
	CHECK(name_wrong("a\\b"));
	CHECK(!name_wrong("my disk"));
	return 0;
}
