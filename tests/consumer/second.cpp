// SPDX-License-Identifier: MIT
#include <tinynet/geometry/structure.hpp>

double volume_in_second(const tinynet::structure& atoms) { return atoms.cell().volume(); }
