// SPDX-License-Identifier: MIT
#include <tinynet/training/checkpoint.hpp>

#include "support/some_checkpoint.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace tinynet::test::checkpoint_test {

namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

} // namespace

TEST_CASE_TEMPLATE("a checkpoint reads back to the last bit", Real, float, double) {
    const temporary_directory folder;
    const auto saved = some_checkpoint<Real>();
    tinynet::save_checkpoint(folder.path() / "c", saved);
    const auto loaded = tinynet::load_checkpoint<Real>(folder.path() / "c");
    CHECK(loaded.settings == saved.settings);
    CHECK(loaded.learning_curve == saved.learning_curve);
    CHECK(loaded.networks == saved.networks);
}

TEST_CASE_TEMPLATE("settings and epoch are told without knowing the precision", Real, float, double) {
    const temporary_directory folder;
    const auto saved = some_checkpoint<Real>();
    tinynet::save_checkpoint(folder.path() / "c", saved);
    const tinynet::checkpoint_summary found = tinynet::read_checkpoint_summary(folder.path() / "c");
    CHECK(found.settings == saved.settings);
    CHECK(found.epoch == 123);
    CHECK_THROWS_AS(static_cast<void>(tinynet::read_checkpoint_summary(folder.file("other", "damaged"))),
                    tinynet::file_error);
}

TEST_CASE("a training that has not begun has a checkpoint, too") {
    const temporary_directory folder;
    auto saved = some_checkpoint<float>();
    saved.networks[0].best_loss = std::numeric_limits<double>::infinity();
    saved.networks[0].epoch = 0;
    saved.networks[0].best_epoch = 0;
    tinynet::save_checkpoint(folder.path() / "c", saved);
    CHECK(tinynet::load_checkpoint<float>(folder.path() / "c").networks == saved.networks);
}

TEST_CASE("the same state gives the same bytes, and a newer one takes the place of an older one") {
    const temporary_directory folder;
    tinynet::save_checkpoint(folder.path() / "a", some_checkpoint<float>());
    tinynet::save_checkpoint(folder.path() / "b", some_checkpoint<float>());
    CHECK(content(folder.path() / "a") == content(folder.path() / "b"));
    auto newer = some_checkpoint<float>();
    newer.networks[1].epoch = 200;
    tinynet::save_checkpoint(folder.path() / "a", newer);
    CHECK(tinynet::load_checkpoint<float>(folder.path() / "a").networks[1].epoch == 200);
    CHECK(folder.entry_count() == 2);
}

TEST_CASE("a checkpoint of the other precision is refused") {
    const temporary_directory folder;
    tinynet::save_checkpoint(folder.path() / "c", some_checkpoint<float>());
    CHECK_THROWS_WITH_AS(tinynet::load_checkpoint<double>(folder.path() / "c"),
                         doctest::Contains("holds F32 numbers, expected F64"), tinynet::file_error);
}

TEST_CASE("files that are missing, no checkpoint, truncated or changed are refused") {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    tinynet::save_checkpoint(path, some_checkpoint<double>());
    const std::string bytes = content(path);
    const auto refuse = [&](const std::string& damaged) {
        const auto file = folder.file("damaged", damaged);
        CHECK_THROWS_WITH_AS(tinynet::load_checkpoint<double>(file), doctest::Contains("damaged"),
                             tinynet::file_error);
    };
    for (std::size_t size = 0; size < bytes.size(); size += 64) {
        CAPTURE(size);
        refuse(bytes.substr(0, size));
    }
    std::string flipped = bytes;
    flipped[bytes.size() - 20] ^= 1;
    refuse(flipped);
    std::string renamed = bytes;
    renamed.replace(renamed.find("tinynet checkpoint"), 7, "TINYNET");
    refuse(renamed);
    CHECK_THROWS_AS(tinynet::load_checkpoint<double>(folder.path() / "missing"), tinynet::file_error);
}

