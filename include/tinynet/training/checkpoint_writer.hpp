// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_CHECKPOINT_WRITER_HPP
#define TINYNET_TRAINING_CHECKPOINT_WRITER_HPP

/// \file
/// Saves a training after every epoch, however short its epochs are.

#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/file_descriptor.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/training/checkpoint.hpp>
#include <tinynet/training/detail/epoch_records.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

namespace tinynet {

/// Keeps the checkpoint of a training up to date.
///
/// Writing a file so that it survives a power failure takes as long as some short epochs. record() writes
/// into the file that save() left, and does not wait for the disk: that survives the end of the program, be
/// it killed at any moment. After a power failure load_checkpoint() finds the last epoch that is whole there,
/// at least the one of save().
template <typename Real>
class checkpoint_writer {
public:
    /// \param path  where the checkpoint is, or will be once save() or record() is called.
    explicit checkpoint_writer(std::filesystem::path path) : path_{std::move(path)} {}

    /// Replaces the file, and returns when everything is on the disk.
    /// \throws file_error  as save_checkpoint(); the older file is intact.
    void save(const training_checkpoint<Real>& checkpoint) {
        std::string bytes = format_safetensors(detail::as_tensors(checkpoint));
        file_ = detail::file_descriptor{-1};
        tensors_size_ = bytes.size();
        const bool has_places = 3 * detail::record_place_size(tensors_size_) <= default_file_size_limit;
        if (has_places)
            bytes = detail::with_record_places(std::move(bytes));
        write_file_atomically(path_, bytes);
        if (has_places)
            file_ = detail::open_for_changes(path_);
        rows_begin_ = checkpoint.learning_curve.size();
        states_size_ = detail::record_of(checkpoint, rows_begin_).size();
        next_place_ = 0;
    }

    /// Writes an epoch into the file, or saves anew where it has no room for it.
    /// \param checkpoint  of the training that was saved, some epochs later.
    /// \throws file_error  if it cannot be written; what was written before is intact.
    void record(const training_checkpoint<Real>& checkpoint) {
        const std::size_t place_size = detail::record_place_size(tensors_size_);
        const std::string content = detail::record_of(checkpoint, rows_begin_);
        const std::size_t rows_size = checkpoint.learning_curve.size() - rows_begin_;
        if (!file_.is_open() || content.size() - rows_size != states_size_ ||
            content.size() + detail::record_overhead > place_size) {
            save(checkpoint);
            return;
        }
        const detail::file_size_signal_block block;
        detail::write_all_at(file_, detail::as_record(content), tensors_size_ + next_place_ * place_size,
                             path_);
        next_place_ = 1 - next_place_;
    }

private:
    std::filesystem::path path_;
    detail::file_descriptor file_{-1}; ///< what save() wrote; not open where nothing can be recorded in it
    std::size_t tensors_size_ = 0;
    std::size_t rows_begin_ = 0; ///< of the learning curve, where it is not in the tensors
    std::size_t states_size_ = 0;
    std::size_t next_place_ = 0;
};

} // namespace tinynet

#endif
