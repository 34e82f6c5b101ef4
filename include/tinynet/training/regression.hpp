// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_REGRESSION_HPP
#define TINYNET_TRAINING_REGRESSION_HPP

/// \file
/// Fits a network to targets, one row of targets per row of inputs, by minimizing the mean squared error.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/adam.hpp>
#include <tinynet/training/epoch.hpp>
#include <tinynet/training/loss.hpp>
#include <tinynet/training/optimizer_state.hpp>
#include <tinynet/training/schedule.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Inputs and targets of the atoms of some structures; one atom per column, the atoms of a structure side by
/// side.
template <typename Real>
struct regression_data {
    batch_matrix<Real> inputs;          ///< input_width x atoms
    batch_matrix<Real> targets;         ///< output_width x atoms
    std::size_t rows_per_structure = 1; ///< atoms of every structure

    /// Number of structures.
    [[nodiscard]] std::size_t structure_count() const noexcept {
        return static_cast<std::size_t>(inputs.cols()) / rows_per_structure;
    }
};

/// How a regression is run.
struct regression_settings {
    std::size_t epochs = 1000;        ///< the learning rate schedule ends with the last one
    std::size_t batch_structures = 4; ///< structures per update
    adam_settings adam = {};          ///< of the update rule
    schedule_settings schedule = {};  ///< of the learning rate
    loss_settings loss = {};          ///< what is minimized
    std::uint64_t seed = 1;           ///< of the order of the structures
};

/// What an epoch of one network came to.
struct epoch_report {
    std::uint64_t epoch = 0;               ///< from 1
    double learning_rate = 0.0;            ///< of the last update
    double training_loss = 0.0;            ///< mean over the epoch, each batch before its update
    std::optional<double> validation_loss; ///< after the epoch, where there are validation data
    bool is_best = false;                  ///< the lowest loss (validation, otherwise training) so far
};

/// Everything that changes in a training: a run restored from it goes on bit by bit like the one it is from.
template <typename Real>
struct training_state {
    std::vector<Real> parameters;                               ///< after the last update
    std::vector<Real> best_parameters;                          ///< those of the lowest loss
    optimizer_state<Real> optimizer;                            ///< of the update rule
    std::uint64_t epoch = 0;                                    ///< finished epochs
    double best_loss = std::numeric_limits<double>::infinity(); ///< validation, otherwise training
    std::uint64_t best_epoch = 0; ///< epoch of the best parameters; 0 before the first

    friend bool operator==(const training_state&, const training_state&) = default;
};

/// Trains a network epoch by epoch.
///
/// Results have the same bits for any number of threads: gradients are computed over fixed blocks of columns,
/// each in one task, and added up in block order. The order of the structures in an epoch is a function of
/// the seed and of the number of the epoch.
template <typename Real>
class regression_trainer {
public:
    /// \param start       starts from its parameters.
    /// \param training    kept by reference, like `validation`: both must outlive the trainer and stay as
    ///                    they are.
    /// \param validation  without structures: the training loss tells which parameters are best.
    /// \throws invalid_option   if a setting is out of range.
    /// \throws invalid_dataset  if there is no training structure, the sizes do not fit the network or each
    ///                          other, or a number is not finite.
    regression_trainer(network<Real> start, const regression_data<Real>& training,
                       const regression_data<Real>& validation, const regression_settings& settings);

    /// The network with the parameters of the last update.
    [[nodiscard]] const network<Real>& current() const noexcept { return network_; }
    /// The network with the best parameters so far: those of the start before the first epoch.
    [[nodiscard]] network<Real> best() const;
    /// Updates in an epoch.
    [[nodiscard]] std::size_t batch_count() const noexcept {
        return detail::block_count(training_->structure_count(), settings_.batch_structures);
    }
    /// Finished epochs.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// The lowest loss so far (validation, otherwise training); infinite before the first epoch.
    [[nodiscard]] double best_loss() const noexcept { return best_loss_; }
    /// The epoch of the best parameters, from 1; 0 before the first epoch.
    [[nodiscard]] std::uint64_t best_epoch() const noexcept { return best_epoch_; }
    /// Changes how many epochs the training has, and with it the learning rate schedule.
    void set_epochs(std::size_t epochs) noexcept { settings_.epochs = epochs; }
    /// Whether the epochs of the settings have been run.
    [[nodiscard]] bool is_finished() const noexcept { return epoch_ >= settings_.epochs; }

