// SPDX-License-Identifier: MIT

/// \file
/// Any bytes are a model or an error; the checksum, which would keep all others out, is not asked for. What a
/// model says about atoms of its own is finite, or an error.

#include <tinynet/detail/finite.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <variant>
#include <vector>

namespace {

void require_finite(std::span<const double> results) {
    if (!std::ranges::all_of(results, [](double x) { return tinynet::detail::is_finite(x); }))
        std::abort();
}

void evaluate(const tinynet::per_atom_model& model) {
    const tinynet::structure& atoms = model.features().reference();
    auto space = model.make_workspace(atoms);
    std::vector<double> results(model.output_width() * atoms.atom_count());
    model.evaluate(space, tinynet::flat(atoms.positions()), results);
    require_finite(results);
}

/// An atom of every species, in a row.
void evaluate(const tinynet::energy_model& model) {
    const auto known = model.known_species();
    std::vector<tinynet::vector3> row;
    for (std::size_t i = 0; i < known.size(); ++i)
        row.emplace_back(2.0 * static_cast<double>(i), 0.1, 0.0);
    const tinynet::structure atoms{tinynet::cell{}, {known.begin(), known.end()}, row};
    auto space = model.make_workspace(atoms);
    std::vector<double> forces(3 * atoms.atom_count());
    const double energy = model.evaluate(space, tinynet::flat(atoms.positions()), forces).energy;
    require_finite({&energy, 1});
    require_finite(forces);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        const auto model = tinynet::model_from(tinynet::parse_safetensors(
            {reinterpret_cast<const char*>(bytes), size}, "input", tinynet::checksum::optional));
        std::visit([](const auto& m) { evaluate(m); }, model);
    } catch (const tinynet::error&) {
    }
    return 0;
}
