// SPDX-License-Identifier: MIT

/// \file
/// LAMMPS with a tinynet model through its C library and `fix external`, on any number of MPI ranks.
///
///     mpirun -np 2 tinynet_lammps MODEL SPECIES INPUT        # SPECIES: Ba,Ti,O for types 1, 2, 3
///     tinynet_lammps --forces-only MODEL SPECIES INPUT       # a force model
///
/// INPUT is a LAMMPS script (units metal, atom_style atomic) that defines, in these words,
/// `fix tinynet all external pf/callback 1 1` and a pair style that does nothing, `pair_style zero`. It is
/// run line by line, `&` joins lines, `include` is followed; `label`, `jump`, `partition`, `comm_modify`,
/// variables in the place of commands and runs without the fix are refused. A force model has no energy and
/// no virial, they are NaN: it runs with `fix_modify tinynet energy no virial no` (the variable has_energy is
/// yes or no) in a fixed cell, with ids from 1 to the number of atoms, and takes no command that is driven by
/// energies; every rank holds the topology of the whole crystal and evaluates its own atoms.
///
/// What goes wrong stands on standard error and, where the first rank says it, in the log of LAMMPS.
///
/// A program linked with LAMMPS falls under the GPL, whatever the license of tinynet.

#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_forces.hpp>
#include <tinynet/md/engine_potential.hpp>

#define LAMMPS_LIB_MPI
#include <lammps/lammps.h> // for the log, which the C library does not show
#include <lammps/library.h>
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <iostream>
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

/// Of all ranks, in place. MPI counts by int.
void sum_over_ranks(std::span<double> numbers) {
    constexpr std::size_t most = std::numeric_limits<int>::max();
    while (!numbers.empty()) {
        const std::size_t count = std::min(most, numbers.size());
        MPI_Allreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(count), MPI_DOUBLE, MPI_SUM,
                      MPI_COMM_WORLD);
        numbers = numbers.subspan(count);
    }
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
            direct_ = std::make_shared<const tinynet::force_model>(std::move(*forces));
        else
            throw tinynet::invalid_option{"an LDOS model has no forces"};
        if ((direct_ != nullptr) != forces_only)
            throw tinynet::invalid_option{forces_only
                                              ? "--forces-only is for force models, this one has an energy"
                                              : "a force model has no energy and no virial; give "
                                                "--forces-only to run it all the same"};
    }

    /// Writes forces on the local atoms, and where there are such, energy and virial.
    void compute(int local_count, double** forces) {
        ++call_count_;
        const auto local = static_cast<std::size_t>(local_count);
        const std::size_t all = local + static_cast<std::size_t>(extract<int>(lammps_, "nghost"));
        read_atoms(all);
        if (direct_)
            compute_direct(local, forces);
        else
            compute_energy(local, all, forces);
    }

    /// What the script must have set when the fix is there.
    void check_settings() const {
        const std::string_view units{static_cast<const char*>(lammps_extract_global(lammps_, "units"))};
        if (units != "metal")
            throw std::runtime_error{"the script has 'units " + std::string{units} +
                                     "', expected 'units metal'"};
        if (const int size = lammps_extract_setting(lammps_, "tagint"); size != sizeof(int))
            throw std::runtime_error{"this LAMMPS has atom ids of " + std::to_string(8 * size) +
                                     " bits, expected 32; compile it without LAMMPS_BIGBIG"};
        const auto types = static_cast<std::size_t>(lammps_extract_setting(lammps_, "ntypes"));
        if (numbers_of_types_.size() - 1 < types)
            throw std::runtime_error{"SPECIES has " + std::to_string(numbers_of_types_.size() - 1) +
                                     " symbols, the script " + std::to_string(types) + " atom types"};
    }

    /// To be called where the atoms may become others: their topology is no longer that of the first step.
    void forget_atoms() { frozen_.reset(); }

    /// How far ghosts must reach, Å.
    [[nodiscard]] double cutoff() const {
        return potential_ ? potential_->model().cutoff() : tinynet::engine_forces::halo(*direct_);
    }
    /// The engine.
    [[nodiscard]] void* lammps() const { return lammps_; }
    /// Whether there is an energy that can be minimized.
    [[nodiscard]] bool has_energy() const { return potential_.has_value(); }
    /// How often forces were computed.
    [[nodiscard]] std::int64_t call_count() const { return call_count_; }