    /// What `restore` needs to go on from here.
    [[nodiscard]] training_state<Real> state() const {
        const auto parameters = network_.parameters();
        return {{parameters.begin(), parameters.end()},
                best_parameters_,
                adam_.state(),
                epoch_,
                best_loss_,
                best_epoch_};
    }

    /// Goes on from where a trainer with the same data and settings was.
    /// \throws invalid_option  if the state belongs to another number of parameters.
    void restore(const training_state<Real>& state);

    /// One pass over the training structures, then a look at the validation structures.
    /// \throws invalid_dataset  if the training diverged: a loss is not finite. The state is then of no use.
    /// \par Cost  6 rows * parameter_count multiply-adds, divided among the threads of the pool.
    epoch_report run_epoch(worker_pool& pool);

private:
    /// Columns per task: enough to pay for handing it out, few enough to stay in the cache.
    static constexpr std::size_t block_column_count = 64;
    /// Parameters per task when gradients are added up; a multiple of the lanes of `adam`.
    static constexpr std::size_t parameters_per_task = 8192;

    /// What one thread needs for a block.
    struct scratch {
        mlp_workspace<Real> workspace;
        batch_matrix<Real> inputs;
        batch_matrix<Real> targets;
        batch_matrix<Real> outputs;
    };

    void check_data(const regression_data<Real>& data, const char* name) const;
    void prepare(std::size_t thread_count);
    /// Copies `column_count` columns of the listed structures, counted through from `first`, next to each
    /// other.
    void gather(const regression_data<Real>& data, std::span<const std::size_t> structures, std::size_t first,
                std::size_t column_count, scratch& into) const;
    /// Mean squared error over the listed structures; `WithGradient` leaves the gradients of its blocks.
    template <bool WithGradient>
    double evaluate(const regression_data<Real>& data, std::span<const std::size_t> structures,
                    worker_pool& pool);
    void update(std::size_t block_count, double rate, worker_pool& pool);
    void keep_best(epoch_report& report);
    [[nodiscard]] double checked(double loss) const;

    [[nodiscard]] static std::size_t block_count(std::size_t column_count) noexcept {
        return detail::block_count(column_count, block_column_count);
    }

    network<Real> network_;
    const regression_data<Real>* training_;
    const regression_data<Real>* validation_;
    regression_settings settings_;
    adam<Real> adam_;
    std::vector<Real> best_parameters_;
    double best_loss_ = std::numeric_limits<double>::infinity();
    std::uint64_t best_epoch_ = 0;
    std::uint64_t epoch_ = 0;
    std::vector<scratch> scratch_;
    std::vector<aligned_vector<Real>> gradients_; ///< one per block of a batch
    std::vector<double> losses_;                  ///< one per block
    std::vector<std::size_t> training_order_;
    std::vector<std::size_t> validation_order_;
};

template <typename Real>
regression_trainer<Real>::regression_trainer(network<Real> start, const regression_data<Real>& training,
                                             const regression_data<Real>& validation,
                                             const regression_settings& settings)
    : network_{std::move(start)}, training_{&training},
      validation_{&validation}, settings_{settings}, adam_{network_.parameter_count(), settings.adam},
      best_parameters_(network_.parameters().begin(), network_.parameters().end()) {
    detail::check(settings.schedule);
    detail::check(settings.loss);
    if (settings.batch_structures == 0)
        throw invalid_option{"a batch has 0 structures, at least 1 is needed"};
    check_data(training, "training");
    check_data(validation, "validation");
    if (training.structure_count() == 0)
        throw invalid_dataset{"there are no training structures"};
    settings_.batch_structures = std::min(settings.batch_structures, training.structure_count());
    training_order_.resize(training.structure_count());
    validation_order_.resize(validation.structure_count());
    std::iota(validation_order_.begin(), validation_order_.end(), std::size_t{0});
}

