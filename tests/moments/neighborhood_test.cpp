// SPDX-License-Identifier: MIT
#include <tinynet/moments/neighborhood.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <set>

namespace tinynet::test::neighborhood_test {

TEST_CASE("property: every neighbor within reach stands once, in the segment of its species") {
    random_engine rng{1};
    for (int k = 0; k < 20; ++k) {
        const structure atoms = random_structure(rng, 7, moment_species, {true, true, true}, 1.0);
        const moment_topology topology{atoms, moment_species, 5.7};
        const neighbor_list list{atoms, 5.0};
        detail::neighbor_gatherer gatherer{5.0};
        detail::neighborhood<double> around;
        for (std::size_t i = 0; i < atoms.atom_count(); ++i) {
            gatherer.gather(topology, i, flat(atoms.positions()), around);
            std::set<std::uint32_t> seen;
            for (const auto& part : around.segments())
                for (std::size_t group = part.first; group < part.last; ++group)
                    for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
                        const auto& r = around.vectors()[group];
                        const auto at = static_cast<Eigen::Index>(lane);
                        const double distance = vector3{r.x[at], r.y[at], r.z[at]}.norm();
                        const std::uint32_t number =
                            around.entries()[group * detail::neighbor_lane_count + lane];
                        if (number == detail::neighborhood<double>::nobody) {
                            CHECK(distance > 5.0);
                            continue;
                        }
                        CHECK(seen.insert(number).second);
                        CHECK(distance < 5.0);
                        const auto& entry = topology.entries()[topology.row_begin(i) + number];
                        CHECK(topology.species_of(entry.atom) == part.species);
                    }
            CHECK(seen.size() == list.neighbors(atom_index{i}).size());
        }
    }
}

} // namespace tinynet::test::neighborhood_test
