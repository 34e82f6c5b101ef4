// SPDX-License-Identifier: MIT
#include <tinynet/geometry/symmetry.hpp>

#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace tinynet::test::symmetry_test {

namespace {

structure one_atom(const matrix3& rows) { return {cell{rows}, {species{"Po"}}, {vector3{0.1, 0.2, 0.3}}}; }

/// The shortest distance between images of two atoms.
double distance(const structure& geometry, std::size_t i, std::size_t j) {
    double shortest = std::numeric_limits<double>::infinity();
    for (int a = -2; a <= 2; ++a)
        for (int b = -2; b <= 2; ++b)
            for (int c = -2; c <= 2; ++c)
                if (i != j || a != 0 || b != 0 || c != 0)
                    shortest =
                        std::min(shortest, (geometry.positions()[j] - geometry.positions()[i] +
                                            geometry.cell().cartesian({double(a), double(b), double(c)}))
                                               .norm());
    return shortest;
}

labeled_structure with_labels(structure geometry, random_engine& rng) {
    labeled_structure labeled{std::move(geometry), -1.5, {}, {}, {}};
    const auto count = static_cast<Eigen::Index>(labeled.geometry.atom_count());
    labeled.forces.emplace();
    for (Eigen::Index i = 0; i < count; ++i)
        labeled.forces->emplace_back(random_real(rng, -1, 1), random_real(rng, -1, 1),
                                     random_real(rng, -1, 1));
    labeled.stress = matrix3::Identity() * 0.5;
    labeled.ldos = ldos_labels{{0.0, 1.0, 1, 0.0, ""}, Eigen::MatrixXd{1, count}};
    for (Eigen::Index i = 0; i < count; ++i)
        labeled.ldos->values(0, i) = static_cast<double>(i);
    return labeled;
}

} // namespace

TEST_CASE("lattices of one atom have the order of their holohedry") {
    const auto order = [](const matrix3& rows) { return symmetry_operations(one_atom(rows)).size(); };
    CHECK(order(matrix3{{3, 0, 0}, {0, 3, 0}, {0, 0, 3}}) == 48);                  // cubic
    CHECK(order(matrix3{{0, 2, 2}, {2, 0, 2}, {2, 2, 0}}) == 48);                  // face-centered
    CHECK(order(matrix3{{3, 0, 0}, {0, 3, 0}, {0, 0, 4}}) == 16);                  // tetragonal
    CHECK(order(matrix3{{3, 0, 0}, {0, 4, 0}, {0, 0, 5}}) == 8);                   // orthorhombic
    CHECK(order(matrix3{{3, 0, 0}, {-1.5, std::sqrt(6.75), 0}, {0, 0, 5}}) == 24); // hexagonal
    CHECK(order(matrix3{{3, 0, 0}, {1, 4, 0}, {0, 0, 5}}) == 4);                   // monoclinic
    CHECK(order(matrix3{{3, 0.1, 0}, {1, 4, 0.2}, {0.3, 0, 5}}) == 2);             // triclinic
    CHECK(order(matrix3{{3, 0, 0}, {3, 3, 0}, {0, 6, 3}}) == 48);                  // cubic, skewed
}

TEST_CASE("cubic BaTiO3 has 48 operations, its rattled copy one") {
    const structure crystal = reference_crystal("batio3");
    CHECK(symmetry_operations(crystal).size() == 48);
    random_engine rng{1};
    CHECK(symmetry_operations(rattled(crystal, rng, 0.3), 0.01).size() == 1);
}

TEST_CASE("the first operation leaves everything where it is") {
    random_engine rng{2};
    const labeled_structure before = with_labels(reference_crystal("moo3"), rng);
    const auto operations = symmetry_operations(before.geometry);
    const labeled_structure after = transformed(before, operations.front());
    for (std::size_t i = 0; i < before.geometry.atom_count(); ++i) {
        CHECK((after.geometry.positions()[i] - before.geometry.positions()[i]).norm() < 1e-12);
        CHECK(((*after.forces)[i] - (*before.forces)[i]).norm() < 1e-12);
    }
    CHECK(after.energy == before.energy);
}