template <typename Real>
network<Real> regression_trainer<Real>::best() const {
    network<Real> result = network_;
    std::copy(best_parameters_.begin(), best_parameters_.end(), result.parameters().begin());
    return result;
}

template <typename Real>
void regression_trainer<Real>::restore(const training_state<Real>& state) {
    const std::size_t count = network_.parameter_count();
    if (state.parameters.size() != count || state.best_parameters.size() != count)
        throw invalid_option{detail::text("the state of the training is for ", state.parameters.size(),
                                          " parameters, the network has ", count)};
    adam_.restore(state.optimizer);
    std::copy(state.parameters.begin(), state.parameters.end(), network_.parameters().begin());
    best_parameters_ = state.best_parameters;
    best_loss_ = state.best_loss;
    best_epoch_ = state.best_epoch;
    epoch_ = state.epoch;
}

template <typename Real>
epoch_report regression_trainer<Real>::run_epoch(worker_pool& pool) {
    prepare(pool.thread_count());
    std::iota(training_order_.begin(), training_order_.end(), std::size_t{0});
    detail::random_source{{.seed = settings_.seed, .stream = epoch_}}.shuffle(std::span{training_order_});
    epoch_report report;
    report.epoch = epoch_ + 1;
    const std::span<const std::size_t> order{training_order_};
    for (std::size_t first = 0; first < order.size(); first += settings_.batch_structures) {
        const auto structures =
            order.subspan(first, std::min(settings_.batch_structures, order.size() - first));
        const double loss = checked(evaluate<true>(*training_, structures, pool));
        report.training_loss +=
            loss * static_cast<double>(structures.size()) / static_cast<double>(order.size());
        report.learning_rate =
            learning_rate(settings_.schedule, {adam_.state().step, settings_.epochs * batch_count()});
        update(block_count(structures.size() * training_->rows_per_structure), report.learning_rate, pool);
    }
    if (!validation_order_.empty())
        report.validation_loss = checked(evaluate<false>(*validation_, validation_order_, pool));
    keep_best(report);
    ++epoch_;
    return report;
}

template <typename Real>
void regression_trainer<Real>::check_data(const regression_data<Real>& data, const char* name) const {
    const Eigen::Index columns = data.inputs.cols();
    if (data.targets.cols() != columns || data.rows_per_structure == 0 ||
        static_cast<std::size_t>(columns) % data.rows_per_structure != 0)
        throw invalid_dataset{detail::text("the ", name, " data have ", columns, " inputs and ",
                                           data.targets.cols(), " targets of structures with ",
                                           data.rows_per_structure, " atoms each")};
    if (columns == 0)
        return;
    if (static_cast<std::size_t>(data.inputs.rows()) != network_.input_width() ||
        static_cast<std::size_t>(data.targets.rows()) != network_.output_width())
        throw invalid_dataset{detail::text("the ", name, " data have ", data.inputs.rows(), " features and ",
                                           data.targets.rows(), " targets per atom, the network takes ",
                                           network_.input_width(), " and gives ", network_.output_width())};
    if (!detail::are_finite(data.inputs) || !detail::are_finite(data.targets))
        throw invalid_dataset{detail::text("the ", name, " data have a number that is not finite")};
}

template <typename Real>
void regression_trainer<Real>::prepare(std::size_t thread_count) {
    constexpr auto columns = static_cast<Eigen::Index>(block_column_count);
    while (scratch_.size() < thread_count)
        scratch_.push_back({network_.make_workspace(block_column_count),
                            batch_matrix<Real>{training_->inputs.rows(), columns},
                            batch_matrix<Real>{training_->targets.rows(), columns},
                            batch_matrix<Real>{training_->targets.rows(), columns}});
    const std::size_t batch_columns = settings_.batch_structures * training_->rows_per_structure;
    gradients_.resize(block_count(batch_columns), aligned_vector<Real>(network_.parameter_count()));
    const auto validation_columns = static_cast<std::size_t>(validation_->inputs.cols());
    losses_.resize(block_count(std::max(batch_columns, validation_columns)));
}