private:
    void read_atoms(std::size_t count) {
        auto** const positions = static_cast<double**>(lammps_extract_atom(lammps_, "x"));
        const auto* const types = static_cast<const int*>(lammps_extract_atom(lammps_, "type"));
        positions_.assign(count == 0 ? nullptr : positions[0],
                          count == 0 ? nullptr : positions[0] + 3 * count);
        numbers_.resize(count);
        for (std::size_t i = 0; i < count; ++i)
            numbers_[i] = numbers_of_types_[static_cast<std::size_t>(types[i])];
        ids_ = static_cast<const int*>(lammps_extract_atom(lammps_, "id"));
        for (std::size_t i = 0; i < count; ++i)
            if (ids_[i] < 1)
                throw std::runtime_error{
                    "an atom has the id " + std::to_string(ids_[i]) +
                    ", expected at least 1; the script must not say 'atom_modify id no'"};
    }

    /// Where an atom stands in arrays by id.
    [[nodiscard]] std::size_t place(std::size_t atom) const {
        return static_cast<std::size_t>(ids_[atom] - 1);
    }

    /// Ghosts come along as far as the model looks; what is done to them goes to their owners by id.
    void compute_energy(std::size_t local, std::size_t all, double** forces) {
        gradient_.resize(3 * all);
        std::array<double, 10> sums{};
        const std::span sum{sums};
        sums[0] =
            potential_
                ->evaluate({local, positions_, numbers_, {}, {}, {ids_, all}}, gradient_, sum.subspan(1))
                .energy;
        int largest_id = all == 0 ? 0 : *std::max_element(ids_, ids_ + all);
        MPI_Allreduce(MPI_IN_PLACE, &largest_id, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
        if (const double atoms = lammps_get_natoms(lammps_); largest_id > 4.0 * atoms)
            throw std::runtime_error{"an atom has the id " + std::to_string(largest_id) +
                                     ", expected at most four "
                                     "times the number of atoms; 'reset_atom_ids' numbers them anew"};
        by_id_.assign(3 * static_cast<std::size_t>(largest_id), 0.0);
        for (std::size_t i = 0; i < all; ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                by_id_[3 * place(i) + axis] += gradient_[3 * i + axis];
        sum_over_ranks(by_id_);
        sum_over_ranks(sums);
        for (std::size_t i = 0; i < local; ++i)
            for (std::size_t axis = 0; axis < 3; ++axis)
                forces[i][axis] = by_id_[3 * place(i) + axis];
        std::array<double, 6> virial{sums[1], sums[5], sums[9], sums[2], sums[3], sums[6]};
        lammps_fix_external_set_energy_global(lammps_, "tinynet", sums[0]);
        lammps_fix_external_set_virial_global(lammps_, "tinynet", virial.data());
    }

    /// The topology is frozen in the order of ids at the first call, and anew where an id has another
    /// species.
    void compute_direct(std::size_t local, double** forces) {
        const auto count = static_cast<std::size_t>(lammps_get_natoms(lammps_));
        for (std::size_t i = 0; i < local; ++i)
            if (place(i) >= count)
                throw std::runtime_error{"an atom has the id " + std::to_string(ids_[i]) +
                                         ", a force model needs those from 1 to " + std::to_string(count)};
        const tinynet::cell now = box();
        if (others_than_frozen(local, count))
            freeze(crystal(local, count, now));
        if (const tinynet::cell& then = frozen_->crystal().cell();
            tinynet::with_open_axes_of(now, then) != then) // open axes may shrink and grow with the atoms
            throw std::runtime_error{
                "the box has changed, a force model has no virial and runs in a fixed one"};
        gradient_.resize(3 * local);
        frozen_->evaluate({local, positions_, {ids_, positions_.size() / 3}}, gradient_);
        if (local > 0)
            std::ranges::copy(gradient_, forces[0]);
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        std::array<double, 6> virial{none, none, none, none, none, none};
        lammps_fix_external_set_energy_global(lammps_, "tinynet", none);
        lammps_fix_external_set_virial_global(lammps_, "tinynet", virial.data());
    }

    void freeze(tinynet::structure crystal) {
        try {
            frozen_.emplace(direct_, std::move(crystal), 1);
        } catch (const tinynet::error& problem) {
            throw std::runtime_error{problem.what() +
                                     std::string{" (in this sentence atom 0 is the one with the id 1)"}};
        }
    }

    /// On any rank: the answer is the same on all.
    [[nodiscard]] bool others_than_frozen(std::size_t local, std::size_t count) const {
        int differs = !frozen_ || frozen_->crystal().atom_count() != count;
        for (std::size_t i = 0; i < local && differs == 0; ++i)
            differs = frozen_->crystal().species()[place(i)].atomic_number() != numbers_[i];
        MPI_Allreduce(MPI_IN_PLACE, &differs, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
        return differs != 0;
    }

    /// Of all ranks.
    [[nodiscard]] tinynet::structure crystal(std::size_t local, std::size_t count,
                                             const tinynet::cell& lattice) const {
        std::vector<tinynet::vector3> positions(count, tinynet::vector3::Zero());
        std::vector<std::int32_t> numbers(count);
        for (std::size_t i = 0; i < local; ++i) {
            positions[place(i)] = {positions_[3 * i], positions_[3 * i + 1], positions_[3 * i + 2]};
            numbers[place(i)] = numbers_[i];
        }
        sum_over_ranks(tinynet::flat(positions));
        MPI_Allreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(count), MPI_INT32_T, MPI_SUM,
                      MPI_COMM_WORLD);
        std::vector<tinynet::species> kinds;
        for (const std::int32_t number : numbers)
            kinds.emplace_back(number);
        return {lattice, std::move(kinds), std::move(positions)};
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
    std::shared_ptr<const tinynet::force_model> direct_;
    std::optional<tinynet::engine_forces> frozen_;
    std::int64_t call_count_ = 0;
    const int* ids_ = nullptr; // of LAMMPS, local atoms and ghosts
    std::vector<double> positions_;
    std::vector<std::int32_t> numbers_;
    std::vector<double> gradient_;
    std::vector<double> by_id_;
};

/// Ends all ranks, however few of them have come this far.
[[noreturn]] void stop(const std::string& what, void* lammps) {
    const std::string sentence = "tinynet: " + what + '\n';
    std::cerr << sentence;
    if (lammps != nullptr)
        if (std::FILE* const log = static_cast<LAMMPS_NS::LAMMPS*>(lammps)->logfile; log != nullptr)
            std::fputs(sentence.c_str(), log);
    std::fflush(nullptr); // MPI_Abort would lose what LAMMPS has not written yet
    MPI_Abort(MPI_COMM_WORLD, 1);
    std::abort();
}

/// LAMMPS is not made for exceptions: none may leave this.
void callback(void* field, std::int64_t, int local_count, int*, double**, double** forces) {
    auto& called = *static_cast<external_field*>(field);
    try {
        called.compute(local_count, forces);
    } catch (const std::exception& problem) {
        stop(problem.what(), called.lammps());
    }
}

/// A file as the first rank reads it, on all: others may have another one of that name, or none.
std::string read_on_first_rank(const std::string& name) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    std::string text;
    std::string problem;
    if (rank == 0) {
        try {
            text = tinynet::read_file(name, std::size_t{1} << 24U);
        } catch (const tinynet::error& found) {
            problem = found.what();
        }
    }
    for (std::string* part : {&text, &problem}) {
        auto size = static_cast<int>(part->size());
        MPI_Bcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD);
        part->resize(static_cast<std::size_t>(size));
        MPI_Bcast(part->data(), size, MPI_CHAR, 0, MPI_COMM_WORLD);
    }
    if (!problem.empty())
        throw std::runtime_error{problem};
    return text;
}

