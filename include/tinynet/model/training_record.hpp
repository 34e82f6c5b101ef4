// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_TRAINING_RECORD_HPP
#define TINYNET_MODEL_TRAINING_RECORD_HPP

/// \file
/// What a model remembers of how it was made.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tinynet {

/// Which structures of a data set serve what: indices from 0, sorted, none of them twice.
struct dataset_split {
    std::vector<std::size_t> training;   ///< the network is fitted to these
    std::vector<std::size_t> validation; ///< these choose the best epoch; energy models learn from them
    std::vector<std::size_t> test;       ///< these are never looked at

    friend bool operator==(const dataset_split&, const dataset_split&) = default;
};

/// Where a model comes from: enough to make it again. No dates, no names of machines.
struct training_record {
    std::string data_sha256;              ///< fingerprint of the file the structures came from; empty if none
    dataset_split split;                  ///< of that file
    std::uint64_t seed = 0;               ///< of the split, the starting weights and the order of batches
    std::size_t epochs = 0;               ///< how many were run
    std::vector<std::size_t> best_epochs; ///< which one each network is from
    double best_rmse = 0.0;               ///< on the validation structures (training, if none), in units of
                                          ///< the target; of an energy model: its control's
    std::vector<std::size_t> hidden;      ///< widths of the hidden layers
    std::size_t symmetry_operations = 1;  ///< that made copies of the training structures, identity included
    bool judged_by_energies = false;      ///< whether the RMSE is of energies per atom (eV), not of forces

    friend bool operator==(const training_record&, const training_record&) = default;
};

} // namespace tinynet

#endif
