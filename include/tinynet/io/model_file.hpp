// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_MODEL_FILE_HPP
#define TINYNET_IO_MODEL_FILE_HPP

/// \file
/// Models as files: safetensors with everything needed to evaluate them. The format: docs/model_file.md.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/model_settings.hpp>
#include <tinynet/io/detail/model_tensors.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/version.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tinynet {

/// The newest format of model files, and the one that is written. Older ones stay readable.
inline constexpr int model_format_version = 1;

namespace detail {

/// Lengths in Å, outputs as the kind of model has them.
inline constexpr std::string_view force_model_units = R"({"length":"Å","output":"eV/Å"})";

/// \throws file_error  if the file is no model, of another kind, or newer than this library.
inline void check_model_kind(const safetensors& file, const std::string& kind) {
    const named_file place{file.file};
    if (file.metadata_at("format") != "tinynet model")
        place.fail("the format is ", in_quotes(file.metadata_at("format")), ", expected 'tinynet model'");
    const std::string& text = file.metadata_at("format_version");
    const auto number = parse_integer(text);
    if (!number || *number < 1.0)
        place.fail("the format version is ", in_quotes(text), ", expected an integer from 1");
    if (*number > model_format_version)
        place.fail("the file has format version ", text, ", written by tinynet ",
                   file.metadata_at("library_version"), "; this is tinynet ", version,
                   ", which reads versions up to ", model_format_version);
    if (file.metadata_at("kind") != kind)
        place.fail("the file holds a model of ", in_quotes(file.metadata_at("kind")), ", expected one of '",
                   kind, "'");
}

} // namespace detail

/// A force model as the content of a file.
/// \throws file_error  if the record has a number that is not finite.
inline safetensors to_safetensors(const force_model& model) {
    safetensors file;
    file.metadata["format"] = "tinynet model";
    file.metadata["format_version"] = std::to_string(model_format_version);
    file.metadata["library_version"] = version;
    file.metadata["kind"] = "forces";
    file.metadata["units"] = detail::force_model_units;
    std::visit([&](const auto& precise) { detail::store_atomic_model(file, precise); }, model.precise());
    detail::store_record(file, model.record());
    return file;
}

/// A force model from the content of a file.
/// \throws file_error  if something is missing, out of range, not finite or does not fit together.
inline force_model force_model_from(const safetensors& file) {
    detail::check_model_kind(file, "forces");
    const detail::named_file place{file.file};
    if (file.metadata_at("units") != detail::force_model_units)
        place.fail("the units are ", file.metadata_at("units"), ", expected ", detail::force_model_units);
    try {
        training_record record = detail::load_record(file);
        return detail::stores_double(file)
                   ? force_model{detail::load_atomic_model<double>(file), std::move(record)}
                   : force_model{detail::load_atomic_model<float>(file), std::move(record)};
    } catch (const file_error&) {
        throw;
    } catch (const error& problem) {
        place.fail(problem.what());
    }
}

/// Writes a model; an older file of that name is replaced only when everything is written.
/// \throws file_error  if the file cannot be written, or the record has a number that is not finite.
inline void save_force_model(const std::filesystem::path& path, const force_model& model) {
    write_safetensors(path, to_safetensors(model));
}

/// Reads a model.
/// \throws file_error  if the file cannot be read, is no force model, is damaged or was written in a newer
///                     format.
inline force_model load_force_model(const std::filesystem::path& path) {
    return force_model_from(read_safetensors(path, checksum::required));
}

} // namespace tinynet

#endif
