// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_LOAD_MODEL_HPP
#define TINYNET_EXAMPLES_LOAD_MODEL_HPP

/// \file
/// Reads a model in a source file of its own, because making networks of every shape takes long to compile.

#include <tinynet/model/force_model.hpp>

#include <filesystem>

namespace tinynet::program {

/// \throws file_error  as load_force_model().
force_model load_model(const std::filesystem::path& path);

} // namespace tinynet::program

#endif
