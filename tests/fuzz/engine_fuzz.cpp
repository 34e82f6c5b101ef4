// SPDX-License-Identifier: MIT

/// \file
/// Whatever an engine passes is energies and forces that are finite, or an error.

#include <tinynet/error.hpp>
#include <tinynet/md/engine_potential.hpp>
#include <tinynet/types.hpp>

#include "../support/random_moment_models.hpp"
#include "support/crowded.hpp"

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace {

/// Takes numbers out of the input; zeros when it is used up.
class source {
public:
    source(const std::uint8_t* bytes, std::size_t size) : bytes_{bytes}, left_{size} {}
    template <typename Number>
    Number take() {
        Number number{};
        if (left_ >= sizeof number) {
            std::memcpy(&number, bytes_, sizeof number);
            bytes_ += sizeof number;
            left_ -= sizeof number;
        }
        return number;
    }

private:
    const std::uint8_t* bytes_;
    std::size_t left_;
};

constexpr double cutoff = 3.0;

std::shared_ptr<const tinynet::energy_model> model() {
    const tinynet::moment_options options{.cutoff = cutoff, .weight_count = 2, .orbital_count = 1};
    static const auto made = std::make_shared<const tinynet::energy_model>(
        tinynet::test::random_moment_model<float>(options, tinynet::test::moment_species),
        tinynet::training_record{});
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    source in{bytes, size};
    tinynet::engine_potential potential{model()};
    for (int call = 0; call < 2; ++call) {
        const std::size_t count = in.take<std::uint8_t>() % 8;
        const std::size_t local = in.take<std::uint8_t>() % 9;
        const std::uint8_t mode = in.take<std::uint8_t>();
        std::vector<double> positions(3 * count);
        for (double& x : positions)
            x = mode % 2 == 0 ? 0.01 * in.take<std::int16_t>() : in.take<double>();
        std::vector<std::int32_t> numbers(count);
        for (std::int32_t& number : numbers)
            number =
                mode % 3 == 0 ? in.take<std::int32_t>() : std::array{8, 22, 56}[in.take<std::uint8_t>() % 3];
        tinynet::engine_atoms atoms{local, positions, numbers, {}, {}};
        std::vector<std::size_t> first;
        std::vector<std::int32_t> neighbors;
        if (mode % 5 == 1) {
            for (std::size_t i = 0; i <= local; ++i)
                first.push_back(in.take<std::uint8_t>());
            neighbors.resize(in.take<std::uint8_t>());
            for (std::int32_t& neighbor : neighbors)
                neighbor = in.take<std::int8_t>();
            atoms.neighbors = tinynet::listed_neighbors{first, neighbors};
        } else if (mode % 5 == 2) {
            tinynet::engine_cell cell{};
            for (double& x : cell.vectors)
                x = mode % 2 == 0 ? 0.01 * in.take<std::int16_t>() : in.take<double>();
            const Eigen::Map<const tinynet::matrix3> vectors{cell.vectors.data()};
            if (tinynet::test::is_crowded(vectors.transpose(), cell.periodic, count, cutoff))
                return 0;
            atoms.cell = cell;
        }
        std::vector<double> forces(3 * count);
        try {
            const double energy = potential.evaluate(atoms, forces).energy;
            bool is_finite = std::isfinite(energy);
            for (const double force : forces)
                is_finite = is_finite && std::isfinite(force);
            if (!is_finite)
                std::abort();
        } catch (const tinynet::error&) {
        }
    }
    return 0;
}
