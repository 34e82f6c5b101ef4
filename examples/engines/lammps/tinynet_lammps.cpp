// SPDX-License-Identifier: MIT

/// \file
/// LAMMPS with a tinynet model through its C library and `fix external`, on any number of MPI ranks.
///
///     mpirun -np 2 tinynet_lammps MODEL SPECIES INPUT        # SPECIES: Ba,Ti,O for types 1, 2, 3
///     tinynet_lammps --forces-only MODEL SPECIES INPUT       # a force model
///
/// INPUT is a LAMMPS script (units metal, atom_style atomic) that defines
/// `fix tinynet all external pf/callback 1 1` and a pair style that does nothing, `pair_style zero`. It is
/// run line by line, `&` joins lines, `include` is followed; `label`, `jump` and `comm_modify` are refused. A
/// force model has no energy and no virial, they are NaN: it runs with `fix_modify tinynet energy no virial
/// no` on one rank, in a fixed cell, and minimizes nothing.
///
/// A program linked with LAMMPS falls under the GPL, whatever the license of tinynet.

#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>

#define LAMMPS_LIB_MPI
#include <lammps/library.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

template <typename T>
T& extract(void* lammps, const char* name) {
    void* const found = lammps_extract_global(lammps, name);
    if (found == nullptr)
        throw std::runtime_error{std::string{"LAMMPS does not know '"} + name + "'"};
    return *static_cast<T*>(found);
}

std::vector<std::int32_t> atomic_numbers_of(const std::string& list) {
    std::vector<std::int32_t> numbers{0}; // types count from 1
    std::istringstream symbols{list};
    for (std::string symbol; std::getline(symbols, symbol, ',');)
        numbers.push_back(tinynet::species{symbol}.atomic_number());
    return numbers;
}

/// What the callback works with.
class external_field {
public:
    external_field(void* lammps, tinynet::any_model model, std::vector<std::int32_t> numbers_of_types,
                   bool forces_only)
        : lammps_{lammps}, numbers_of_types_{std::move(numbers_of_types)} {
        if (auto* const energy = std::get_if<tinynet::energy_model>(&model))
            potential_.emplace(std::make_shared<const tinynet::energy_model>(std::move(*energy)));
        else if (auto* const forces = std::get_if<tinynet::force_model>(&model))
            direct_ = std::move(*forces);
        else
            throw tinynet::invalid_option{"an LDOS model has no forces"};
        if (direct_.has_value() != forces_only)
            throw tinynet::invalid_option{forces_only
                                              ? "--forces-only is for force models, this one has an energy"
                                              : "a force model has no energy and no virial; give "
                                                "--forces-only to run it all the same"};
        int ranks = 0;
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
        if (direct_ && ranks > 1)
            throw tinynet::invalid_option{"a force model needs all atoms of its crystal on one rank; run it "
                                          "on one, or train an energy model"};
    }

    /// Writes forces on the local atoms, and where there are such, energy and virial.
    void compute(int local_count, const int* ids, double** forces) {
        if (direct_)
            compute_direct(local_count, ids, forces);
        else
            compute_energy(local_count, forces);
    }

    /// What the script must have set when the fix is there.
    void check_settings() const {
        const std::string_view units{static_cast<const char*>(lammps_extract_global(lammps_, "units"))};
        if (units != "metal")
            throw std::runtime_error{"the script has 'units " + std::string{units} +
                                     "', expected 'units metal'"};
        const auto types = static_cast<std::size_t>(lammps_extract_setting(lammps_, "ntypes"));
        if (numbers_of_types_.size() - 1 < types)
            throw std::runtime_error{"SPECIES has " + std::to_string(numbers_of_types_.size() - 1) +
                                     " symbols, the script " + std::to_string(types) + " atom types"};
    }

    /// How far the model looks for ghosts, Å.
    [[nodiscard]] double cutoff() const { return potential_ ? potential_->model().cutoff() : 0.0; }
    /// Whether there is an energy that can be minimized.
    [[nodiscard]] bool has_energy() const { return potential_.has_value(); }

private:
    void read_atoms(std::size_t count) {
        auto** const positions = static_cast<double**>(lammps_extract_atom(lammps_, "x"));
        const auto* const types = static_cast<const int*>(lammps_extract_atom(lammps_, "type"));
        positions_.assign(count == 0 ? nullptr : positions[0],
                          count == 0 ? nullptr : positions[0] + 3 * count);
        numbers_.resize(count);
        for (std::size_t i = 0; i < count; ++i)
            numbers_[i] = numbers_of_types_[static_cast<std::size_t>(types[i])];
    }

