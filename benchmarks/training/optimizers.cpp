// SPDX-License-Identifier: MIT

/// \file
/// Ways to train one tiny network, each for the same time on one thread: what docs/training.md compares. The
/// library keeps the winner only; the others stand here so that the comparison can be repeated.
///
///     tinynet_optimizers DATA.extxyz REFERENCE.extxyz walks|cycles SITE SECONDS copies|plain CURVES.csv

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/training/atomic_dataset.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/soap.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/train.hpp>

#include <benchmarks/support/symmetry_copies.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <iostream>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace tinynet;
using clock_type = std::chrono::steady_clock;

template <typename Real>
class problem {
public:
    problem(network_dataset<Real> dataset, tinynet::network<Real> first, double time, std::ofstream& curves)
        : data{std::move(dataset)}, start{std::move(first)}, seconds{time}, curves_{curves} {}

    /// Starts the clock of a method.
    void begin(std::string name) {
        name_ = std::move(name);
        begin_ = clock_type::now();
        next_ = 0.0;
        best_ = std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(clock_type::now() - begin_).count();
    }
    [[nodiscard]] bool goes_on() const { return elapsed() < seconds; }
    /// Notes the errors, some fifty times per method.
    void note(const network<Real>& net, bool always = false) {
        if (!always && elapsed() < next_)
            return;
        next_ = elapsed() + seconds / 50.0;
        training_ = error_of(net, data.training);
        validation_ = error_of(net, data.validation);
        best_ = std::min(best_, validation_);
        curves_ << name_ << ',' << elapsed() << ',' << training_ << ',' << validation_ << '\n';
    }
    void end(const network<Real>& net) {
        note(net, true);
        std::printf("%-52s %7.1f s   training %.4f   held out %.4f   best on the way %.4f\n", name_.c_str(),
                    elapsed(), training_, validation_, best_);
        std::fflush(stdout);
    }

    network_dataset<Real> data;
    network<Real> start;
    double seconds;
    double unit = 1.0; ///< of the targets, in terms of their spread

private:
    double error_of(const network<Real>& net, const regression_data<Real>& part) const {
        auto workspace = net.make_workspace(static_cast<std::size_t>(part.inputs.cols()));
        batch_matrix<Real> outputs(part.targets.rows(), part.targets.cols());
        net.forward(part.inputs, workspace, outputs);
        return std::sqrt(static_cast<double>((outputs - part.targets).array().square().mean())) / unit;
    }

    std::ofstream& curves_;
    std::string name_;
    clock_type::time_point begin_;
    double next_ = 0.0;
    double training_ = 0.0;
    double validation_ = 0.0;
    double best_ = 0.0;
};

/// What a run of Adam depends on.
struct adam_choice {
    double weight_decay;
    std::size_t batch;
    double rate;
    std::size_t cycles = 1; ///< the learning rate starts anew so often, Adam with empty memory
    const char* note = "";  ///< for the name
};

/// Adam with warm-up, cosine and decoupled weight decay, its epochs chosen so that the last cosine ends with
/// the time.
template <typename Real>
void run_adam(problem<Real>& p, const adam_choice& choice) {
    char name[96];
    std::snprintf(name, sizeof name, "Adam %s decay %g, batch %zu, rate %g%s",
                  sizeof(Real) == 4 ? "float" : "double", choice.weight_decay, choice.batch, choice.rate,
                  choice.note);
    worker_pool pool{1};
    regression_settings settings{.epochs = 1000000000,
                                 .batch_structures = choice.batch,
                                 .adam = {.weight_decay = choice.weight_decay},
                                 .schedule = {.peak_rate = choice.rate}};
    p.begin(name);
    regression_trainer<Real> trial{p.start, p.data.training, p.data.validation, settings};
    while (p.elapsed() < 0.05 * p.seconds)
        trial.run_epoch(pool);
    const double per_epoch = p.elapsed() / static_cast<double>(trial.epoch());
    settings.epochs =
        static_cast<std::size_t>(std::max(1.0, p.seconds / per_epoch / static_cast<double>(choice.cycles)));
    p.begin(name);
    network<Real> net = p.start;
    for (std::size_t cycle = 0; cycle < choice.cycles; ++cycle) {
        regression_trainer<Real> trainer{net, p.data.training, p.data.validation, settings};
        train(trainer, pool, [&](const auto&) { p.note(trainer.current()); });
        net = trainer.current();
    }
    p.end(net);
}