/// Whether a text in triple quotes has begun and not ended.
bool is_in_triple_quotes(std::string_view text) {
    bool is_open = false;
    for (std::size_t k = text.find("\"\"\""); k != std::string_view::npos; k = text.find("\"\"\"", k + 3))
        is_open = !is_open;
    return is_open;
}

/// The next command of a script, lines joined where they end in `&` or in the middle of a text in triple
/// quotes, which keeps its line ends; nothing at the end.
std::optional<std::string> next_command(std::istream& script) {
    std::string command;
    bool goes_on = false;
    for (std::string line; std::getline(script, line);) {
        line.erase(line.find_last_not_of(" \t\r") + 1);
        goes_on = line.ends_with('&');
        if (goes_on)
            line.pop_back();
        command += line;
        if (!goes_on && is_in_triple_quotes(command)) {
            goes_on = true;
            command += '\n';
        }
        if (!goes_on)
            return command;
    }
    return goes_on ? std::optional{command} : std::nullopt;
}

using command_words = std::vector<std::string>;

/// The words of a command as LAMMPS takes them apart: what stands in quotes is one; a comment ends them.
command_words words_of(std::string_view command) {
    command_words words;
    while (true) {
        command.remove_prefix(std::min(command.find_first_not_of(" \t"), command.size()));
        if (command.empty() || command.front() == '#')
            return words;
        std::string_view quote;
        for (const std::string_view mark : {"\"\"\"", "\"", "'"})
            if (quote.empty() && command.starts_with(mark))
                quote = mark;
        command.remove_prefix(quote.size());
        const auto end =
            std::min(quote.empty() ? command.find_first_of(" \t#") : command.find(quote), command.size());
        words.emplace_back(command.substr(0, end));
        command.remove_prefix(std::min(end + quote.size(), command.size()));
    }
}

