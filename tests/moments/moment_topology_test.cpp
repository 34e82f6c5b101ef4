// SPDX-License-Identifier: MIT
#include <tinynet/moments/moment_topology.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sys/mman.h>
#include <vector>

namespace tinynet::test::moment_topology_test {

TEST_CASE("property: rows hold the neighbor list by species, and every pair is seen from both ends") {
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
                    const auto seen = topology.incoming(own.atom);
                    CHECK(std::ranges::count(seen, e) == 1);
                    CHECK(std::ranges::any_of(topology.incoming(i), [&](std::uint32_t back) {
                        const auto& other = topology.entries()[back];
                        return back >= topology.row_begin(own.atom) &&
                               back < topology.row_begin(own.atom + 1) &&
                               (topology.translation(own.translation) +
                                topology.translation(other.translation))
                                       .norm() < 1e-12;
                    }));
                    CHECK((atoms.positions()[own.atom] + topology.translation(own.translation) -
                           atoms.positions()[i])
                              .norm() < radius);
                }
        }
    }
}

TEST_CASE("property: blocks hold the atoms by species, whole blocks first") {
    random_engine rng{7};
    for (const std::size_t count : {1U, 6U, 40U, 100U}) {
        const structure atoms = random_structure(rng, count, moment_species, {true, true, true}, 1.0);
        const moment_topology topology{atoms, moment_species, 2.0};
        std::size_t next = 0;
        for (const species_block& block : topology.blocks()) {
            CHECK(block.first == next);
            REQUIRE(block.count > 0);
            CHECK(block.count <= detail::lane_count);
            next += block.count;
            REQUIRE(next <= count);
            for (std::size_t k = block.first; k < next; ++k)
                CHECK(topology.species_of(topology.atoms_by_species()[k]) == block.species);
            const bool is_last =
                next == count || topology.species_of(topology.atoms_by_species()[next]) != block.species;
            CHECK((is_last || block.count == detail::lane_count));
        }
        CHECK(next == count);
    }
}

TEST_CASE("an atom of another species is named") {
    const structure atoms{cell{}, {species{"O"}, species{"H"}}, {vector3{0, 0, 0}, vector3{1, 0, 0}}};
    CHECK_THROWS_WITH_AS((moment_topology{atoms, moment_species, 3.0}),
                         "atom 1 is H, a species that the model does not know", unknown_species);
}

TEST_CASE("neighbors can come from an engine, ghosts behind the atoms that have neighbors") {
    const std::vector<species> kinds{species{"O"}, species{"Ba"}, species{"Ti"}};
    const std::vector<double> positions{0, 0, 0, 2, 0, 0, 0, 3, 0};
    const std::vector<std::size_t> first{0, 2, 3};
    const std::vector<std::int32_t> neighbors{1, 2, 0};
    moment_topology topology{moment_species};
    topology.rebuild(kinds, positions, {first, neighbors});
    CHECK(topology.atom_count() == 3);
    CHECK(topology.center_count() == 2);
    CHECK(topology.atoms_by_species().size() == 2);
    CHECK(topology.entries()[topology.row_begin(0, 1)].atom == 2); // titanium before barium
    CHECK(topology.entries()[topology.row_begin(0, 2)].atom == 1);
    CHECK(topology.row_begin(2) == 3);
    CHECK(topology.row_begin(3) == 3);
    CHECK(topology.incoming(0).size() == 1);
    CHECK(topology.incoming(2).size() == 1);
}

TEST_CASE("lists of an engine that make no sense are refused") {
    const std::vector<species> kinds{species{"O"}, species{"O"}};
    const std::vector<double> positions{0, 0, 0, 2, 0, 0};
    const auto refused = [&](const std::vector<std::size_t>& first, const std::vector<std::int32_t>& atoms,
                             const char* message) {
        moment_topology topology{moment_species};
        CHECK_THROWS_WITH_AS(topology.rebuild(kinds, positions, {first, atoms}), doctest::Contains(message),
                             invalid_structure);
    };
    refused({0, 1, 1}, {1}, "atom 0 lists 1 local neighbors, but is on the lists of 0");
    refused({0, 2, 4}, {1, 1, 0, 0}, "atom 0 lists atom 1 twice, expected every neighbor once");
    refused({0, 2}, {1, 1}, "atom 0 lists atom 1 twice, expected every neighbor once"); // a ghost
    refused({0, 1, 2}, {1, 2}, "atom 1 has atom 2 as a neighbor, of 2 atoms");
    refused({0, 1, 2}, {1, -1}, "atom 1 has atom -1 as a neighbor");
    refused({0, 1, 2}, {0, 0}, "atom 0 has atom 0 as a neighbor");
    refused({0, 2, 1, 2}, {1, 0}, "do not fit 2 atoms and 2 neighbors");
    refused({0, 2, 1}, {1, 0}, "do not fit");
    refused({1, 1, 2}, {1, 0}, "do not fit");
    refused({}, {}, "do not fit");
}

TEST_CASE("lists of an engine with more neighbors than can be numbered are refused") {
    constexpr std::size_t count = 66000;
    const std::vector<species> kinds(count, species{"O"});
    const std::vector<double> positions(3 * count);
    std::vector<std::size_t> first;
    for (std::size_t i = 0; i <= count; ++i)
        first.push_back(i * count);
    const std::size_t bytes = count * count * sizeof(std::int32_t); // of which none is touched
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    moment_topology topology{moment_species};
    CHECK_THROWS_WITH_AS(
        topology.rebuild(kinds, positions, {first, {static_cast<std::int32_t*>(memory), count * count}}),
        "4356000000 neighbors, at most 2^32 - 1 are possible", invalid_structure);
    ::munmap(memory, bytes);
}

} // namespace tinynet::test::moment_topology_test