    /// Ghosts come along as far as the model looks; what is done to them goes to their owners by id.
    void compute_energy(int local_count, double** forces) {
        const auto local = static_cast<std::size_t>(local_count);
        const std::size_t all = local + static_cast<std::size_t>(extract<int>(lammps_, "nghost"));
        read_atoms(all);
        gradient_.resize(3 * all);
        std::array<double, 10> sums{};
        const std::span sum{sums};
        sums[0] =
            potential_->evaluate({local, positions_, numbers_, {}, {}}, gradient_, sum.subspan(1)).energy;
        const auto* const ids = static_cast<const int*>(lammps_extract_atom(lammps_, "id"));
        int largest_id = 0;
        for (std::size_t i = 0; i < all; ++i)
            largest_id = std::max(largest_id, ids[i]);
        MPI_Allreduce(MPI_IN_PLACE, &largest_id, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
        if (const double atoms = lammps_get_natoms(lammps_); largest_id > 4.0 * atoms)
            throw std::runtime_error{"an atom has the id " + std::to_string(largest_id) +
                                     ", expected at most four "
                                     "times the number of atoms; 'reset_atom_ids' numbers them anew"};
        by_id_.assign(3 * static_cast<std::size_t>(largest_id), 0.0);
        for (std::size_t i = 0; i < all; ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                by_id_[3 * static_cast<std::size_t>(ids[i] - 1) + axis] += gradient_[3 * i + axis];
        MPI_Allreduce(MPI_IN_PLACE, by_id_.data(), static_cast<int>(by_id_.size()), MPI_DOUBLE, MPI_SUM,
                      MPI_COMM_WORLD);
        MPI_Allreduce(MPI_IN_PLACE, sums.data(), 10, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
        for (std::size_t i = 0; i < local; ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                forces[i][axis] = by_id_[3 * static_cast<std::size_t>(ids[i] - 1) + axis];
        std::array<double, 6> virial{sums[1], sums[5], sums[9], sums[2], sums[3], sums[6]};
        lammps_fix_external_set_energy_global(lammps_, "tinynet", sums[0]);
        lammps_fix_external_set_virial_global(lammps_, "tinynet", virial.data());
    }

    /// The topology is frozen in the order of ids at the first call.
    void compute_direct(int local_count, const int* ids, double** forces) {
        const auto count = static_cast<std::size_t>(local_count);
        read_atoms(count);
        std::vector<tinynet::vector3> by_id(count);
        std::vector<tinynet::species> kinds(count, tinynet::species{1});
        for (std::size_t i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(ids[i] - 1);
            if (at >= count)
                throw std::runtime_error{"an atom has the id " + std::to_string(ids[i]) +
                                         ", a force model needs those from 1 to " + std::to_string(count)};
            by_id[at] = {positions_[3 * i], positions_[3 * i + 1], positions_[3 * i + 2]};
            kinds[at] = tinynet::species{numbers_[i]};
        }
        const tinynet::cell now = box();
        if (!space_) {
            space_ = direct_->make_workspace(tinynet::structure{now, std::move(kinds), by_id});
            cell_ = now;
        }
        if (now != cell_)
            throw std::runtime_error{
                "the box has changed, a force model has no virial and runs in a fixed one"};
        gradient_.resize(3 * count);
        direct_->evaluate(*space_, tinynet::flat(std::span<const tinynet::vector3>{by_id}), gradient_);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                forces[i][axis] = gradient_[3 * static_cast<std::size_t>(ids[i] - 1) + axis];
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        std::array<double, 6> virial{none, none, none, none, none, none};
        lammps_fix_external_set_energy_global(lammps_, "tinynet", none);
        lammps_fix_external_set_virial_global(lammps_, "tinynet", virial.data());
    }

    [[nodiscard]] tinynet::cell box() const {
        std::array<double, 3> low{};
        std::array<double, 3> high{};
        std::array<int, 3> periodic{};
        double xy = 0.0;
        double yz = 0.0;
        double xz = 0.0;
        int changes = 0;
        lammps_extract_box(lammps_, low.data(), high.data(), &xy, &yz, &xz, periodic.data(), &changes);
        tinynet::matrix3 rows;
        rows << high[0] - low[0], 0, 0, xy, high[1] - low[1], 0, xz, yz, high[2] - low[2];
        return tinynet::cell{rows, {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0}};
    }

    void* lammps_;
    std::vector<std::int32_t> numbers_of_types_;
    std::optional<tinynet::engine_potential> potential_;
    std::optional<tinynet::force_model> direct_;
    std::optional<tinynet::force_model::workspace> space_;
    tinynet::cell cell_; // of the workspace
    std::vector<double> positions_;
    std::vector<std::int32_t> numbers_;
    std::vector<double> gradient_;
    std::vector<double> by_id_;
};

[[noreturn]] void stop(const std::string& what) {
    std::cerr << "tinynet: " << what << '\n';
    MPI_Abort(MPI_COMM_WORLD, 1);
    std::abort();
}

/// LAMMPS is C: no exception may leave this.
void callback(void* field, std::int64_t, int local_count, int* ids, double**, double** forces) {
    try {
        static_cast<external_field*>(field)->compute(local_count, ids, forces);
    } catch (const std::exception& problem) {
        stop(problem.what());
    }
}

/// The next command of a script, lines joined where they end in `&`; nothing at the end.
std::optional<std::string> next_command(std::istream& script) {
    std::string command;
    bool goes_on = false;
    for (std::string line; std::getline(script, line);) {
        line.erase(line.find_last_not_of(" \t\r") + 1);
        goes_on = line.ends_with('&');
        if (goes_on)
            line.pop_back();
        command += line;
        if (!goes_on)
            return command;
    }
    return goes_on ? std::optional{command} : std::nullopt;
}

/// The words of a command, quoted ones taken apart; a comment ends them.
std::vector<std::string> words_of(std::string command) {
    command.erase(std::min(command.find('#'), command.size()));
    std::ranges::replace_if(
        command, [](char c) { return c == '"' || c == '\''; }, ' ');
    std::istringstream stream{command};
    return {std::istream_iterator<std::string>{stream}, {}};
}

/// A script, and what keeps its fix connected to the model.
class script_runner {
public:
    script_runner(void* lammps, external_field& field) : lammps_{lammps}, field_{field} {}

    void run_file(const std::string& name) {
        std::ifstream script{name};
        if (!script)
            throw std::runtime_error{"'" + name + "' cannot be read"};
        while (const auto command = next_command(script)) {
            const std::vector<std::string> words = words_of(*command);
            check(words);
            if (!words.empty() && words.front() == "include")
                run_file(words.at(1));
            else
                run(*command);
            // Also where it stands in an `if`.
            const auto skin = std::ranges::find(words, "neighbor");
            if (skin != words.end() && std::next(skin) != words.end())
                skin_ = number(*std::next(skin));
            connect();
        }
    }

private:
    void check(const std::vector<std::string>& words) const {
        for (const std::string word : {"label", "jump", "comm_modify"})
            if (std::ranges::find(words, word) != words.end())
                throw std::runtime_error{"the script has a '" + word + "'; " +
                                         (word == "comm_modify"
                                              ? "how far ghosts are needed is set by the cutoff of the model"
                                              : "it does not work in a script run line by line")};
        if (!field_.has_energy() && std::ranges::find(words, "minimize") != words.end())
            throw std::runtime_error{"a force model has no energy that 'minimize' could lower"};
        if (words.size() == 1 && words.front() == "include")
            throw std::runtime_error{"the script has an 'include' without a file"};
    }

    /// Also after `clear` or `unfix`.
    void connect() {
        if (lammps_has_id(lammps_, "fix", "tinynet") != 1)
            return;
        field_.check_settings();
        lammps_set_fix_external_callback(lammps_, "tinynet", callback, &field_);
        run("comm_modify cutoff " + std::to_string(field_.cutoff() + skin_));
    }

    /// Of a word that may hold variables.
    [[nodiscard]] double number(const std::string& word) const {
        run("variable tinynet_number equal " + word);
        const std::unique_ptr<double, decltype(&lammps_free)> value{
            static_cast<double*>(lammps_extract_variable(lammps_, "tinynet_number", nullptr)), &lammps_free};
        return *value;
    }

    void run(const std::string& command) const {
        lammps_command(lammps_, command.c_str());
        if (lammps_has_error(lammps_) != 0) {
            std::array<char, 512> text{};
            lammps_get_last_error_message(lammps_, text.data(), static_cast<int>(text.size()));
            throw std::runtime_error{text.data()};
        }
    }

    void* lammps_;
    external_field& field_;
    double skin_ = 2.0; // what LAMMPS starts with, Å
};

} // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    std::vector<std::string> words{argv + 1, argv + argc};
    const bool forces_only = !words.empty() && words.front() == "--forces-only";
    if (forces_only)
        words.erase(words.begin());
    if (words.size() != 3)
        stop("usage: tinynet_lammps [--forces-only] MODEL SPECIES INPUT");
    try {
        std::array<char*, 1> arguments{argv[0]};
        void* const lammps = lammps_open(1, arguments.data(), MPI_COMM_WORLD, nullptr);
        if (lammps == nullptr)
            throw std::runtime_error{"LAMMPS did not start"};
        external_field field{lammps, tinynet::load_model(words[0]), atomic_numbers_of(words[1]), forces_only};
        script_runner{lammps, field}.run_file(words[2]);
        lammps_close(lammps);
    } catch (const std::exception& problem) {
        stop(problem.what());
    }
    MPI_Finalize();
}
