// Debian puts the header of liblzf-dev into a folder of its own.
#include <liblzf/lzf.h>
