// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"
#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/model/force_model.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace tinynet::test::allocation_test {

TEST_CASE_TEMPLATE("property: evaluating a model allocates nothing for any choice of networks", Real, float,
                   double) {
    const structure crystal = reference_crystal("moo3");
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const force_model model{random_model<Real>(crystal_descriptor(crystal, layout), choice), {}};
            // More than one batch of 64 atoms where the layout allows it.
            const structure geometry =
                layout == feature_layout::compact ? supercell(crystal, 3, 2, 1) : crystal;
            auto space = model.make_workspace(geometry);
            std::vector<double> forces(3 * geometry.atom_count());
            CHECK(allocations_of([&] { model.evaluate(space, flat(geometry.positions()), forces); }) == 0);
        }
}

} // namespace tinynet::test::allocation_test
