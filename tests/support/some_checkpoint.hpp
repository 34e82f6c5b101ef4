// SPDX-License-Identifier: MIT
#ifndef TINYNET_TEST_SOME_CHECKPOINT_HPP
#define TINYNET_TEST_SOME_CHECKPOINT_HPP

#include <tinynet/training/checkpoint.hpp>
#include <tinynet/training/regression.hpp>

#include <cstddef>
#include <vector>

namespace tinynet::test {

/// A state whose numbers are all different.
template <typename Real>
tinynet::training_state<Real> some_state(std::size_t parameter_count, Real first) {
    const auto values = [&](Real offset) {
        std::vector<Real> result;
        for (std::size_t k = 0; k < parameter_count; ++k)
            result.push_back((first + offset + static_cast<Real>(k)) / Real{3});
        return result;
    };
    tinynet::training_state<Real> state;
    state.parameters = values(Real(0.1));
    state.best_parameters = values(Real(0.2));
    state.optimizer.first_moment = values(Real(0.3));
    state.optimizer.second_moment = values(Real(0.4));
    state.optimizer.curvature = values(Real(0.5));
    state.optimizer.step = 4000000000;
    state.epoch = 123;
    state.best_epoch = 45;
    state.best_loss = 1.0 / 7.0;
    return state;
}

/// Of two networks, after 123 epochs.
template <typename Real>
tinynet::training_checkpoint<Real> some_checkpoint() {
    return {R"({"epochs":5,"name":"Å"})",
            "epoch,rmse\n1,0.5\n",
            {some_state<Real>(11, 1), some_state<Real>(4, 2)}};
}

} // namespace tinynet::test

#endif
