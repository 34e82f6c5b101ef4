// SPDX-License-Identifier: MIT

/// \file
/// Ways to train one tiny network, each for the same time on one thread: what docs/training.md compares. The
/// library keeps the winner only; the others stand here so that the comparison can be repeated.
///
///     tinynet_optimizers DATA.extxyz REFERENCE.extxyz walks|cycles SITE SECONDS copies|plain CURVES.csv
///
/// Prints the mean over three seeds of each method, of first weights and of the order of structures; the
/// curves are of the first seed.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/training/adam.hpp>
#include <tinynet/training/atomic_dataset.hpp>
#include <tinynet/training/loss.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/soap.hpp>
#include <tinynet/training/split.hpp>

#include <benchmarks/support/symmetry_copies.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
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
        if (seed == 1)
            curves_ << name_ << ',' << elapsed() << ',' << training_ << ',' << validation_ << '\n';
    }
    /// The results, and the method's name, for the table.
    void end(const network<Real>& net) {
        note(net, true);
        sums_ += Eigen::Array3d{training_, validation_, best_};
        longest_ = std::max(longest_, elapsed());
    }
    /// Runs a method with every seed.
    template <typename Method>
    void with_every_seed(const Method& run) {
        sums_.setZero();
        longest_ = 0.0;
        for (seed = 1; seed <= seed_count; ++seed) {
            initialize(start, {.seed = seed});
            run(*this);
        }
        sums_ /= static_cast<double>(seed_count);
        std::printf("%-56s %5.1f s   training %.3f   held out %.3f   best on the way %.3f\n", name_.c_str(),
                    longest_, sums_[0], sums_[1], sums_[2]);
        std::fflush(stdout);
    }

    static constexpr std::uint64_t seed_count = 3;

    network_dataset<Real> data;
    network<Real> start;
    double seconds;
    double unit = 1.0; ///< of the targets, in terms of their spread
    std::uint64_t seed = 1;

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
    Eigen::Array3d sums_ = Eigen::Array3d::Zero(); ///< of training, held out and best over the seeds
    double longest_ = 0.0;
};

/// What a run with batches depends on.
struct batch_choice {
    double weight_decay;
    std::size_t batch; ///< structures
    double rate;
    std::size_t cycles = 1; ///< the learning rate starts anew so often, the rule with empty memory
    const char* note = "";  ///< for the name
};

