// SPDX-License-Identifier: MIT

/// \file
/// Whatever C programs pass, as long as arrays are as long as they say, is a finite energy or an error in
/// words.

#include "support/crowded.hpp"
#include <tinynet/tinynet.h>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr std::size_t most_atoms = 6;

/// What is read from the input; zeros where it ends.
struct call {
    std::int8_t local;
    std::int8_t all;
    std::uint8_t missing; ///< bits: arrays that are NULL
    std::uint8_t mode;
    std::array<std::int16_t, 3 * most_atoms> places; ///< hundredths of Å
    std::array<std::int16_t, 9> cell;
    std::array<std::uint8_t, most_atoms> kinds;
    std::array<std::uint8_t, most_atoms + 1> first;
    std::array<std::int8_t, 64> neighbors;
};

void require(bool holds) {
    if (!holds)
        std::abort();
}

template <typename Number>
Number* unless(bool is_missing, std::vector<Number>& numbers) {
    return is_missing ? nullptr : numbers.data();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const std::string path =
        std::string{__FILE__}.substr(0, std::string{__FILE__}.rfind('/')) + "/corpus/model_file/energy.model";
    static tinynet_model* const model = tinynet_load(path.c_str(), nullptr);
    require(model != nullptr);
    call c{};
    std::memcpy(&c, bytes, size < sizeof c ? size : sizeof c);
    if (c.all > static_cast<int>(most_atoms))
        return 0;
    std::vector<double> positions(c.places.begin(), c.places.end());
    for (double& x : positions)
        x *= 0.01;
    const int choice = c.mode / 2; // beside which of the two functions is called
    if (choice % 8 == 3)
        positions[4] = std::nan("");
    constexpr std::array known{8, 22, 56, 56, 22, 8, -1, 0, 119};
    std::vector<std::int32_t> numbers;
    for (const std::uint8_t kind : c.kinds)
        numbers.push_back(known[kind % known.size()]);
    std::vector<std::size_t> first(c.first.begin(), c.first.end());
    std::vector<std::int32_t> neighbors(c.neighbors.begin(), c.neighbors.end());
    std::vector<double> cell(c.cell.begin(), c.cell.end());
    for (double& x : cell)
        x *= 0.05;
    const std::vector<std::int32_t> periodic{choice % 2, choice % 3, choice / 3 % 2}; // 2 is no answer
    constexpr double cutoff = 5.5;                                                    // of the model
    if (c.mode % 2 == 1 && c.all > 0 &&
        tinynet::test::is_crowded(Eigen::Map<const tinynet::matrix3>{cell.data()}.transpose(),
                                  {periodic[0] == 1, periodic[1] == 1, periodic[2] == 1},
                                  static_cast<std::size_t>(c.all), cutoff))
        return 0;
    std::vector<double> forces(positions.size());
    std::vector<double> virial(9);
    double energy = 0.0;
    const auto missing = [&](int bit) { return (c.missing >> bit & 1U) != 0 && choice % 4 == 0; };
    tinynet_neighbors lists{unless(missing(0), first), unless(missing(1), neighbors)};
    tinynet_error error{};
    const double* const x = unless(missing(2), positions);
    const std::int32_t* const z = unless(missing(3), numbers);
    double* const f = unless(missing(4), forces);
    double* const v = unless(missing(5), virial);
    tinynet_model* const handle = missing(6) ? nullptr : model;
    const int status =
        c.mode % 2 == 0
            ? tinynet_evaluate(handle, c.local, c.all, x, z, c.mode % 5 == 0 ? nullptr : &lists, &energy, f,
                               v, &error)
            : tinynet_evaluate_cell(handle, c.all, x, z, cell.data(), periodic.data(), &energy, f, v, &error);
    require(status == error.status && (status == TINYNET_OK) == (std::strlen(error.message) == 0));
    require(status >= TINYNET_OK && status <= TINYNET_BAD_ARGUMENT);
    require(status != TINYNET_OK || std::isfinite(energy));
    for (const double force : forces)
        require(std::isfinite(force));
    return 0;
}
