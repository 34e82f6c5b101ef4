// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_FILES_HPP
#define TINYNET_EXAMPLES_FILES_HPP

/// \file
/// What several commands do with files.

#include <tinynet/geometry/structure.hpp>

#include <cstddef>
#include <filesystem>
#include <vector>

namespace tinynet::program {

/// Refuses paths that could not be written in the end, before any time is spent.
/// \param outputs  empty ones are not wanted.
/// \param inputs   files that an output must not replace; empty ones do not count.
/// \throws file_error  if a folder is missing or may not be written, or a path is no file, an input or given
/// twice.
void check_outputs(const std::vector<std::filesystem::path>& outputs,
                   const std::vector<std::filesystem::path>& inputs);

/// The structure of one frame.
/// \param frame  from 0.
/// \throws file_error      if the file cannot be read up to that frame and the one after it.
/// \throws invalid_option  if it has fewer frames.
structure read_frame(const std::filesystem::path& path, std::size_t frame);

} // namespace tinynet::program

#endif
