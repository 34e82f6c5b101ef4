// SPDX-License-Identifier: MIT
// A C program that links the installed library; what it computes, engines.c_interface tests.
#include <tinynet/tinynet.h>

#include <stdio.h>

int main(void) {
    tinynet_error error;
    if (tinynet_load("nowhere.model", &error) != NULL)
        return 1;
    return puts(error.message) < 0;
}
