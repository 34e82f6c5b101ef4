// SPDX-License-Identifier: MIT
#include <tinynet/model/force_model.hpp>

#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

namespace tinynet::test::force_model_test {

TEST_CASE("networks with other than three outputs are refused") {
    const auto d = crystal_descriptor(reference_crystal("moo3"));
    const atomic_model<float> model{d, network_choice::site,
                                    random_networks<float, 2>(*d, network_choice::site)};
    CHECK_THROWS_AS((force_model{model, {}}), invalid_option);
}

} // namespace tinynet::test::force_model_test
