// readline.h needs FILE, and does not include it.
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>
