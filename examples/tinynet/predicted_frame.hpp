// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_PREDICTED_FRAME_HPP
#define TINYNET_EXAMPLES_PREDICTED_FRAME_HPP

/// \file
/// Frames with what a model says in the place of labels, and the labels of such frames.

#include "model_prediction.hpp"
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/io/extxyz_frame.hpp>
#include <tinynet/io/model_file.hpp>

#include <filesystem>
#include <vector>

namespace tinynet::program {

/// The frame with the model's results; labels are kept under ref_ names, and note_predictions() tells what is
/// none.
extxyz_frame with_predictions(extxyz_frame frame, const any_model& model, const prediction& predicted);

/// Notes in the key `tinynet_predicted` which forces, energies, ... of a frame come from a model: their
/// names, each with the sum of its absolute values, so that what takes its place later is told from it.
void note_predictions(extxyz_frame& frame);

/// Undoes with_predictions(): what is noted and still has that sum is taken out, and labels get their names
/// back.
void restore_labels(extxyz_frame& frame);

/// The structures of a file with their labels.
/// \throws file_error  as read_extxyz().
std::vector<labeled_structure> read_labeled(const std::filesystem::path& path);

} // namespace tinynet::program

#endif