TEST_CASE("missing tensors and counts of another number are refused") {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    for (const std::string name :
         {"best_parameters", "first_moment", "second_moment", "curvature", "counts", "best_loss"}) {
        CAPTURE(name);
        tinynet::save_checkpoint(path, some_checkpoint<float>());
        auto file = tinynet::read_safetensors(path);
        file.tensors.erase("networks.1." + name);
        tinynet::write_safetensors(path, file);
        CHECK_THROWS_AS(tinynet::load_checkpoint<float>(path), tinynet::file_error);
    }
    tinynet::save_checkpoint(path, some_checkpoint<float>());
    auto file = tinynet::read_safetensors(path);
    file.set<std::int64_t>("networks.0.counts", {2}, std::vector<std::int64_t>{1, 2});
    tinynet::write_safetensors(path, file);
    CHECK_THROWS_AS(tinynet::load_checkpoint<float>(path), tinynet::file_error);
    for (const auto& counts : {std::vector<std::int64_t>{-1, 2, 1}, std::vector<std::int64_t>{1, -2, -3},
                               std::vector<std::int64_t>{1, 2, 3}}) {
        tinynet::save_checkpoint(path, some_checkpoint<float>());
        file = tinynet::read_safetensors(path);
        file.set<std::int64_t>("networks.0.counts", {3}, counts);
        tinynet::write_safetensors(path, file);
        CHECK_THROWS_AS(tinynet::load_checkpoint<float>(path), tinynet::file_error);
    }
    for (const std::string key : {"format", "settings", "learning_curve"}) {
        tinynet::save_checkpoint(path, some_checkpoint<float>());
        file = tinynet::read_safetensors(path);
        file.metadata.erase(key);
        tinynet::write_safetensors(path, file);
        CHECK_THROWS_AS(tinynet::load_checkpoint<float>(path), tinynet::file_error);
    }
}

TEST_CASE_TEMPLATE("numbers that are not finite are refused in every tensor", Real, float, double) {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    tinynet::save_checkpoint(path, some_checkpoint<Real>());
    const auto good = tinynet::read_safetensors(path);
    for (const std::string name :
         {"parameters", "best_parameters", "first_moment", "second_moment", "curvature"})
        for (const Real wrong :
             {std::numeric_limits<Real>::quiet_NaN(), std::numeric_limits<Real>::infinity(),
              -std::numeric_limits<Real>::infinity()}) {
            CAPTURE(name);
            auto file = good;
            auto numbers = good.template values<Real>("networks.1." + name);
            numbers.back() = wrong;
            file.template set<Real>("networks.1." + name, {numbers.size()}, numbers);
            tinynet::write_safetensors(path, file);
            const std::string message = "number 3 of tensor 'networks.1." + name + "' is not finite";
            CHECK_THROWS_WITH_AS(tinynet::load_checkpoint<Real>(path), doctest::Contains(message.c_str()),
                                 tinynet::file_error);
        }
}

TEST_CASE("a lowest loss is finite, or infinite before the first epoch") {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto is_read = [&](double loss, std::uint64_t best_epoch) {
        auto saved = some_checkpoint<float>();
        saved.networks[0].best_loss = loss;
        saved.networks[0].best_epoch = best_epoch;
        tinynet::save_checkpoint(path, saved);
        try {
            return tinynet::load_checkpoint<float>(path).networks == saved.networks;
        } catch (const tinynet::file_error&) {
            return false;
        }
    };
    CHECK(is_read(0.5, 45));
    CHECK(is_read(infinity, 0));
    CHECK(!is_read(infinity, 45));
    CHECK(!is_read(-infinity, 0));
    CHECK(!is_read(std::numeric_limits<double>::quiet_NaN(), 45));
    CHECK(!is_read(std::numeric_limits<double>::quiet_NaN(), 0));
}

TEST_CASE("a format that would command a terminal is not repeated") {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    tinynet::save_checkpoint(path, some_checkpoint<float>());
    auto file = tinynet::read_safetensors(path);
    file.metadata["format"] = "\x1b[2J";
    tinynet::write_safetensors(path, file);
    CHECK_THROWS_WITH_AS(tinynet::load_checkpoint<float>(path),
                         doctest::Contains("has the format '?[2J', expected 'tinynet checkpoint'"),
                         tinynet::file_error);
}

TEST_CASE("a checkpoint that cannot be written is an error") {
    const temporary_directory folder;
    CHECK_THROWS_AS(tinynet::save_checkpoint(folder.path() / "missing" / "c", some_checkpoint<float>()),
                    tinynet::file_error);
}

} // namespace tinynet::test::checkpoint_test
