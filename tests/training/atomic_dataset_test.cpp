// SPDX-License-Identifier: MIT
#include <tinynet/training/atomic_dataset.hpp>

#include "support/atom_features.hpp"
#include "support/labeled_structures.hpp"
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/features.hpp>
#include <tinynet/model/network_choice.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::atomic_dataset_test {

namespace {

/// Six displaced structures of MoO3 with random forces, the first four for training.
struct small_data_set {
    structure crystal = reference_crystal("moo3");
    descriptor d{crystal, bond_rule{}, descriptor_options{}};
    std::vector<labeled_structure> structures;
    std::vector<std::size_t> training = {0, 1, 2, 3};
    std::vector<std::size_t> validation = {5, 4};

    small_data_set() {
        random_engine rng{1};
        for (int k = 0; k < 6; ++k)
            structures.push_back(with_random_forces(rattled(crystal, rng, 0.1), rng));
    }

    [[nodiscard]] network_dataset<double> make(const std::vector<std::uint32_t>& sites) const {
        return make_network_dataset<double>(d, sites, {structures, training, validation}, force_targets);
    }
    [[nodiscard]] std::vector<std::uint32_t> all_sites() const {
        return sites_of_networks(d, network_choice::shared).front();
    }
    void check_refused(const std::string& message) const {
        CHECK_THROWS_WITH_AS(make(all_sites()), doctest::Contains(message.c_str()), error);
    }
};

} // namespace

TEST_CASE("a feature that varies by little more than rounding in the precision of the network is constant") {
    detail::row_ranges ranges;
    ranges.add(Eigen::MatrixXd{{4.0, 4.0 + 1e-7}, {0.0, 1e-7}, {1e-9, 2e-9}, {-1e-9, 1e-9}});
    const Eigen::Vector4d summands{0, 0, 0, 3.0}; // the last one is the coordinate of a neighbor
    const Eigen::VectorXd factors = ranges.scaler<float>(summands).factors();
    CHECK(factors[0] == 0.0);
    CHECK(factors[1] == doctest::Approx(2e7));
    CHECK(factors[2] == doctest::Approx(2e9));
    CHECK(factors[3] == 0.0);
    CHECK(ranges.scaler<double>(summands).factors().minCoeff() > 0.0);
    detail::row_ranges tiny; // 2 / 1e-40 is no number in single precision
    tiny.add(Eigen::MatrixXd{{1e-40, 2e-40}});
    CHECK(tiny.scaler<float>(Eigen::VectorXd::Zero(1)).factors()[0] == 0.0);
    CHECK(tiny.scaler<double>(Eigen::VectorXd::Zero(1)).factors()[0] == doctest::Approx(2e40));
}

TEST_CASE("features are scaled to -1 to 1 and targets to mean 0 and width 1 on the training structures") {
    const small_data_set set;
    for (const network_choice choice :
         {network_choice::shared, network_choice::species, network_choice::site})
        for (const auto& sites : sites_of_networks(set.d, choice)) {
            const auto data = set.make(sites);
            CHECK(data.training.inputs.maxCoeff() <= 1.0 + 1e-12);
            CHECK(data.training.inputs.minCoeff() >= -1.0 - 1e-12);
            const Eigen::VectorXd largest = data.training.inputs.cwiseAbs().rowwise().maxCoeff();
            for (const double value : largest)
                CHECK((value < 1e-9 || std::abs(value - 1.0) < 1e-9)); // a feature that never varies, or not
            CHECK(data.training.targets.rowwise().mean().cwiseAbs().maxCoeff() < 1e-13);
            CHECK(data.training.targets.array().square().mean() == doctest::Approx(1.0));
            CHECK(data.outputs.width.minCoeff() == data.outputs.width.maxCoeff());
        }
}

TEST_CASE("inputs and targets are those of the right atoms of the right structures") {
    const small_data_set set;
    for (const auto& sites : sites_of_networks(set.d, network_choice::site)) {
        const auto data = set.make(sites);
        std::vector<std::size_t> atoms;
        for (std::size_t i = 0; i < set.crystal.atom_count(); ++i)
            if (std::ranges::count(sites, set.d.reference_topology().site_of(i)) > 0)
                atoms.push_back(i);
        CHECK(data.training.rows_per_structure == atoms.size());
        CHECK(data.training.structure_count() == 4);
        CHECK(data.validation.structure_count() == 2);
        const column_layout layout = layout_of(set.d, sites);
        const auto check = [&](const regression_data<double>& part, const std::vector<std::size_t>& indices) {
            for (std::size_t column = 0; column < indices.size() * atoms.size(); ++column) {
                const labeled_structure& labeled = set.structures[indices[column / atoms.size()]];
                const std::size_t atom = atoms[column % atoms.size()];
                Eigen::MatrixXd features = atom_features(set.d, labeled.geometry, layout, atom);
                data.features.apply(features);
                CHECK(part.inputs.col(static_cast<Eigen::Index>(column)) == features);
                const Eigen::VectorXd target = part.targets.col(static_cast<Eigen::Index>(column));
                const Eigen::VectorXd force = target.cwiseProduct(data.outputs.width) + data.outputs.mean;
                CHECK((force - (*labeled.forces)[atom]).norm() < 1e-13);
            }
        };
        check(data.training, set.training);
        check(data.validation, set.validation);
    }
}

