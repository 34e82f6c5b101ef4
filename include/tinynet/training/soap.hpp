// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_SOAP_HPP
#define TINYNET_TRAINING_SOAP_HPP

/// \file
/// The update rule SOAP (arXiv:2409.11321): Adam, but for every matrix of weights in a basis in which its
/// gradients are nearly uncorrelated, so that each direction gets a step of its own length.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/training/optimizer_state.hpp>

#include <Eigen/Core>
#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Constants of the rule; the learning rate comes with every update.
struct soap_settings {
    double beta = 0.95;               ///< how much of each running mean an update keeps
    double epsilon = 1e-8;            ///< added to the root of the mean squared gradient
    double weight_decay = 0.0;        ///< every update shrinks every parameter by learning rate * this
    std::size_t basis_interval = 10;  ///< updates between two looks for better bases
    std::size_t largest_basis = 1024; ///< a longer side of a matrix keeps its own basis
};

/// Parameters that belong together: a matrix, column-major; one column for a vector, which has no basis.
struct parameter_block {
    std::size_t rows;    ///< next to each other
    std::size_t columns; ///< one after the other
};

namespace detail {

/// \throws invalid_option  if a setting is out of range.
inline void check(const soap_settings& settings) {
    check_rule("SOAP", settings.beta, settings.epsilon, settings.weight_decay);
    if (settings.basis_interval == 0)
        throw invalid_option{"SOAP looks for bases every 0 updates, at least 1 is needed"};
}

/// One side of a matrix of weights: how its gradients are correlated, and the basis that follows.
template <typename Real>
class gradient_basis {
public:
    using matrix = batch_matrix<Real>; ///< of any size

    /// \param size  of the side; 0 stands for the basis that is there.
    explicit gradient_basis(std::size_t size)
        : correlation_{matrix::Zero(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size))},
          basis_{matrix::Identity(correlation_.rows(), correlation_.cols())} {}

    /// Whether there is one.
    [[nodiscard]] bool is_used() const noexcept { return basis_.size() > 0; }
    /// Orthonormal columns.
    [[nodiscard]] const matrix& basis() const noexcept { return basis_; }

    /// Takes a gradient into account whose rows belong to this side.
    void add(const matrix& gradient, Real beta) {
        if (is_used()) {
            correlation_ *= beta;
            correlation_.noalias() += (Real{1} - beta) * gradient * gradient.transpose();
        }
    }

    /// One step of orthogonal iteration towards the eigenvectors of the correlations.
    void improve() {
        if (is_used()) {
            const matrix product = correlation_ * basis_;
            basis_ = Eigen::HouseholderQR<matrix>{product}.householderQ();
        }
    }

    /// Numbers that save() writes.
    [[nodiscard]] std::size_t state_size() const noexcept {
        return static_cast<std::size_t>(correlation_.size() + basis_.size());
    }
    /// Appends what load() needs.
    void save(std::vector<Real>& into) const {
        for (const matrix* const part : {&correlation_, &basis_})
            into.insert(into.end(), part->data(), part->data() + part->size());
    }
    /// Reads what save() wrote; returns what is behind it.
    std::span<const Real> load(std::span<const Real> from) {
        for (matrix* const part : {&correlation_, &basis_}) {
            const auto size = static_cast<std::size_t>(part->size());
            std::ranges::copy(from.first(size), part->data());
            from = from.subspan(size);
        }
        return from;
    }

private:
    matrix correlation_;
    matrix basis_;
};

} // namespace detail

/// The rule applied to one set of parameters. Allocates: for training, not for step time.
template <typename Real>
class soap {
public:
    /// \param blocks  what the parameters are, in their order.
    /// \throws invalid_option  if a setting is out of range.
    explicit soap(std::span<const parameter_block> blocks, const soap_settings& settings = {});

    /// Updates so far.
    [[nodiscard]] std::uint64_t step_count() const noexcept { return step_; }

    /// One update of all parameters.
    void step(std::span<Real> parameters, std::span<const Real> gradient, double learning_rate);

    /// What restore() needs to go on from here.
    [[nodiscard]] optimizer_state<Real> state() const;

    /// Goes on from where another run was.
    /// \throws invalid_option  if the state belongs to other parameters.
    void restore(const optimizer_state<Real>& saved);

private:
    using matrix = batch_matrix<Real>;

    /// What is remembered of a block; moments are in its bases.
    struct block {
        block(const parameter_block& b, std::size_t largest_basis)
            : left{basis_size(b.rows, b.columns, largest_basis)}, right{basis_size(b.columns, b.columns,
                                                                                   largest_basis)},
              first{matrix::Zero(static_cast<Eigen::Index>(b.rows), static_cast<Eigen::Index>(b.columns))},
              second{first} {}

        static std::size_t basis_size(std::size_t side, std::size_t columns, std::size_t largest) noexcept {
            return columns > 1 && side > 1 && side <= largest ? side : 0;
        }

