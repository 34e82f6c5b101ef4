// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_TRAIN_HPP
#define TINYNET_TRAINING_TRAIN_HPP

/// \file
/// The epoch loop.

#include <tinynet/parallel/worker_pool.hpp>

#include <concepts>

namespace tinynet {

/// Runs the epochs that are left of a trainer's settings and reports every one of them.
///
/// \param on_epoch  called as `on_epoch(report)` after every epoch, on this thread, with what `run_epoch`
///                  returned; the trainer may be looked at meanwhile. If it returns a bool, false ends the
///                  training there.
/// \throws  what `run_epoch` throws.
template <typename Trainer, typename OnEpoch>
void train(Trainer& trainer, worker_pool& pool, OnEpoch&& on_epoch) {
    while (!trainer.is_finished()) {
        const auto report = trainer.run_epoch(pool);
        if constexpr (std::convertible_to<decltype(on_epoch(report)), bool>) {
            if (!on_epoch(report))
                return;
        } else {
            on_epoch(report);
        }
    }
}

/// The same without reports.
template <typename Trainer>
void train(Trainer& trainer, worker_pool& pool) {
    train(trainer, pool, [](const auto&) {});
}

} // namespace tinynet

#endif
