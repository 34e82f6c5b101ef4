// SPDX-License-Identifier: MIT
#include <tinynet/training/energy_settings.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::energy_settings_test {

TEST_CASE("settings that make no sense are refused") {
    const auto refused = [](const auto& change) {
        energy_training_settings settings;
        CHECK_NOTHROW(detail::check(settings));
        change(settings);
        CHECK_THROWS_AS(detail::check(settings), invalid_option);
    };
    refused([](auto& s) { s.batch_structures = 0; });
    refused([](auto& s) { s.committee = 0; });
    refused([](auto& s) { s.loss.force_weight = -1.0; });
    refused([](auto& s) { s.schedule.peak_rate = 0.0; });
}

TEST_CASE("a few structures are seen more often than many") {
    CHECK(suggested_energy_epochs(1) == 500);
    CHECK(suggested_energy_epochs(20) == 300);
    CHECK(suggested_energy_epochs(1000) == 150);
    CHECK(suggested_energy_epochs(0) == 500);
}

TEST_CASE("the more parameters per label, the stronger the suggested decay, within bounds") {
    CHECK(suggested_energy_weight_decay(100, 1000000) == 0.15);
    CHECK(suggested_energy_weight_decay(3000, 1000) == doctest::Approx(0.21));
    CHECK(suggested_energy_weight_decay(100000, 10) == 0.3);
}

} // namespace tinynet::test::energy_settings_test