        /// From the parameters into the bases.
        [[nodiscard]] matrix turned(matrix numbers) const {
            if (left.is_used())
                numbers = left.basis().transpose() * numbers;
            if (right.is_used())
                numbers = numbers * right.basis();
            return numbers;
        }
        /// And back.
        [[nodiscard]] matrix turned_back(matrix numbers) const {
            if (right.is_used())
                numbers = numbers * right.basis().transpose();
            if (left.is_used())
                numbers = left.basis() * numbers;
            return numbers;
        }
        void improve_bases() {
            const matrix mean = turned_back(first);
            left.improve();
            right.improve();
            first = turned(mean);
        }

        detail::gradient_basis<Real> left;
        detail::gradient_basis<Real> right;
        matrix first;
        matrix second;
    };

    void update(block& b, Real* parameters, const Real* gradient, double learning_rate);

    soap_settings settings_;
    std::vector<block> blocks_;
    std::uint64_t step_ = 0;
};

template <typename Real>
soap<Real>::soap(std::span<const parameter_block> blocks, const soap_settings& settings)
    : settings_{settings} {
    detail::check(settings);
    detail::check_precision<Real>("SOAP", settings.beta, settings.epsilon);
    for (const parameter_block& b : blocks)
        blocks_.emplace_back(b, settings.largest_basis);
}

template <typename Real>
void soap<Real>::step(std::span<Real> parameters, std::span<const Real> gradient, double learning_rate) {
    TINYNET_ASSERT(parameters.size() == gradient.size());
    ++step_;
    const bool improves = step_ == 1 || step_ % settings_.basis_interval == 0;
    for (block& b : blocks_) {
        const auto size = static_cast<std::size_t>(b.first.size());
        update(b, parameters.data(), gradient.data(), learning_rate);
        if (improves)
            b.improve_bases();
        parameters = parameters.subspan(size);
        gradient = gradient.subspan(size);
    }
}

template <typename Real>
optimizer_state<Real> soap<Real>::state() const {
    optimizer_state<Real> saved;
    saved.step = step_;
    for (const block& b : blocks_) {
        saved.first_moment.insert(saved.first_moment.end(), b.first.data(), b.first.data() + b.first.size());
        saved.second_moment.insert(saved.second_moment.end(), b.second.data(),
                                   b.second.data() + b.second.size());
        b.left.save(saved.curvature);
        b.right.save(saved.curvature);
    }
    return saved;
}

template <typename Real>
void soap<Real>::restore(const optimizer_state<Real>& saved) {
    std::size_t parameter_count = 0;
    std::size_t curvature_count = 0;
    for (const block& b : blocks_) {
        parameter_count += static_cast<std::size_t>(b.first.size());
        curvature_count += b.left.state_size() + b.right.state_size();
    }
    if (saved.first_moment.size() != parameter_count || saved.second_moment.size() != parameter_count ||
        saved.curvature.size() != curvature_count)
        throw invalid_option{detail::text("the state of SOAP is for ", saved.first_moment.size(),
                                          " parameters and has ", saved.curvature.size(),
                                          " numbers of bases, expected ", parameter_count, " and ",
                                          curvature_count)};
    step_ = saved.step;
    const Real* first = saved.first_moment.data();
    const Real* second = saved.second_moment.data();
    std::span<const Real> curvature{saved.curvature};
    for (block& b : blocks_) {
        std::copy_n(first, b.first.size(), b.first.data());
        std::copy_n(second, b.second.size(), b.second.data());
        first += b.first.size();
        second += b.second.size();
        curvature = b.right.load(b.left.load(curvature));
    }
}

template <typename Real>
void soap<Real>::update(block& b, Real* parameters, const Real* gradient, double learning_rate) {
    const matrix slope = Eigen::Map<const matrix>{gradient, b.first.rows(), b.first.cols()};
    Eigen::Map<matrix> weights{parameters, b.first.rows(), b.first.cols()};
    const auto beta = static_cast<Real>(settings_.beta);
    b.left.add(slope, beta);
    b.right.add(slope.transpose(), beta);
    const matrix turned = b.turned(slope);
    b.first = beta * b.first + (Real{1} - beta) * turned;
    b.second = beta * b.second + (Real{1} - beta) * turned.cwiseAbs2();
    const double correction = 1.0 - std::pow(settings_.beta, static_cast<double>(step_));
    const auto rate = static_cast<Real>(learning_rate / correction);
    const auto scale = static_cast<Real>(1.0 / std::sqrt(correction));
    const auto epsilon = static_cast<Real>(settings_.epsilon);
    const auto decay = static_cast<Real>(1.0 - learning_rate * settings_.weight_decay);
    matrix change = rate * (b.first.array() / (b.second.array().sqrt() * scale + epsilon)).matrix();
    change = b.turned_back(std::move(change));
    weights = decay * weights - change;
}

TINYNET_PRECOMPILED(class soap<float>);
TINYNET_PRECOMPILED(class soap<double>);

/// The layers of a network, in the order of its parameters.
template <typename Network>
[[nodiscard]] std::vector<parameter_block> blocks_of(const Network& net) {
    std::vector<parameter_block> blocks;
    for (std::size_t layer = 0; layer + 1 < net.widths().size(); ++layer) {
        blocks.push_back({net.widths()[layer + 1], net.widths()[layer]});
        blocks.push_back({net.widths()[layer + 1], 1});
    }
    return blocks;
}

} // namespace tinynet

#endif
