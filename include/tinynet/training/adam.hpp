// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ADAM_HPP
#define TINYNET_TRAINING_ADAM_HPP

/// \file
/// The update rule: Adam (arXiv:1412.6980), with decoupled weight decay if wanted (arXiv:1711.05101).

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/training/optimizer_state.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Constants of the rule; the learning rate comes with every update.
struct adam_settings {
    double beta1 = 0.9;        ///< how much of the mean gradient an update keeps
    double beta2 = 0.999;      ///< how much of the mean squared gradient an update keeps
    double epsilon = 1e-8;     ///< added to the root of the mean squared gradient
    double weight_decay = 0.0; ///< every update shrinks every parameter by learning rate * this
};

namespace detail {

/// \throws invalid_option  if a setting is out of range.
inline void check(const adam_settings& settings) {
    for (const double beta : {settings.beta1, settings.beta2})
        check_rule("Adam", beta, settings.epsilon, settings.weight_decay);
}

} // namespace detail

/// The rule applied to one set of parameters.
///
/// Every parameter takes the same instructions, so an update has the same bits in one piece or in several.
template <typename Real>
class adam {
public:
    /// \throws invalid_option  if a setting is out of range.
    explicit adam(std::size_t parameter_count, const adam_settings& settings = {})
        : settings_{settings}, state_{std::vector<Real>(parameter_count),
                                      std::vector<Real>(parameter_count),
                                      {},
                                      0} {
        detail::check(settings);
        for (const double beta : {settings.beta1, settings.beta2})
            detail::check_precision<Real>("Adam", beta, settings.epsilon);
    }

    /// What `restore` needs to go on from here.
    [[nodiscard]] const optimizer_state<Real>& state() const noexcept { return state_; }

    /// Goes on from where another run was.
    /// \throws invalid_option  if the moments belong to another number of parameters.
    void restore(optimizer_state<Real> state) {
        if (state.first_moment.size() != state_.first_moment.size() ||
            state.second_moment.size() != state_.second_moment.size())
            throw invalid_option{detail::text("the state of Adam is for ", state.first_moment.size(),
                                              " parameters, the network has ", state_.first_moment.size())};
        state_ = std::move(state);
    }

    /// One update of all parameters.
    void step(std::span<Real> parameters, std::span<const Real> gradient, double learning_rate) noexcept {
        begin_step(learning_rate);
        update(parameters, gradient, 0);
    }

    /// Starts an update that `update` carries out piece by piece.
    void begin_step(double learning_rate) noexcept {
        ++state_.step;
        const auto count = static_cast<double>(state_.step);
        const double correction1 = 1.0 - std::pow(settings_.beta1, count);
        const double correction2 = 1.0 - std::pow(settings_.beta2, count);
        rate_ = static_cast<Real>(learning_rate / correction1);
        scale_ = static_cast<Real>(1.0 / std::sqrt(correction2));
        decay_ = static_cast<Real>(1.0 - learning_rate * settings_.weight_decay);
    }

    /// Updates the parameters from number `first` on. Pieces that do not overlap may be updated at the same
    /// time.
    void update(std::span<Real> parameters, std::span<const Real> gradient, std::size_t first) noexcept {
        TINYNET_ASSERT(parameters.size() == gradient.size());
        TINYNET_ASSERT(first + parameters.size() <= state_.first_moment.size());
        Real* const means = state_.first_moment.data() + first;
        Real* const squares = state_.second_moment.data() + first;
        const std::size_t whole = parameters.size() / lane_count * lane_count;
        for (std::size_t i = 0; i < whole; i += lane_count)
            update_lanes(parameters.data() + i, gradient.data() + i, means + i, squares + i);
        if (const std::size_t left = parameters.size() - whole; left > 0)
            update_last(parameters.last(left), gradient.last(left), means + whole, squares + whole);
    }

private:
    static constexpr std::size_t lane_count = 8;
    using lanes = detail::lane_array<Real, lane_count>;

    void update_lanes(Real* parameters, const Real* gradient, Real* means, Real* squares) const noexcept {
        const auto beta1 = static_cast<Real>(settings_.beta1);
        const auto beta2 = static_cast<Real>(settings_.beta2);
        const auto slope = lanes::load(gradient);
        const lanes mean = beta1 * lanes::load(means) + (Real{1} - beta1) * slope;
        const lanes square = beta2 * lanes::load(squares) + (Real{1} - beta2) * slope.square();
        const lanes value = decay_ * lanes::load(parameters) -
                            rate_ * mean / (square.sqrt() * scale_ + static_cast<Real>(settings_.epsilon));
        mean.store(means);
        square.store(squares);
        value.store(parameters);
    }

    /// Fewer parameters than lanes: through the same instructions, the other lanes idle.
    void update_last(std::span<Real> parameters, std::span<const Real> gradient, Real* means,
                     Real* squares) const noexcept {
        const std::size_t count = parameters.size();
        lanes value = lanes::zero();
        lanes slope = lanes::zero();
        lanes mean = lanes::zero();
        lanes square = lanes::zero();
        std::copy_n(parameters.data(), count, value.data());
        std::copy_n(gradient.data(), count, slope.data());
        std::copy_n(means, count, mean.data());
        std::copy_n(squares, count, square.data());
        update_lanes(value.data(), slope.data(), mean.data(), square.data());
        std::copy_n(value.data(), count, parameters.data());
        std::copy_n(mean.data(), count, means);
        std::copy_n(square.data(), count, squares);
    }

    adam_settings settings_;
    optimizer_state<Real> state_;
    Real rate_{0};  ///< learning rate / bias correction of the mean
    Real scale_{1}; ///< 1 / root of the bias correction of the mean square
    Real decay_{1}; ///< what an update leaves of a parameter
};

} // namespace tinynet

#endif