TEST_CASE("property: operations keep distances, species, scalars and the work of forces") {
    for (const char* const name : {"batio3", "moo3"}) {
        const structure crystal = reference_crystal(name);
        random_engine rng{3};
        const labeled_structure before = with_labels(rattled(crystal, rng, 0.1), rng);
        for (const symmetry_operation& operation : symmetry_operations(crystal)) {
            CHECK((operation.rotation * operation.rotation.transpose()).isIdentity(1e-6));
            const labeled_structure after = transformed(before, operation);
            CHECK(after.energy == before.energy);
            CHECK(after.stress->isApprox(*before.stress, 1e-6));
            for (std::size_t i = 0; i < crystal.atom_count(); i += 5) {
                const std::uint32_t p = operation.image_of[i];
                CHECK(after.geometry.species()[p] == crystal.species()[i]);
                CHECK(after.ldos->values(0, p) == before.ldos->values(0, static_cast<Eigen::Index>(i)));
                for (std::size_t j = 0; j < crystal.atom_count(); j += 7) {
                    const std::uint32_t q = operation.image_of[j];
                    CHECK(std::abs(distance(after.geometry, p, q) - distance(before.geometry, i, j)) < 1e-5);
                    CHECK(std::abs((*after.forces)[p].dot((*after.forces)[q]) -
                                   (*before.forces)[i].dot((*before.forces)[j])) < 1e-5);
                }
            }
        }
    }
}

TEST_CASE("property: path features follow their atom under every operation") {
    const structure crystal = reference_crystal("batio3");
    const descriptor d{crystal, bond_rule{}, {.max_neighbor_hops = hop_count{0}}};
    random_engine rng{4};
    const labeled_structure before{rattled(crystal, rng, 0.05), {}, {}, {}, {}};
    const auto features_of = [&](const structure& geometry) {
        return describe(d, d.reference_topology(), flat(geometry.positions()));
    };
    const Eigen::MatrixXd features = features_of(before.geometry);
    for (const symmetry_operation& operation : symmetry_operations(crystal)) {
        const Eigen::MatrixXd moved = features_of(transformed(before, operation).geometry);
        for (std::size_t i = 0; i < crystal.atom_count(); ++i)
            CHECK((moved.col(operation.image_of[i]) - features.col(static_cast<Eigen::Index>(i)))
                      .cwiseAbs()
                      .maxCoeff() < 1e-7);
    }
}

TEST_CASE("a structure in another cell or with other atoms is not transformed") {
    const structure crystal = reference_crystal("batio3");
    const auto operations = symmetry_operations(crystal);
    const structure strained{cell{matrix3{{8.01, 0, 0}, {0, 8.01, 0}, {0, 0, 8.2}}},
                             {crystal.species().begin(), crystal.species().end()},
                             {crystal.positions().begin(), crystal.positions().end()}};
    int refused = 0;
    for (const symmetry_operation& operation : operations)
        try {
            static_cast<void>(transformed({strained, {}, {}, {}, {}}, operation));
        } catch (const invalid_structure&) {
            ++refused;
        }
    CHECK(refused == 32); // 16 of the 48 leave the stretched axis where it is
    CHECK_THROWS_AS(
        static_cast<void>(transformed({one_atom(crystal.cell().rows()), {}, {}, {}, {}}, operations[0])),
        invalid_structure);
}

TEST_CASE("labels of other atoms, images that are none and tolerances that make no sense are refused") {
    const structure crystal = reference_crystal("batio3");
    auto operation = symmetry_operations(crystal).front();
    labeled_structure labeled;
    labeled.geometry = crystal;
    labeled.forces = std::vector<vector3>(1, vector3::Zero());
    CHECK_THROWS_AS((void)transformed(labeled, operation), invalid_dataset);
    labeled.forces.reset();
    operation.image_of[3] = 40;
    CHECK_THROWS_AS((void)transformed(labeled, operation), invalid_structure);
    for (const double tolerance : {0.0, -0.1, std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_AS(symmetry_operations(crystal, tolerance), invalid_option);
}

TEST_CASE("a cell whose symmetry operations would take for ever to find is refused") {
    for (const vector3& lengths :
         {vector3{3.0, 3.0, 1e-76}, vector3{3000.0, 3.0, 3.0}, vector3{1.0, 1500.0, 1500.0}})
        CHECK_THROWS_WITH_AS(symmetry_operations(one_atom(lengths.asDiagonal())),
                             doctest::Contains("too far from a cube"), invalid_structure);
    const matrix3 flat{{3.0, 0.0, 0.0}, {3.0, 1e-7, 0.0}, {0.0, 0.0, 3.0}};
    CHECK_THROWS_WITH_AS(symmetry_operations(one_atom(flat)), doctest::Contains("too far from a cube"),
                         invalid_structure);
}

TEST_CASE("structures without atoms or with an open axis are refused") {
    CHECK_THROWS_AS(symmetry_operations(structure{}), invalid_structure);
    const structure slab{cell{matrix3{{3, 0, 0}, {0, 3, 0}, {0, 0, 3}}, {true, true, false}},
                         {species{"Po"}},
                         {vector3::Zero()}};
    CHECK_THROWS_WITH_AS(symmetry_operations(slab), doctest::Contains("periodic"), invalid_structure);
}

} // namespace tinynet::test::symmetry_test