/// An update rule on batches of structures, in a random order that every epoch draws anew; warm-up and half a
/// cosine over the time.
/// \param rule_name  the rule and the precision.
/// \param make_rule  makes the rule for a network.
template <typename Real, typename MakeRule>
void run_batches(problem<Real>& p, const char* rule_name, const MakeRule& make_rule,
                 const batch_choice& choice) {
    char name[96];
    std::snprintf(name, sizeof name, "%s decay %g, batch %zu, rate %g%s", rule_name, choice.weight_decay,
                  choice.batch, choice.rate, choice.note);
    network<Real> net = p.start;
    auto rule = make_rule(net, choice.weight_decay);
    const regression_data<Real>& data = p.data.training;
    const auto rows = static_cast<Eigen::Index>(data.rows_per_structure);
    const auto at_once = static_cast<Eigen::Index>(choice.batch);
    auto workspace = net.make_workspace(static_cast<std::size_t>(at_once * rows));
    batch_matrix<Real> inputs(data.inputs.rows(), at_once * rows);
    batch_matrix<Real> targets(data.targets.rows(), at_once * rows);
    batch_matrix<Real> outputs(data.targets.rows(), at_once * rows);
    aligned_vector<Real> gradient(net.parameter_count());
    std::vector<std::size_t> order(data.structure_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t next = order.size();
    detail::random_source random{{.seed = p.seed}};
    const auto next_structure = [&] {
        if (next == order.size()) {
            random.shuffle(std::span{order});
            next = 0;
        }
        return static_cast<Eigen::Index>(order[next++]);
    };
    std::size_t cycle = 0;
    p.begin(name);
    while (p.goes_on()) {
        for (Eigen::Index k = 0; k < at_once; ++k) {
            const Eigen::Index first = rows * next_structure();
            inputs.middleCols(k * rows, rows) = data.inputs.middleCols(first, rows);
            targets.middleCols(k * rows, rows) = data.targets.middleCols(first, rows);
        }
        net.forward(inputs, workspace, outputs);
        mean_squared_error<Real>(outputs, targets, static_cast<std::size_t>(outputs.size()), outputs);
        std::ranges::fill(gradient, Real{0});
        net.backward(inputs, outputs, workspace, gradient);
        const double done = static_cast<double>(choice.cycles) * std::min(1.0, p.elapsed() / p.seconds);
        if (done >= static_cast<double>(cycle + 1) && cycle + 1 < choice.cycles) {
            ++cycle;
            rule = make_rule(net, choice.weight_decay);
        }
        constexpr std::uint64_t parts = 1000000; // of a cycle
        const auto part =
            static_cast<std::uint64_t>((done - static_cast<double>(cycle)) * static_cast<double>(parts));
        rule.step(net.parameters(), gradient, learning_rate({.peak_rate = choice.rate}, {part, parts}));
        p.note(net);
    }
    p.end(net);
}

template <typename Real>
void run_adam(problem<Real>& p, const batch_choice& choice) {
    run_batches(
        p, sizeof(Real) == 4 ? "Adam float" : "Adam double",
        [](const network<Real>& net, double decay) {
            return adam<Real>{net.parameter_count(), {.weight_decay = decay}};
        },
        choice);
}

void run_soap(problem<float>& p, const batch_choice& choice) {
    run_batches(
        p, "SOAP float",
        [](const network<float>& net, double decay) {
            return soap<float>{blocks_of(net), {.weight_decay = decay}};
        },
        choice);
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
/// output - target; all columns side by side through the layers.
class jacobian {
public:
    explicit jacobian(const problem<double>& p) : data_{p.data.training} {}

    void operator()(network<double>& net, std::span<const Eigen::Index> columns, Eigen::MatrixXd& derivatives,
                    Eigen::VectorXd& errors) {
        const Eigen::Index width = data_.targets.rows();
        const auto count = static_cast<Eigen::Index>(columns.size());
        derivatives.resize(static_cast<Eigen::Index>(net.parameter_count()), width * count);
        const std::size_t layers = net.layer_count();
        std::vector<Eigen::MatrixXd> activations{data_.inputs(Eigen::all, columns)};
        for (std::size_t layer = 0; layer < layers; ++layer) {
            Eigen::MatrixXd next =
                (net.weights(layer) * activations.back()).colwise() + net.bias(layer).eval();
            activations.push_back(layer + 1 < layers ? next.array().tanh().matrix() : std::move(next));
        }
        const Eigen::MatrixXd differences = activations.back() - data_.targets(Eigen::all, columns);
        errors = differences.reshaped();
        for (Eigen::Index output = 0; output < width; ++output) {
            Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(width, count); // of the output, behind a layer
            slopes.row(output).setOnes();
            for (std::size_t layer = layers; layer-- > 0;) {
                const Eigen::Index weights = place_in(net, net.weights(layer).coeffRef(0, 0));
                const Eigen::Index bias = place_in(net, net.bias(layer).coeffRef(0));
                for (Eigen::Index k = 0; k < count; ++k) {
                    auto own = derivatives.col(k * width + output);
                    Eigen::Map<Eigen::MatrixXd>{own.data() + weights, slopes.rows(),
                                                activations[layer].rows()}
                        .noalias() = slopes.col(k) * activations[layer].col(k).transpose();
                    own.segment(bias, slopes.rows()) = slopes.col(k);
                }
                if (layer > 0)
                    slopes = (net.weights(layer).transpose() * slopes).array() *
                             (1.0 - activations[layer].array().square());
            }
        }
    }

private:
    static Eigen::Index place_in(network<double>& net, const double& parameter) {
        return static_cast<Eigen::Index>(&parameter - net.parameters().data());
    }

    const regression_data<double>& data_;
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
    detail::random_source random{{.seed = p.seed}};
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
    detail::random_source random{{.seed = p.seed}};
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
    const auto adam = [](auto& p, const batch_choice& choice) {
        p.with_every_seed([&](auto& one) { run_adam(one, choice); });
    };
    for (const double decay : {0.0, 0.1, 0.3})
        adam(single, {decay, 4, 1e-2});
    adam(single, {0.1, 4, 3e-3});
    adam(single, {0.1, 16, 1e-2});
    adam(single, {0.1, 16, 3e-3});
    adam(single, {0.1, 4, 1e-2, 4, ", 4 cycles"});
    for (const double decay : {0.1, 0.3})
        for (const std::size_t batch : {4U, 16U})
            single.with_every_seed([&](auto& one) { run_soap(one, {decay, batch, 3e-3}); });
    auto plain = with_plain_targets(single);
    adam(plain, {0.1, 4, 1e-2, 1, ", targets unscaled"});
    auto fine = make_problem<double>(arguments, curves);
    adam(fine, {0.1, 4, 1e-2});
    for (const double penalty : {0.0, 1e-5, 1e-4})
        fine.with_every_seed([&](auto& one) { run_lbfgs(one, penalty); });
    for (const Eigen::Index sample : {0, 512})
        for (const double penalty : {0.0, 1e-4, 1e-3})
            fine.with_every_seed([&](auto& one) { run_levenberg_marquardt(one, penalty, sample); });
    for (const bool by_node : {false, true})
        for (const double forgetting : {0.98, 0.995})
            fine.with_every_seed([&](auto& one) { run_kalman_filter(one, forgetting, by_node); });
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