/// SOAP on batches of four structures, its cosine over the time.
void run_soap(problem<float>& p, double weight_decay, double rate) {
    char name[64];
    std::snprintf(name, sizeof name, "SOAP float decay %g, batch 4, rate %g", weight_decay, rate);
    p.begin(name);
    network<float> net = p.start;
    soap<float> rule{blocks_of(net), {.weight_decay = weight_decay}};
    const regression_data<float>& data = p.data.training;
    const auto rows = static_cast<Eigen::Index>(data.rows_per_structure);
    const Eigen::Index columns = 4 * rows;
    auto workspace = net.make_workspace(static_cast<std::size_t>(columns));
    batch_matrix<float> inputs(data.inputs.rows(), columns);
    batch_matrix<float> targets(data.targets.rows(), columns);
    batch_matrix<float> outputs(data.targets.rows(), columns);
    aligned_vector<float> gradient(net.parameter_count());
    detail::random_source random{{.seed = 1, .stream = 0}};
    constexpr std::uint64_t parts = 1000000; // of the time
    while (p.goes_on()) {
        for (Eigen::Index k = 0; k < 4; ++k) {
            const Eigen::Index first = rows * static_cast<Eigen::Index>(random.index(data.structure_count()));
            inputs.middleCols(k * rows, rows) = data.inputs.middleCols(first, rows);
            targets.middleCols(k * rows, rows) = data.targets.middleCols(first, rows);
        }
        net.forward(inputs, workspace, outputs);
        mean_squared_error<float>(outputs, targets, static_cast<std::size_t>(outputs.size()), outputs);
        std::ranges::fill(gradient, 0.0F);
        net.backward(inputs, outputs, workspace, gradient);
        const auto part = static_cast<std::uint64_t>(p.elapsed() / p.seconds * static_cast<double>(parts));
        rule.step(net.parameters(), gradient, learning_rate({.peak_rate = rate}, {part, parts}));
        p.note(net);
    }
    p.end(net);
}

/// The same atoms with the targets as the data have them, eV/Å.
template <typename Real>
problem<Real> with_plain_targets(problem<Real> p) {
    p.unit = p.data.outputs.width[0];
    for (regression_data<Real>* part : {&p.data.training, &p.data.validation})
        part->targets = ((part->targets.template cast<double>() * p.unit).colwise() + p.data.outputs.mean)
                            .template cast<Real>();
    return p;
}

/// Mean squared error plus `penalty` times the squared parameters, over all training columns.
class penalized_loss {
public:
    penalized_loss(const problem<double>& p, double penalty)
        : data_{p.data.training}, penalty_{penalty}, workspace_{p.start.make_workspace(
                                                         static_cast<std::size_t>(data_.inputs.cols()))},
          outputs_(data_.targets.rows(), data_.targets.cols()) {}

    double operator()(network<double>& net, Eigen::VectorXd& gradient) {
        const Eigen::Map<const Eigen::VectorXd> parameters{net.parameters().data(), gradient.size()};
        net.forward(data_.inputs, workspace_, outputs_);
        const double loss = mean_squared_error<double>(outputs_, data_.targets,
                                                       static_cast<std::size_t>(outputs_.size()), outputs_);
        gradient.setZero();
        net.backward(data_.inputs, outputs_, workspace_,
                     {gradient.data(), static_cast<std::size_t>(gradient.size())});
        gradient += 2.0 * penalty_ * parameters;
        return loss + penalty_ * parameters.squaredNorm();
    }

private:
    const regression_data<double>& data_;
    double penalty_;
    mlp_workspace<double> workspace_;
    batch_matrix<double> outputs_;
};

