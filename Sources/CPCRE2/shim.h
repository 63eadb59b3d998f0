// Keys are bytes: the 8-bit library, without its UTF mode.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
