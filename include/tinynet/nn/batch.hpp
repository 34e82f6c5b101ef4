// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_BATCH_HPP
#define TINYNET_NN_BATCH_HPP

/// \file
/// Views of the numbers a network works on: batches of samples, and the parameters of a layer.

#include <Eigen/Core>

#include <vector>

namespace tinynet {

/// Numbers that begin where vector registers may load from. What Eigen makes of numbers can depend, in the
/// last bit, on where they begin; these give the same bits wherever the heap puts them.
template <typename Real>
using aligned_vector = std::vector<Real, Eigen::aligned_allocator<Real>>;

/// Numbers of a batch, one sample per column.
template <typename Real>
using batch_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
/// A batch to read, of any matrix with contiguous columns. Pass no unevaluated expression where nothing may
/// be allocated.
template <typename Real>
using const_batch = Eigen::Ref<const batch_matrix<Real>>;
/// A batch to write, of any matrix with contiguous columns.
template <typename Real>
using batch = Eigen::Ref<batch_matrix<Real>>;

/// Weights of one layer inside the parameters.
template <typename Real>
using const_weight_map = Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>;
/// Weights of one layer, to be written.
template <typename Real>
using weight_map = Eigen::Map<Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>;
/// Biases of one layer.
template <typename Real>
using const_bias_map = Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, 1>>;
/// Biases of one layer, to be written.
template <typename Real>
using bias_map = Eigen::Map<Eigen::Matrix<Real, Eigen::Dynamic, 1>>;

} // namespace tinynet

#endif