/// L-BFGS with twenty pairs and backtracking (Nocedal and Wright, algorithm 7.4).
void run_lbfgs(problem<double>& p, double penalty) {
    network<double> net = p.start;
    Eigen::Map<Eigen::VectorXd> parameters{net.parameters().data(),
                                           static_cast<Eigen::Index>(net.parameter_count())};
    char name[64];
    std::snprintf(name, sizeof name, "L-BFGS penalty %g", penalty);
    p.begin(name);
    penalized_loss loss{p, penalty};
    Eigen::VectorXd gradient(parameters.size());
    Eigen::VectorXd next_gradient(parameters.size());
    double value = loss(net, gradient);
    std::deque<std::pair<Eigen::VectorXd, Eigen::VectorXd>> pairs; // steps and changes of the gradient
    while (p.goes_on()) {
        Eigen::VectorXd direction = -gradient;
        std::vector<double> factors(pairs.size());
        for (std::size_t k = pairs.size(); k-- > 0;) {
            const auto& [step, change] = pairs[k];
            factors[k] = step.dot(direction) / step.dot(change);
            direction -= factors[k] * change;
        }
        direction *= pairs.empty()
                         ? 0.1 / gradient.norm()
                         : pairs.back().first.dot(pairs.back().second) / pairs.back().second.squaredNorm();
        for (std::size_t k = 0; k < pairs.size(); ++k) {
            const auto& [step, change] = pairs[k];
            direction += (factors[k] - change.dot(direction) / step.dot(change)) * step;
        }
        const double slope = direction.dot(gradient);
        const Eigen::VectorXd before = parameters;
        double length = 1.0;
        double next_value = 0.0;
        bool found = false;
        for (int attempt = 0; attempt < 30 && !found; ++attempt, length *= 0.5) {
            parameters = before + length * direction;
            next_value = loss(net, next_gradient);
            found = next_value <= value + 1e-4 * length * slope;
        }
        if (!found) {
            parameters = before;
            if (pairs.empty())
                break;
            pairs.clear();
            continue;
        }
        Eigen::VectorXd step = parameters - before;
        Eigen::VectorXd change = next_gradient - gradient;
        if (step.dot(change) > 1e-12)
            pairs.emplace_back(std::move(step), std::move(change));
        if (pairs.size() > 20)
            pairs.pop_front();
        value = next_value;
        gradient.swap(next_gradient);
        p.note(net);
    }
    p.end(net);
}

/// Derivatives of the outputs of chosen columns with respect to the parameters, one column per output, and
/// output - target.
class jacobian {
public:
    explicit jacobian(const problem<double>& p)
        : data_{p.data.training}, workspace_{p.start.make_workspace(1)}, outputs_(data_.targets.rows(), 1),
          unit_(data_.targets.rows(), 1) {}

    void operator()(const network<double>& net, std::span<const Eigen::Index> columns,
                    Eigen::MatrixXd& derivatives, Eigen::VectorXd& errors) {
        const Eigen::Index width = data_.targets.rows();
        const auto size = static_cast<Eigen::Index>(net.parameter_count());
        derivatives.setZero(size, width * static_cast<Eigen::Index>(columns.size()));
        errors.resize(derivatives.cols());
        Eigen::Index row = 0;
        for (const Eigen::Index column : columns) {
            net.forward(data_.inputs.col(column), workspace_, outputs_);
            for (Eigen::Index k = 0; k < width; ++k, ++row) {
                unit_.setZero();
                unit_(k, 0) = 1.0;
                net.backward(data_.inputs.col(column), unit_, workspace_,
                             {derivatives.col(row).data(), static_cast<std::size_t>(size)});
                errors[row] = outputs_(k, 0) - data_.targets(k, column);
            }
        }
    }

private:
    const regression_data<double>& data_;
    mlp_workspace<double> workspace_;
    batch_matrix<double> outputs_;
    batch_matrix<double> unit_;
};

