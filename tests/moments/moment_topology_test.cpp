// SPDX-License-Identifier: MIT
#include <tinynet/moments/moment_topology.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

namespace tinynet::test::moment_topology_test {

TEST_CASE("property: rows hold the neighbor list by species, and every entry its reverse") {
    random_engine rng{1};
    for (int k = 0; k < 30; ++k) {
        const structure atoms = random_structure(rng, 6, moment_species, {true, k % 2 == 0, true}, 1.0);
        const double radius = random_real(rng, 2.0, 6.0);
        const moment_topology topology{atoms, moment_species, radius};
        const neighbor_list expected{atoms, radius};
        CHECK(topology.entries().size() == expected.pair_count());
        for (std::size_t i = 0; i < atoms.atom_count(); ++i) {
            CHECK(topology.row_begin(i + 1) - topology.row_begin(i) ==
                  expected.neighbors(atom_index{i}).size());
            CHECK(topology.longest_row() >= expected.neighbors(atom_index{i}).size());
            for (std::size_t kind = 0; kind < topology.species_count(); ++kind)
                for (std::size_t e = topology.row_begin(i, kind); e < topology.row_begin(i, kind + 1); ++e) {
                    const auto& own = topology.entries()[e];
                    CHECK(topology.species_of(own.atom) == kind);
                    const auto& other = topology.entries()[own.reverse];
                    CHECK(other.atom == i);
                    CHECK(other.reverse == e);
                    CHECK((topology.translation(own.translation) + topology.translation(other.translation))
                              .norm() < 1e-12);
                    CHECK((atoms.positions()[own.atom] + topology.translation(own.translation) -
                           atoms.positions()[i])
                              .norm() < radius);
                }
        }
    }
}

TEST_CASE("an atom of another species is named") {
    const structure atoms{cell{}, {species{"O"}, species{"H"}}, {vector3{0, 0, 0}, vector3{1, 0, 0}}};
    CHECK_THROWS_WITH_AS((moment_topology{atoms, moment_species, 3.0}),
                         "atom 1 is H, a species that the model does not know", unknown_species);
}

} // namespace tinynet::test::moment_topology_test
