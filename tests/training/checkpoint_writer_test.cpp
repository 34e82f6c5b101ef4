// SPDX-License-Identifier: MIT
#include "support/file_size_limit.hpp"
#include "support/some_checkpoint.hpp"
#include "support/temporary_directory.hpp"
#include <tinynet/training/checkpoint_writer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <sys/stat.h>

namespace tinynet::test::checkpoint_writer_test {

namespace {

using tinynet::checkpoint_writer;
using tinynet::load_checkpoint;
using tinynet::read_file;
using tinynet::training_checkpoint;

/// Some epochs after some_checkpoint().
template <typename Real>
training_checkpoint<Real> epochs_later(std::uint64_t epochs) {
    training_checkpoint<Real> later = some_checkpoint<Real>();
    for (auto& state : later.networks) {
        state.epoch += epochs;
        state.best_epoch += epochs;
        state.best_loss /= 1.0 + static_cast<double>(epochs);
        state.optimizer.step += 10 * epochs;
        for (auto* numbers : {&state.parameters, &state.best_parameters, &state.optimizer.first_moment,
                              &state.optimizer.second_moment, &state.optimizer.curvature})
            for (Real& number : *numbers)
                number += static_cast<Real>(epochs);
    }
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch)
        later.learning_curve += std::to_string(123 + epoch) + ",0.25\n";
    return later;
}

template <typename Real>
bool is_in(const std::filesystem::path& path, const training_checkpoint<Real>& expected) {
    const auto found = load_checkpoint<Real>(path);
    return found.settings == expected.settings && found.learning_curve == expected.learning_curve &&
           found.networks == expected.networks &&
           read_checkpoint_summary(path).epoch == expected.networks[0].epoch;
}

/// Which file it is, whatever it is called.
ino_t identity(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
}

/// The number of epochs after some_checkpoint() that a checkpoint is at, all of it.
std::uint64_t epochs_in(const std::filesystem::path& path) {
    const std::uint64_t epochs = load_checkpoint<float>(path).networks[0].epoch - 123;
    CHECK(is_in(path, epochs_later<float>(epochs)));
    return epochs;
}

/// The checkpoint of a training in a folder of its own.
struct saved_training {
    saved_training() { writer.save(epochs_later<float>(0)); }

    temporary_directory folder;
    std::filesystem::path path = folder.path() / "c";
    checkpoint_writer<float> writer{path};
};

} // namespace

TEST_CASE_TEMPLATE("what was recorded last is what is loaded, to the last bit", Real, float, double) {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    checkpoint_writer<Real> writer{path};
    writer.save(epochs_later<Real>(0));
    CHECK(is_in(path, epochs_later<Real>(0)));
    const ino_t saved = identity(path);
    for (const std::uint64_t epochs : {1U, 2U, 3U, 7U}) {
        writer.record(epochs_later<Real>(epochs));
        CHECK(is_in(path, epochs_later<Real>(epochs)));
    }
    CHECK(identity(path) == saved);
    writer.save(epochs_later<Real>(9));
    CHECK(is_in(path, epochs_later<Real>(9)));
    writer.record(epochs_later<Real>(10));
    CHECK(is_in(path, epochs_later<Real>(10)));
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("what cannot be recorded is saved: before the first time, other networks, many rows") {
    const temporary_directory folder;
    const auto path = folder.path() / "c";
    checkpoint_writer<float> writer{path};
    writer.record(epochs_later<float>(1));
    CHECK(epochs_in(path) == 1);
    auto other = epochs_later<float>(2);
    other.networks[0].parameters.push_back(0.5F);
    writer.record(other);
    CHECK(is_in(path, other));
    writer.save(epochs_later<float>(1));
    const ino_t saved = identity(path);
    std::uint64_t epochs = 2;
    for (; identity(path) == saved; epochs += 100) {
        REQUIRE(epochs < 100000);
        writer.record(epochs_later<float>(epochs));
        CHECK(epochs_in(path) == epochs);
    }
    CHECK(epochs > 4000);
}

TEST_CASE("property: a record that ends anywhere leaves the epoch before or its own") {
    saved_training training;
    std::string before = read_file(training.path);
    for (std::uint64_t epoch = 1; epoch <= 4; ++epoch) {
        training.writer.record(epochs_later<float>(epoch));
        const std::string after = read_file(training.path);
        REQUIRE(after.size() == before.size());
        for (std::size_t written = 0; written < after.size(); ++written) {
            if (after[written] == before[written])
                continue;
            CAPTURE(written);
            const auto torn = training.folder.file("torn", after.substr(0, written) + before.substr(written));
            CHECK(epochs_in(torn) == epoch - 1);
        }
        CHECK(epochs_in(training.path) == epoch);
        before = after;
    }
}

TEST_CASE("property: whatever a power failure leaves of records, an epoch that is whole is found") {
    saved_training training;
    const std::size_t tensors_size = detail::without_record_places(read_file(training.path)).size();
    for (const std::uint64_t epoch : {1U, 2U, 3U})
        training.writer.record(epochs_later<float>(epoch));
    const std::string whole = read_file(training.path);
    std::mt19937_64 rng{1};
    std::array<int, 4> found{};
    for (int trial = 0; trial < 500; ++trial) {
        CAPTURE(trial);
        std::string left = whole;
        std::uniform_int_distribution<std::size_t> place{tensors_size,
                                                         whole.size() - sizeof(std::uint64_t) - 1};
        for (std::size_t hole = rng() % 4; hole > 0; --hole) {
            const std::size_t begin = place(rng);
            const std::size_t size = std::min<std::size_t>(rng() % 100000, place.max() + 1 - begin);
            std::fill_n(left.begin() + static_cast<std::ptrdiff_t>(begin), size, '\0');
        }
        const std::uint64_t epochs = epochs_in(training.folder.file("left", left));
        REQUIRE(epochs <= 3);
        ++found[epochs];
    }
    CHECK(found[0] > 0);
    CHECK(found[1] == 0); // its place was taken by the third
    CHECK(found[2] > 0);
    CHECK(found[3] > 0);
}

TEST_CASE("tensors that are damaged are refused, and so is a file that is shorter or longer") {
    saved_training training;
    training.writer.record(epochs_later<float>(1));
    const std::string whole = read_file(training.path);
    const auto refuse = [&](const std::string& bytes) {
        const auto file = training.folder.file("damaged", bytes);
        CHECK_THROWS_WITH_AS(load_checkpoint<float>(file), doctest::Contains("damaged"), tinynet::file_error);
        CHECK_THROWS_AS(static_cast<void>(read_checkpoint_summary(file)), tinynet::file_error);
    };
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 20)
        refuse(whole.substr(0, size));
    refuse(whole.substr(0, whole.size() - 1));
    refuse(whole + '\0');
    for (std::size_t k = 0; k < detail::without_record_places(whole).size(); k += 37) {
        std::string flipped = whole;
        flipped[k] ^= 1;
        refuse(flipped);
    }
}