/// Levenberg-Marquardt: Gauss-Newton with a damping that follows success.
/// \param sample  atoms that tell the curvature of a step, drawn anew for each; 0: all.
void run_levenberg_marquardt(problem<double>& p, double penalty, Eigen::Index sample) {
    network<double> net = p.start;
    const auto size = static_cast<Eigen::Index>(net.parameter_count());
    Eigen::Map<Eigen::VectorXd> parameters{net.parameters().data(), size};
    char name[64];
    if (sample == 0)
        std::snprintf(name, sizeof name, "Levenberg-Marquardt penalty %g", penalty);
    else
        std::snprintf(name, sizeof name, "Levenberg-Marquardt penalty %g, %ld atoms a step", penalty, sample);
    p.begin(name);
    penalized_loss loss{p, penalty};
    jacobian derive{p};
    std::vector<Eigen::Index> atoms(static_cast<std::size_t>(p.data.training.inputs.cols()));
    std::iota(atoms.begin(), atoms.end(), Eigen::Index{0});
    detail::random_source random{{.seed = 1}};
    const std::size_t used =
        sample == 0 ? atoms.size() : std::min(atoms.size(), static_cast<std::size_t>(sample));
    const double count = static_cast<double>(used) * static_cast<double>(p.data.training.targets.rows());
    Eigen::VectorXd gradient(size);
    Eigen::MatrixXd block;
    Eigen::VectorXd errors;
    double damping = 1e-2;
    double value = loss(net, gradient);
    while (p.goes_on()) {
        Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(size, size);
        for (std::size_t k = 0; k < used && used < atoms.size(); ++k)
            std::swap(atoms[k], atoms[k + static_cast<std::size_t>(random.uniform() *
                                                                   static_cast<double>(atoms.size() - k))]);
        constexpr std::size_t at_once = 256;
        for (std::size_t first = 0; first < used && p.goes_on(); first += at_once) {
            derive(net, std::span{atoms}.subspan(first, std::min(at_once, used - first)), block, errors);
            curvature.selfadjointView<Eigen::Lower>().rankUpdate(block, 1.0 / count);
        }
        loss(net, gradient);
        const Eigen::VectorXd before = parameters;
        bool found = false;
        for (int attempt = 0; attempt < 12 && !found && p.goes_on(); ++attempt) {
            Eigen::MatrixXd damped = curvature;
            damped.diagonal().array() += penalty + damping * curvature.diagonal().mean();
            parameters = before - damped.selfadjointView<Eigen::Lower>().llt().solve(0.5 * gradient);
            Eigen::VectorXd unused(size);
            const double next = loss(net, unused);
            found = next < value;
            damping = found ? std::max(1e-9, 0.3 * damping) : 4.0 * damping;
            if (found)
                value = next;
        }
        if (!found) {
            parameters = before;
            break;
        }
        p.note(net);
    }
    p.end(net);
}

/// Which parameters belong together: all, or those of each node, its weights and its bias.
std::vector<std::vector<Eigen::Index>> parameter_groups(network<double>& net, bool by_node) {
    const auto place_of = [&](const double& parameter) {
        return static_cast<Eigen::Index>(&parameter - net.parameters().data());
    };
    if (!by_node) {
        std::vector<Eigen::Index> all(net.parameter_count());
        std::iota(all.begin(), all.end(), Eigen::Index{0});
        return {all};
    }
    std::vector<std::vector<Eigen::Index>> groups;
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        const auto weights = net.weights(layer);
        const auto bias = net.bias(layer);
        for (Eigen::Index node = 0; node < weights.rows(); ++node) {
            std::vector<Eigen::Index>& own = groups.emplace_back();
            for (Eigen::Index input = 0; input < weights.cols(); ++input)
                own.push_back(place_of(weights.coeffRef(node, input)));
            own.push_back(place_of(bias.coeffRef(node)));
        }
    }
    return groups;
}

/// Extended Kalman filter, eight columns per update, with a forgetting factor that grows to one (Singraber et
/// al., J. Chem. Theory Comput. 15, 3075).
/// \param by_node  keeps covariances within a node only, which needs a small part of memory and time
///                 (Puskorius & Feldkamp, IEEE Trans. Neural Netw. 5, 279).
void run_kalman_filter(problem<double>& p, double forgetting, bool by_node) {
    network<double> net = p.start;
    Eigen::Map<Eigen::VectorXd> parameters{net.parameters().data(),
                                           static_cast<Eigen::Index>(net.parameter_count())};
    char name[64];
    std::snprintf(name, sizeof name, "Kalman filter forgetting %g%s", forgetting, by_node ? ", by node" : "");
    p.begin(name);
    jacobian derive{p};
    detail::random_source random{{.seed = 1}};
    const auto groups = parameter_groups(net, by_node);
    std::vector<Eigen::MatrixXd> covariances;
    for (const auto& group : groups) {
        const auto size = static_cast<Eigen::Index>(group.size());
        covariances.emplace_back(0.1 * Eigen::MatrixXd::Identity(size, size));
    }
    std::vector<Eigen::MatrixXd> spreads(groups.size());
    Eigen::MatrixXd block;
    Eigen::VectorXd errors;
    std::vector<Eigen::Index> columns(8);
    while (p.goes_on()) {
        for (Eigen::Index& column : columns)
            column = static_cast<Eigen::Index>(random.uniform() *
                                               static_cast<double>(p.data.training.inputs.cols()));
        derive(net, columns, block, errors);
        Eigen::MatrixXd innovation = forgetting * Eigen::MatrixXd::Identity(block.cols(), block.cols());
        for (std::size_t g = 0; g < groups.size(); ++g) {
            const Eigen::MatrixXd slopes = block(groups[g], Eigen::all);
            spreads[g] = covariances[g].selfadjointView<Eigen::Lower>() * slopes;
            innovation += slopes.transpose() * spreads[g];
        }
        const Eigen::LLT<Eigen::MatrixXd> factors{innovation};
        const Eigen::VectorXd weighted = factors.solve(errors);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            parameters(groups[g]) -= spreads[g] * weighted;
            const Eigen::MatrixXd root = factors.matrixL()
                                             .solve(spreads[g].transpose())
                                             .transpose(); // covariance -= spread innovation^-1 spread^T
            covariances[g].selfadjointView<Eigen::Lower>().rankUpdate(root, -1.0);
            covariances[g].triangularView<Eigen::Lower>() *= 1.0 / forgetting;
        }
        forgetting = 1.0 - 0.9987 * (1.0 - forgetting);
        p.note(net);
    }
    p.end(net);
}

