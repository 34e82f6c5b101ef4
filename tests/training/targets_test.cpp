// SPDX-License-Identifier: MIT
#include <tinynet/training/targets.hpp>

#include "support/labeled_structures.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace tinynet::test::targets_test {

namespace {

const energy_grid two_energies{-1.0, 2.0, 2, 0.1, "VBM"};

/// Atom i has i + `first` at the lower energy and 2 i at the upper one.
labeled_structure with_ldos(const structure& geometry, double first) {
    labeled_structure labeled{geometry, {}, {}, {}, ldos_labels{two_energies, {}}};
    labeled.ldos->values.resize(2, static_cast<Eigen::Index>(geometry.atom_count()));
    for (Eigen::Index i = 0; i < labeled.ldos->values.cols(); ++i)
        labeled.ldos->values.col(i) << static_cast<double>(i) + first, 2.0 * static_cast<double>(i);
    return labeled;
}

} // namespace

TEST_CASE("forces become targets, a column per atom") {
    random_engine rng{1};
    const auto labeled = with_random_forces(perovskite(4.0), rng);
    const Eigen::MatrixXd targets = force_targets(labeled, 0);
    REQUIRE(targets.rows() == 3);
    REQUIRE(targets.cols() == 5);
    for (Eigen::Index i = 0; i < 5; ++i)
        CHECK(targets.col(i) == (*labeled.forces)[static_cast<std::size_t>(i)]);
}

TEST_CASE("missing forces and forces that are not finite or absurd are refused with structure and atom") {
    labeled_structure labeled{perovskite(4.0), {}, {}, {}, {}};
    CHECK_THROWS_WITH_AS(force_targets(labeled, 17), "structure 17 has no forces to learn", invalid_dataset);
    labeled.forces = std::vector<vector3>(5, vector3::Zero());
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -1e200}) {
        (*labeled.forces)[3][1] = bad;
        CHECK_THROWS_WITH_AS(force_targets(labeled, 17),
                             doctest::Contains("force on atom 3 of structure 17 is "), invalid_dataset);
    }
    (*labeled.forces)[3][1] = -largest_label;
    CHECK_NOTHROW(force_targets(labeled, 17));
}

TEST_CASE("an LDOS becomes targets, a column per atom") {
    const labeled_structure labeled = with_ldos(perovskite(4.0), 0.5);
    CHECK(ldos_targets{two_energies}(labeled, 0) == labeled.ldos->values);
}

TEST_CASE("a missing LDOS, one on other energies and one that is not finite or absurd are refused") {
    const ldos_targets targets{two_energies};
    labeled_structure labeled{perovskite(4.0), {}, {}, {}, {}};
    CHECK_THROWS_WITH_AS(targets(labeled, 17), "structure 17 has no LDOS to learn", invalid_dataset);
    labeled = with_ldos(perovskite(4.0), 0.5);
    labeled.ldos->grid.step = 1.0;
    CHECK_THROWS_WITH_AS(targets(labeled, 17), doctest::Contains("structure 17 has other energies"),
                         invalid_dataset);
    labeled = with_ldos(perovskite(4.0), 0.5);
    for (const double bad : {std::numeric_limits<double>::infinity(), 1e200}) {
        labeled.ldos->values(1, 3) = bad;
        CHECK_THROWS_WITH_AS(targets(labeled, 17),
                             doctest::Contains("the LDOS of atom 3 of structure 17 is "), invalid_dataset);
    }
}

TEST_CASE("an LDOS with more or fewer rows than energies is refused") {
    labeled_structure labeled = with_ldos(perovskite(4.0), 0.5);
    labeled.ldos->values.conservativeResize(3, Eigen::NoChange);
    labeled.ldos->values.setZero();
    CHECK_THROWS_WITH_AS(ldos_targets{two_energies}(labeled, 7), doctest::Contains("structure 7 has 3 rows"),
                         invalid_dataset);
}

TEST_CASE("means are taken over the atoms of a site in the chosen structures") {
    const structure crystal = supercell(perovskite(4.0), 2, 1, 1);
    const descriptor d{crystal, bond_rule{}, descriptor_options{}};
    const std::vector<labeled_structure> structures{with_ldos(crystal, 1.0), with_ldos(crystal, 100.0),
                                                    with_ldos(crystal, 4.0)};
    const std::array<std::size_t, 2> chosen{0, 2};
    const ldos_targets targets{two_energies};
    const Eigen::MatrixXd means = mean_targets_of_sites(d, structures, chosen, targets);
    REQUIRE(means.cols() == 5);
    for (std::size_t site = 0; site < 5; ++site) {
        double sum = 0.0;
        double count = 0.0;
        for (std::size_t i = 0; i < crystal.atom_count(); ++i)
            if (d.reference_topology().site_of(i) == site) {
                sum += static_cast<double>(i);
                ++count;
            }
        CHECK(count == 2.0);
        CHECK(means(0, static_cast<Eigen::Index>(site)) == doctest::Approx(sum / count + 2.5));
        CHECK(means(1, static_cast<Eigen::Index>(site)) == doctest::Approx(2.0 * sum / count));
    }
    CHECK_THROWS_AS(mean_targets_of_sites(d, structures, {}, targets), invalid_dataset);
}

} // namespace tinynet::test::targets_test
