// SPDX-License-Identifier: MIT
// The models in both precisions, compiled once for a build in which many files use them (target
// tinynet.precompiled).
#define TINYNET_COMPILES_ONCE
#include <tinynet/io/model_file.hpp>
