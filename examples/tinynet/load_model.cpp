// SPDX-License-Identifier: MIT
#include "load_model.hpp"

#include <tinynet/io/model_file.hpp>

namespace tinynet::program {

force_model load_model(const std::filesystem::path& path) { return load_force_model(path); }

} // namespace tinynet::program
