// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_MODEL_FILE_HPP
#define TINYNET_IO_MODEL_FILE_HPP

/// \file
/// Models as files: safetensors with everything needed to evaluate them. The format: docs/model_file.md.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/model/ldos_model.hpp>
#include <tinynet/model/per_atom_model.hpp>

#include <concepts>
#include <filesystem>
#include <variant>

namespace tinynet {

/// The newest format of model files, and the one that is written. Older ones stay readable.
inline constexpr int model_format_version = 1;

/// A model of any kind.
using any_model = std::variant<force_model, ldos_model, energy_model>;

/// A force model as the content of a file.
/// \throws file_error  if the record has a number that is not finite, or a fingerprint that is none.
TINYNET_INLINE safetensors to_safetensors(const force_model& model);

/// An LDOS model as the content of a file.
/// \throws file_error  if the record has a number that is not finite, or a fingerprint that is none.
TINYNET_INLINE safetensors to_safetensors(const ldos_model& model);

/// A force model from the content of a file.
/// \throws file_error  if it is of another kind, or something is missing, given twice, out of range, not finite
///                     or does not fit.
TINYNET_INLINE force_model force_model_from(const safetensors& file);

/// An LDOS model from the content of a file.
/// \throws file_error  as force_model_from().
TINYNET_INLINE ldos_model ldos_model_from(const safetensors& file);

/// An energy model as the content of a file.
/// \throws file_error  if the record has a number that is not finite, or a fingerprint that is none.
TINYNET_INLINE safetensors to_safetensors(const energy_model& model);

/// An energy model from the content of a file.
/// \throws file_error  as force_model_from().
TINYNET_INLINE energy_model energy_model_from(const safetensors& file);

/// A model of any kind from the content of a file.
/// \throws file_error  if it is no model, newer than this library, or as force_model_from().
TINYNET_INLINE any_model model_from(const safetensors& file);

/// Writes a model; an older file of that name is replaced only when everything is written.
/// \throws file_error  as to_safetensors() and write_safetensors().
template <typename Model>
requires std::derived_from<Model, per_atom_model> || std::same_as<Model, energy_model>
void save_model(const std::filesystem::path& path, const Model& model) {
    write_safetensors(path, to_safetensors(model));
}

/// Reads a model of any kind.
/// \throws file_error  if the file cannot be read, is no model, is damaged or was written in a newer format.
TINYNET_INLINE any_model load_model(const std::filesystem::path& path);

/// Reads a force model.
/// \throws file_error  as load_model(), or if it is of another kind.
TINYNET_INLINE force_model load_force_model(const std::filesystem::path& path);

/// Reads an LDOS model.
/// \throws file_error  as load_model(), or if it is of another kind.
TINYNET_INLINE ldos_model load_ldos_model(const std::filesystem::path& path);

/// Reads an energy model.
/// \throws file_error  as load_model(), or if it is of another kind.
TINYNET_INLINE energy_model load_energy_model(const std::filesystem::path& path);

} // namespace tinynet

#ifndef TINYNET_LINKS_PRECOMPILED
#include <tinynet/io/detail/model_format.hpp>
#endif

#endif