TEST_CASE("a whole record that makes no sense is refused") {
    saved_training training;
    const std::string whole = read_file(training.path);
    const auto load_with = [&](const std::string& content) {
        std::string bytes = whole;
        const std::string record = detail::as_record(content);
        bytes.replace(detail::without_record_places(whole).size(), record.size(), record);
        return load_checkpoint<float>(training.folder.file("other", bytes));
    };
    const auto refuse = [&](const auto& change) {
        auto wrong = epochs_later<float>(1);
        change(wrong.networks[1]);
        CHECK_THROWS_WITH_AS(load_with(detail::record_of(wrong, 0)),
                             doctest::Contains("other' has the record of an epoch of other networks"),
                             tinynet::file_error);
    };
    using state = tinynet::training_state<float>;
    CHECK(load_with(detail::record_of(epochs_later<float>(1), 0)).networks ==
          epochs_later<float>(1).networks);
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    refuse([](state& s) { s.parameters.back() = nan; });
    refuse([](state& s) { s.best_parameters[0] = nan; });
    refuse([](state& s) { s.optimizer.first_moment[1] = -std::numeric_limits<float>::infinity(); });
    refuse([](state& s) { s.optimizer.second_moment[1] = nan; });
    refuse([](state& s) { s.optimizer.curvature[1] = nan; });
    refuse([](state& s) { s.best_epoch = s.epoch + 1; });
    refuse([](state& s) { s.epoch = ~std::uint64_t{0}; });
    refuse([](state& s) { s.optimizer.step = ~std::uint64_t{0}; });
    refuse([](state& s) { s.best_loss = std::numeric_limits<double>::quiet_NaN(); });
    const std::string good = detail::record_of(epochs_later<float>(1), 0);
    CHECK_THROWS_AS(load_with(detail::bytes_of_number(124) + "too little"), tinynet::file_error);
    CHECK_THROWS_AS(load_with(detail::bytes_of_number(125) + good.substr(sizeof(std::uint64_t))),
                    tinynet::file_error);
}

TEST_CASE("a disk that refuses a record is an error that names the file, and leaves the epoch before") {
    saved_training training;
    training.writer.record(epochs_later<float>(1));
    {
        const file_size_limit limit{100};
        CHECK_THROWS_WITH_AS(training.writer.record(epochs_later<float>(2)),
                             doctest::Contains("c' cannot be written"), tinynet::file_error);
    }
    CHECK(epochs_in(training.path) == 1);
    training.writer.record(epochs_later<float>(3));
    CHECK(epochs_in(training.path) == 3);
}

} // namespace tinynet::test::checkpoint_writer_test