template <typename Real>
problem<Real> make_problem(char** arguments, std::ofstream& curves) {
    std::vector<labeled_structure> structures = read_extxyz(arguments[1]);
    const structure reference = read_extxyz(arguments[2]).front().geometry;
    const descriptor d{
        reference,
        bond_rule{},
        {.paths = std::string{arguments[3]} == "cycles" ? path_kind::cycles : path_kind::walks}};
    const dataset_split split = split_dataset(structures.size(), {}, 1);
    std::vector<std::size_t> training = split.training;
    std::vector<std::size_t> held_out = split.validation;
    held_out.insert(held_out.end(), split.test.begin(), split.test.end());
    if (std::string{arguments[6]} == "copies")
        bench::add_symmetry_copies(reference, structures, training);
    const std::vector<std::uint32_t> site{static_cast<std::uint32_t>(std::stoul(arguments[4]))};
    auto data = make_network_dataset<Real>(d, site, {structures, training, held_out}, force_targets);
    const std::array<std::size_t, 2> hidden{16, 32};
    auto start = make_network<Real>(static_cast<std::size_t>(data.training.inputs.rows()), hidden, 3);
    initialize(start, {.seed = 1});
    std::printf("%ld inputs, %zu parameters, %ld training atoms, %ld held out\n", data.training.inputs.rows(),
                start.parameter_count(), data.training.inputs.cols(), data.validation.inputs.cols());
    return {std::move(data), std::move(start), std::stod(arguments[5]), curves};
}

void compare(char** arguments) {
    std::ofstream curves{arguments[7]};
    curves << "method,seconds,training,held_out\n";
    auto single = make_problem<float>(arguments, curves);
    for (const double decay : {0.0, 0.1, 0.3})
        run_adam(single, {decay, 4, 1e-2});
    run_adam(single, {0.1, 4, 3e-3});
    run_adam(single, {0.1, 16, 1e-2});
    run_adam(single, {0.1, 4, 1e-2, 4, ", 4 cycles"});
    run_soap(single, 0.1, 3e-3);
    run_soap(single, 0.3, 3e-3);
    auto plain = with_plain_targets(single);
    run_adam(plain, {0.1, 4, 1e-2, 1, ", targets unscaled"});
    auto fine = make_problem<double>(arguments, curves);
    run_adam(fine, {0.1, 4, 1e-2});
    for (const double penalty : {0.0, 1e-5, 1e-4})
        run_lbfgs(fine, penalty);
    for (const double penalty : {0.0, 1e-4, 1e-3})
        run_levenberg_marquardt(fine, penalty, 0);
    for (const double penalty : {1e-4, 1e-3})
        run_levenberg_marquardt(fine, penalty, 512);
    for (const bool by_node : {false, true})
        for (const double forgetting : {0.98, 0.995})
            run_kalman_filter(fine, forgetting, by_node);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 8) {
        std::cerr
            << "usage: tinynet_optimizers DATA REFERENCE walks|cycles SITE SECONDS copies|plain CURVES.csv\n";
        return 2;
    }
    try {
        compare(argv);
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
