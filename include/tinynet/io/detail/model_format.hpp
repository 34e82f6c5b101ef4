// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_MODEL_FORMAT_HPP
#define TINYNET_IO_DETAIL_MODEL_FORMAT_HPP

/// \file
/// Bodies of model_file.hpp: between models and the content of their files.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/model_settings.hpp>
#include <tinynet/io/detail/model_tensors.hpp>
#include <tinynet/io/detail/moment_tensors.hpp>
#include <tinynet/io/detail/named_file.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/model/ldos_model.hpp>
#include <tinynet/version.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tinynet {

namespace detail {

inline constexpr std::string_view force_kind = "forces";
inline constexpr std::string_view ldos_kind = "ldos";
inline constexpr std::string_view energy_kind = "energy";

/// Lengths in Å, outputs as the kind of model has them.
inline std::string_view units_of(std::string_view kind) {
    if (kind == energy_kind)
        return R"({"length":"Å","output":"eV"})";
    return kind == force_kind ? R"({"length":"Å","output":"eV/Å"})"
                              : R"({"length":"Å","output":"states/eV"})";
}

/// The kind of a model.
/// \throws file_error  if the file is no model, newer than this library or of an unknown kind.
inline std::string_view kind_of(const safetensors& file) {
    const named_file place{file.file};
    if (file.metadata_at("format") != "tinynet model")
        place.fail("the format is ", in_quotes(file.metadata_at("format")), ", expected 'tinynet model'");
    const std::string& text = file.metadata_at("format_version");
    const auto number = parse_integer(text);
    if (!number || *number < 1.0)
        place.fail("the format version is ", in_quotes(text), ", expected an integer from 1");
    if (*number > model_format_version)
        place.fail("the file has format version ", text, ", written by tinynet ",
                   in_quotes(file.metadata_at("library_version")), "; this is tinynet ", version,
                   ", which reads versions up to ", model_format_version);
    for (const std::string_view kind : {force_kind, ldos_kind, energy_kind})
        if (file.metadata_at("kind") == kind)
            return kind;
    place.fail("the file holds a model of ", in_quotes(file.metadata_at("kind")),
               ", expected one of 'forces', 'ldos' or 'energy'");
}

/// \throws file_error  if the file is no model of this kind.
inline void check_kind(const safetensors& file, std::string_view expected) {
    constexpr std::size_t shown_size = 80; // of what may be any text
    const named_file place{file.file};
    if (const std::string_view kind = kind_of(file); kind != expected)
        place.fail("the file holds a model of '", kind, "', expected a model of '", expected, "'");
    if (file.metadata_at("units") != units_of(expected))
        place.fail("the units are ", std::string_view{file.metadata_at("units")}.substr(0, shown_size),
                   ", expected ", units_of(expected));
}

/// What every kind of model stores.
template <typename Model>
safetensors store_model(std::string_view kind, const Model& model) {
    safetensors file;
    file.metadata["format"] = "tinynet model";
    file.metadata["format_version"] = std::to_string(model_format_version);
    file.metadata["library_version"] = version;
    file.metadata["kind"] = kind;
    file.metadata["units"] = units_of(kind);
    std::visit([&](const auto& precise) { store_precise(file, precise); }, model.precise());
    store_record(file, model.record());
    return file;
}

/// Reads a model in the precision of the file.
/// \param make  called as `make(Real{})`.
/// \throws file_error  if something is missing, out of range, not finite or does not fit together.
template <typename Make>
auto load_precise(const safetensors& file, const Make& make) {
    try {
        return stores_double(file) ? make(double{}) : make(float{});
    } catch (const file_error&) {
        throw;
    } catch (const error& problem) {
        named_file{file.file}.fail(problem.what());
    }
}

} // namespace detail

TINYNET_INLINE safetensors to_safetensors(const force_model& model) {
    return detail::store_model(detail::force_kind, model);
}

TINYNET_INLINE safetensors to_safetensors(const ldos_model& model) {
    safetensors file = detail::store_model(detail::ldos_kind, model);
    detail::store_energy_grid(file, model.grid());
    const Eigen::MatrixXd rows = model.site_means().transpose();
    detail::set_matrix<double>(file, "sites.mean", {rows.data(), rows.rows(), rows.cols()});
    return file;
}

TINYNET_INLINE force_model force_model_from(const safetensors& file) {
    detail::check_kind(file, detail::force_kind);
    return detail::load_precise(file, [&]<typename Real>(Real) {
        return force_model{detail::load_atomic_model<Real>(file), detail::load_record(file)};
    });
}

TINYNET_INLINE ldos_model ldos_model_from(const safetensors& file) {
    detail::check_kind(file, detail::ldos_kind);
    return detail::load_precise(file, [&]<typename Real>(Real) {
        auto model = detail::load_atomic_model<Real>(file);
        energy_grid grid = detail::load_energy_grid(file);
        const std::size_t sites = model.features().sites().size();
        const auto means = detail::load_shape<double>(file, "sites.mean", {sites, grid.count});
        return ldos_model{std::move(model), std::move(grid),
                          Eigen::Map<const Eigen::MatrixXd>{means.data(),
                                                            static_cast<Eigen::Index>(grid.count),
                                                            static_cast<Eigen::Index>(sites)},
                          detail::load_record(file)};
    });
}

TINYNET_INLINE safetensors to_safetensors(const energy_model& model) {
    return detail::store_model(detail::energy_kind, model);
}

TINYNET_INLINE energy_model energy_model_from(const safetensors& file) {
    detail::check_kind(file, detail::energy_kind);
    return detail::load_precise(file, [&]<typename Real>(Real) {
        return energy_model{detail::load_moment_model<Real>(file), detail::load_record(file)};
    });
}

TINYNET_INLINE any_model model_from(const safetensors& file) {
    const std::string_view kind = detail::kind_of(file);
    if (kind == detail::energy_kind)
        return energy_model_from(file);
    if (kind == detail::force_kind)
        return force_model_from(file);
    return ldos_model_from(file);
}

TINYNET_INLINE any_model load_model(const std::filesystem::path& path) {
    return model_from(read_safetensors(path, checksum::required));
}

TINYNET_INLINE force_model load_force_model(const std::filesystem::path& path) {
    return force_model_from(read_safetensors(path, checksum::required));
}

TINYNET_INLINE ldos_model load_ldos_model(const std::filesystem::path& path) {
    return ldos_model_from(read_safetensors(path, checksum::required));
}

TINYNET_INLINE energy_model load_energy_model(const std::filesystem::path& path) {
    return energy_model_from(read_safetensors(path, checksum::required));
}

} // namespace tinynet

#endif
