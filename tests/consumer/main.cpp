// SPDX-License-Identifier: MIT
#include <tinynet/geometry/structure.hpp>

double volume_in_second(const tinynet::structure& atoms);

int main() {
    const tinynet::structure atoms{tinynet::cell{8.0 * tinynet::matrix3::Identity()},
                                   {tinynet::species{"Ba"}},
                                   {tinynet::vector3::Zero()}};
    return volume_in_second(atoms) == atoms.cell().volume() ? 0 : 1;
}
