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

/// Refuses a path that could not be written in the end, before any time is spent.
/// \param path    of an output; empty if it is not wanted.
/// \param inputs  files that an output must not replace; empty ones do not count.
/// \throws file_error  if the folder is missing or may not be written, or the path is no file or an input.
void check_output(const std::filesystem::path& path, const std::vector<std::filesystem::path>& inputs);

/// The structure of one frame.
/// \param frame  from 0.
/// \throws file_error      if the file cannot be read up to that frame and the one after it.
/// \throws invalid_option  if it has fewer frames.
structure read_frame(const std::filesystem::path& path, std::size_t frame);

} // namespace tinynet::program

#endif
