// SPDX-License-Identifier: MIT
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/mapping_progress.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace tinynet::test::mapping_progress_test {

TEST_CASE("progress is told while a large structure is mapped, evenly from the first step to the last") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    std::vector<std::size_t> reports;
    const structure large = supercell(perovskite(4.0), 5, 10, 9);
    std::size_t steps = 0;
    const frozen_topology topology = d.topology_of(large, [&](std::size_t done, std::size_t all) {
        CHECK((steps == 0 || steps == all));
        steps = all;
        reports.push_back(done);
    });
    CHECK(steps >= 2 * 2250);
    CHECK(reports.front() == 0);
    CHECK(reports.back() == steps);
    for (std::size_t k = 1; k < reports.size(); ++k) {
        CHECK(reports[k] > reports[k - 1]);
        CHECK(reports[k] <= reports[k - 1] + 1000);
    }
    CHECK(topology.atom_count() == 2250);
}

} // namespace tinynet::test::mapping_progress_test