TEST_CASE("targets that never vary keep their scale") {
    small_data_set set;
    for (auto& labeled : set.structures)
        labeled.forces = std::vector<vector3>(32, vector3{1, 2, 3});
    const auto data = set.make(set.all_sites());
    CHECK(data.outputs.mean == vector3{1, 2, 3});
    CHECK(data.outputs.width == vector3::Ones());
    CHECK(data.training.targets.isZero(0.0));
}

TEST_CASE("validation structures may be absent, training structures not") {
    small_data_set set;
    set.validation.clear();
    const auto data = set.make(set.all_sites());
    CHECK(data.validation.structure_count() == 0);
    CHECK(data.validation.targets.rows() == 3);
    set.training.clear();
    set.check_refused("no structure to train on");
}

TEST_CASE("targets that do not fit are refused with the number of the structure in the data set") {
    for (const std::size_t number : {std::size_t{2}, std::size_t{5}}) {
        small_data_set set;
        set.structures[number].forces.reset();
        set.check_refused("structure " + std::to_string(number) + " has no forces");
        set.structures[number].forces = std::vector<vector3>(31, vector3::Zero());
        set.check_refused("structure " + std::to_string(number) + " has targets for 31 of 32 atoms");
        set.structures[number].forces = std::vector<vector3>(32, vector3::Zero());
        (*set.structures[number].forces)[7][0] = std::numeric_limits<double>::infinity();
        set.check_refused("the force on atom 7 of structure " + std::to_string(number) + " is inf");
    }
}

TEST_CASE("structures with more targets per atom than others are refused with their number") {
    const small_data_set set;
    const target_function growing = [](const labeled_structure& labeled, std::size_t number) {
        const auto atoms = static_cast<Eigen::Index>(labeled.geometry.atom_count());
        return Eigen::MatrixXd{Eigen::MatrixXd::Zero(number == 2 ? 4 : 3, atoms)};
    };
    CHECK_THROWS_WITH_AS(make_network_dataset<double>(
                             set.d, set.all_sites(), {set.structures, set.training, set.validation}, growing),
                         "structure 2 has 4 targets per atom, others have 3", invalid_dataset);
}

TEST_CASE("structures without the atoms of the reference are refused with their number") {
    random_engine rng{2};
    for (const std::size_t number : {std::size_t{1}, std::size_t{4}}) {
        const std::string name = "structure " + std::to_string(number);
        small_data_set set;
        labeled_structure& wrong = set.structures[number];
        wrong = with_random_forces(supercell(set.crystal, 2, 1, 1), rng);
        set.check_refused(name + " has 64 atoms, the reference has 32");
        std::vector<std::size_t> order(32);
        for (std::size_t i = 0; i < 32; ++i)
            order[i] = 31 - i;
        wrong = with_random_forces(permuted(set.crystal, order), rng);
        set.check_refused(name + ": atom 0 is O where the reference has Mo");
        std::vector<std::size_t> exchanged(32);
        for (std::size_t i = 0; i < 32; ++i)
            exchanged[i] = i < 2 ? 1 - i : i;
        wrong = with_random_forces(permuted(set.crystal, exchanged), rng);
        set.check_refused(name + ": atom ");
    }
}

TEST_CASE("a structure in another cell with as many atoms must have them at the same sites") {
    const structure primitive = perovskite(4.0);
    const descriptor d{supercell(primitive, 2, 1, 1), bond_rule{}, descriptor_options{}};
    random_engine rng{3};
    const std::vector<labeled_structure> same = {with_random_forces(supercell(primitive, 1, 2, 1), rng)};
    std::vector<std::size_t> order = {0, 1, 3, 2, 4, 5, 6, 7, 8, 9};
    const std::vector<labeled_structure> other = {
        with_random_forces(permuted(supercell(primitive, 1, 2, 1), order), rng)};
    const std::array<std::size_t, 1> first = {0};
    const auto sites = sites_of_networks(d, network_choice::shared).front();
    CHECK(make_network_dataset<float>(d, sites, {same, first, {}}, force_targets).training.inputs.cols() ==
          10);
    CHECK_THROWS_WITH_AS(make_network_dataset<float>(d, sites, {other, first, {}}, force_targets),
                         "structure 0: atom 2 is at another site than in the reference", topology_mismatch);
}

TEST_CASE("targets that are not scaled are those of the data") {
    random_engine rng{5};
    const structure crystal = perovskite(4.0);
    const descriptor d{crystal, bond_rule{}, descriptor_options{}};
    const std::vector<labeled_structure> set = {with_random_forces(crystal, rng),
                                                with_random_forces(crystal, rng)};
    const std::array<std::size_t, 2> both = {0, 1};
    const auto sites = sites_of_networks(d, network_choice::shared).front();
    const auto data = make_network_dataset<double>(d, sites, {set, both, {}}, force_targets, false);
    CHECK(data.outputs.mean == Eigen::VectorXd::Zero(3));
    CHECK(data.outputs.width == Eigen::VectorXd::Ones(3));
    const auto atoms = static_cast<Eigen::Index>(crystal.atom_count());
    for (Eigen::Index k = 0; k < 2; ++k)
        CHECK(data.training.targets.middleCols(k * atoms, atoms) ==
              force_targets(set[static_cast<std::size_t>(k)], 0));
}

} // namespace tinynet::test::atomic_dataset_test