template <typename Real>
void regression_trainer<Real>::gather(const regression_data<Real>& data,
                                      std::span<const std::size_t> structures, std::size_t first,
                                      std::size_t column_count, scratch& into) const {
    const std::size_t rows = data.rows_per_structure;
    for (std::size_t done = 0; done < column_count;) {
        const std::size_t row = (first + done) % rows;
        const std::size_t count = std::min(rows - row, column_count - done);
        const auto source = static_cast<Eigen::Index>(structures[(first + done) / rows] * rows + row);
        const auto target = static_cast<Eigen::Index>(done);
        const auto width = static_cast<Eigen::Index>(count);
        into.inputs.middleCols(target, width) = data.inputs.middleCols(source, width);
        into.targets.middleCols(target, width) = data.targets.middleCols(source, width);
        done += count;
    }
}

template <typename Real>
template <bool WithGradient>
double regression_trainer<Real>::evaluate(const regression_data<Real>& data,
                                          std::span<const std::size_t> structures, worker_pool& pool) {
    const std::size_t column_count = structures.size() * data.rows_per_structure;
    const std::size_t entry_count = column_count * network_.output_width();
    const std::size_t blocks = block_count(column_count);
    pool.run(blocks, [&](std::size_t block, std::size_t worker) {
        const std::size_t first = block * block_column_count;
        const std::size_t count = std::min(block_column_count, column_count - first);
        scratch& own = scratch_[worker];
        gather(data, structures, first, count, own);
        const auto columns = static_cast<Eigen::Index>(count);
        const auto inputs = own.inputs.leftCols(columns);
        auto outputs = own.outputs.leftCols(columns);
        network_.forward(inputs, own.workspace, outputs);
        losses_[block] = mean_squared_error<Real>(outputs, own.targets.leftCols(columns), entry_count,
                                                  outputs, settings_.loss);
        if constexpr (WithGradient) {
            std::fill(gradients_[block].begin(), gradients_[block].end(), Real{0});
            network_.backward(inputs, outputs, own.workspace, gradients_[block]);
        }
    });
    return std::accumulate(losses_.begin(), losses_.begin() + static_cast<std::ptrdiff_t>(blocks), 0.0);
}

/// Adds up the gradients of the blocks in the first one, in block order, and moves the parameters.
template <typename Real>
void regression_trainer<Real>::update(std::size_t block_count, double rate, worker_pool& pool) {
    adam_.begin_step(rate);
    const std::size_t parameter_count = network_.parameter_count();
    const std::size_t tasks = detail::block_count(parameter_count, parameters_per_task);
    pool.run(tasks, [&](std::size_t task, std::size_t) {
        const std::size_t first = task * parameters_per_task;
        const std::size_t count = std::min(parameters_per_task, parameter_count - first);
        const std::span<Real> sum = std::span{gradients_.front()}.subspan(first, count);
        for (std::size_t block = 1; block < block_count; ++block)
            std::transform(sum.begin(), sum.end(),
                           gradients_[block].begin() + static_cast<std::ptrdiff_t>(first), sum.begin(),
                           std::plus<>{});
        adam_.update(network_.parameters().subspan(first, count), sum, first);
    });
}

template <typename Real>
void regression_trainer<Real>::keep_best(epoch_report& report) {
    const double loss = report.validation_loss.value_or(report.training_loss);
    report.is_best = loss < best_loss_;
    if (!report.is_best)
        return;
    best_loss_ = loss;
    best_epoch_ = report.epoch;
    std::copy(network_.parameters().begin(), network_.parameters().end(), best_parameters_.begin());
}

template <typename Real>
double regression_trainer<Real>::checked(double loss) const {
    detail::check_loss(loss, epoch_ + 1, settings_.schedule.peak_rate);
    return loss;
}

TINYNET_PRECOMPILED(class regression_trainer<float>);
TINYNET_PRECOMPILED(class regression_trainer<double>);

} // namespace tinynet

#endif