/// The same as one text.
std::string joined(const command_words& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// A command, and those that it names as an `if` or a `run ... every` does.
std::vector<command_words> commands_in(std::string_view command) {
    std::vector<command_words> commands{words_of(command)};
    const command_words words = commands.front();
    if (words.empty() || (words.front() != "if" && words.front() != "run"))
        return commands;
    // Conditions name none, nor does the number of steps between commands.
    const auto before = words.front() == "if" ? words.begin() : std::ranges::find(words, "every");
    for (std::ptrdiff_t k = 2; k < words.end() - before; ++k)
        if (before[k - 1] != "elif")
            for (command_words& named : commands_in(before[k]))
                commands.push_back(std::move(named));
    return commands;
}

bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

/// Whether a word is another one once LAMMPS has put in the values of variables.
bool may_become(std::string_view word, std::string_view other) {
    return word == other || word.find('$') != std::string_view::npos;
}

/// A script, and what keeps its fix connected to the model. Commands that LAMMPS or we refuse are exceptions.
class script_runner {
public:
    script_runner(void* lammps, external_field& field) : lammps_{lammps}, field_{field} {}

    void run_file(const std::string& name) {
        std::istringstream script{read_on_first_rank(name)};
        while (const auto command = next_command(script)) {
            const std::vector<command_words> commands = commands_in(*command);
            const double skin_before = skin_;
            for (const command_words& words : commands)
                prepare_for(words, &words != &commands.front());
            if (!commands.front().empty() && commands.front().front() == "include") {
                run_file(commands.front().at(1));
                continue;
            }
            if (skin_ != skin_before)
                connect(); // an `if` may set the skin and run
            run_steps(*command, commands);
            connect();
        }
    }

private:
    static constexpr std::string_view fix = "fix tinynet all external pf/callback 1 1";

    /// Throws if LAMMPS has made steps without the forces of the model.
    void run_steps(const std::string& command, const std::vector<command_words>& commands) const {
        const auto has = [&](const char* name) {
            return std::ranges::any_of(
                commands, [&](const command_words& words) { return !words.empty() && words[0] == name; });
        };
        const std::int64_t first_step = extract<std::int64_t>(lammps_, "ntimestep");
        const std::int64_t first_call = field_.call_count();
        run(command);
        const std::int64_t steps = extract<std::int64_t>(lammps_, "ntimestep") - first_step;
        const std::int64_t calls = field_.call_count() - first_call;
        if ((has("run") || has("minimize")) && !has("reset_timestep") && calls < steps)
            throw std::runtime_error{"LAMMPS has asked for forces " + std::to_string(calls) + " times in " +
                                     std::to_string(steps) + " steps, expected at least once in each; '" +
                                     std::string{fix} + "' must stay"};
    }

    /// Before a command is run; one that another one names may not be. Throws where it is refused.
    void prepare_for(const command_words& words, bool is_named) {
        const std::string name = words.empty() ? "" : words.front();
        if (name.find('$') != std::string::npos)
            throw std::runtime_error{"the script has the command '" + name +
                                     "', expected a name, not a variable"};
        if (name == "comm_modify")
            throw std::runtime_error{"the script has a 'comm_modify'; how far ghosts are needed is set by "
                                     "the cutoff of the model"};
        if (name == "label" || name == "jump" || (name == "include" && is_named))
            throw std::runtime_error{"the script has a '" + name + "'" +
                                     (is_named ? " in another command" : "") +
                                     "; it does not work in a script run line by line"};
        if (name == "partition")
            throw std::runtime_error{"the script has a 'partition', expected the command itself"};
        if (name == "include" && words.size() == 1)
            throw std::runtime_error{"the script has an 'include' without a file"};
        if (name == "include" && words[1].find('$') != std::string::npos)
            throw std::runtime_error{"the script has an 'include' of '" + words[1] +
                                     "', expected the name of a file without variables"};
        check_forces(words);
        if (is_among(name, {"reset_atom_ids", "reset_atoms", "delete_atoms"})) {
            if (is_named && !field_.has_energy()) // between steps of one command
                throw std::runtime_error{"the script has a '" + name +
                                         "' in another command; a force model knows atoms by their ids, "
                                         "which it may change"};
            field_.forget_atoms(); // the last one numbers atoms anew, too
        }
        if (name == "clear" || name == "units")
            set_skin(first_skin, is_named);
        if (name == "neighbor" && words.size() > 2) // LAMMPS has words for what has fewer
            set_skin(number({words.begin() + 1, words.end() - 1}), is_named);
    }

    /// Throws where a command would move atoms without the forces of the model, or by energies without there
    /// being any.
    void check_forces(const command_words& words) const {
        const std::string name = words.empty() ? "" : words.front();
        const bool is_driven_by_energy = is_among(name, {"minimize", "hyper", "neb", "neb/spin", "prd", "tad",
                                                         "temper", "temper/grem", "temper/npt"});
        if (is_driven_by_energy && !field_.has_energy())
            throw std::runtime_error{"a force model has no energy, which '" + name + "' needs"};
        const bool has_fix = lammps_has_id(lammps_, "fix", "tinynet") == 1;
        if ((is_driven_by_energy || is_among(name, {"run", "rerun", "dynamical_matrix", "third_order"})) &&
            !has_fix)
            throw std::runtime_error{"the script has a '" + name + "' without a '" + std::string{fix} +
                                     "' before it"};
        const std::initializer_list<std::string> without_energy{"energy", "no"};
        if (name == "fix_modify" && words.size() > 3 && may_become(words[1], "tinynet") &&
            field_.has_energy() && std::ranges::search(words, without_energy).size() > 0)
            throw std::runtime_error{"the script has a '" + joined(words) +
                                     "'; an energy model has an energy, which 'minimize' needs"};
        if (name == "fix" && words.size() > 3 && may_become(words[1], "tinynet") &&
            may_become(words[3], "external") && words != words_of(fix))
            throw std::runtime_error{"the script has a '" + joined(words) + "', expected '" +
                                     std::string{fix} + "'"};
    }

    /// Too wide a skin costs time, too narrow a one is wrong.
    void set_skin(double skin, bool is_uncertain) { skin_ = is_uncertain ? std::max(skin_, skin) : skin; }

    /// Also after `clear` or `unfix`.
    void connect() {
        if (lammps_has_id(lammps_, "fix", "tinynet") != 1) {
            field_.forget_atoms();
            return;
        }
        field_.check_settings();
        lammps_set_fix_external_callback(lammps_, "tinynet", callback, &field_);
        run("comm_modify cutoff " + std::to_string(field_.cutoff() + skin_));
    }

    /// Of words that may hold variables. Throws where they are no number.
    [[nodiscard]] double number(const command_words& words) const {
        const std::string formula = joined(words);
        run("variable tinynet_number equal " + formula);
        const std::unique_ptr<double, decltype(&lammps_free)> value{
            static_cast<double*>(lammps_extract_variable(lammps_, "tinynet_number", nullptr)), &lammps_free};
        throw_error();
        if (!value)
            throw std::runtime_error{"the skin is '" + formula + "', expected a number"};
        return *value;
    }

    void run(const std::string& command) const {
        lammps_command(lammps_, command.c_str());
        throw_error();
    }

    /// Where LAMMPS was compiled with exceptions; elsewhere it has ended by itself.
    void throw_error() const {
        if (lammps_has_error(lammps_) == 0)
            return;
        std::array<char, 512> text{};
        lammps_get_last_error_message(lammps_, text.data(), static_cast<int>(text.size()));
        throw std::runtime_error{text.data()};
    }

    static constexpr double first_skin = 2.0; // of LAMMPS in units metal, Å

    void* lammps_;
    external_field& field_;
    double skin_ = first_skin;
};

} // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    std::vector<std::string> words{argv + 1, argv + argc};
    const bool forces_only = !words.empty() && words.front() == "--forces-only";
    if (forces_only)
        words.erase(words.begin());
    if (words.size() != 3)
        stop("usage: tinynet_lammps [--forces-only] MODEL SPECIES INPUT", nullptr);
    void* lammps = nullptr;
    try {
        std::array<std::string, 4> settings{argv[0], "-var", "has_energy", forces_only ? "no" : "yes"};
        std::array<char*, 4> arguments{};
        std::ranges::transform(settings, arguments.begin(), [](std::string& word) { return word.data(); });
        lammps = lammps_open(4, arguments.data(), MPI_COMM_WORLD, nullptr);
        if (lammps == nullptr)
            throw std::runtime_error{"LAMMPS did not start"};
        external_field field{lammps, tinynet::load_model(words[0]), atomic_numbers_of(words[1]), forces_only};
        script_runner{lammps, field}.run_file(words[2]);
        lammps_close(lammps);
    } catch (const std::exception& problem) {
        stop(problem.what(), lammps);
    }
    MPI_Finalize();
}
