// SPDX-License-Identifier: MIT

/// \file
/// KIM-API model driver for energy models: the parameter file is the model file. Contributing particles are
/// local atoms, the others ghosts; the engine adds forces on ghosts to the atoms they stand for.

#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>

#include <KIM_ModelDriverHeaders.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// Whether a launcher of MPI has started this process with others: Open MPI, MPICH and Intel MPI, MVAPICH,
/// Slurm.
bool is_one_of_several_ranks() {
    for (const char* const name :
         {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"})
        if (const char* const size = std::getenv(name); size != nullptr && std::atoi(size) > 1)
            return true;
    return false;
}

/// Says what went wrong in the log of the KIM-API and where a user of the engine sees it.
///
/// An error on one rank only would hang the others: LAMMPS meets it with a barrier, which they never reach.
/// The KIM-API shows no communicator to abort, so that the process ends; its launcher then ends the others.
template <typename Kim>
int failed(const Kim* kim, const std::string& what) {
    const std::string sentence = "tinynet: " + what;
    kim->LogEntry(KIM::LOG_VERBOSITY::error, sentence, __LINE__, __FILE__);
    std::cerr << sentence << '\n';
    constexpr int status = 1;
    if (is_one_of_several_ranks()) {
        std::fflush(nullptr); // the log of the engine
        std::_Exit(status);
    }
    return status;
}

/// What the engine asks for in a call.
struct request {
    const int* count = nullptr;
    const int* species_codes = nullptr;
    const int* contributing = nullptr;
    const double* coordinates = nullptr;
    double* energy = nullptr;
    double* particle_energies = nullptr;
    double* forces = nullptr;
    double* virial = nullptr;
};

/// Throws if the KIM-API reports an error.
void require(int error, const char* what) {
    if (error != 0)
        throw std::runtime_error{std::string{"the KIM-API refused "} + what};
}

request read(const KIM::ModelComputeArguments& arguments) {
    namespace name = KIM::COMPUTE_ARGUMENT_NAME;
    request r;
    const int error = arguments.GetArgumentPointer(name::numberOfParticles, &r.count) ||
                      arguments.GetArgumentPointer(name::particleSpeciesCodes, &r.species_codes) ||
                      arguments.GetArgumentPointer(name::particleContributing, &r.contributing) ||
                      arguments.GetArgumentPointer(name::coordinates, &r.coordinates) ||
                      arguments.GetArgumentPointer(name::partialEnergy, &r.energy) ||
                      arguments.GetArgumentPointer(name::partialParticleEnergy, &r.particle_energies) ||
                      arguments.GetArgumentPointer(name::partialForces, &r.forces) ||
                      arguments.GetArgumentPointer(name::partialVirial, &r.virial);
    require(error, "to show its arrays");
    return r;
}

/// A model in an engine.
class kim_model {
public:
    /// \throws std::exception  if the model file cannot be used.
    kim_model(KIM::ModelDriverCreate& kim, const KIM::LengthUnit& length, const KIM::EnergyUnit& energy)
        : potential_{load(kim)}, cutoff_{potential_.model().cutoff()} {
        using namespace KIM;
        require(ModelDriverCreate::ConvertUnit(LENGTH_UNIT::A, ENERGY_UNIT::eV, CHARGE_UNIT::e,
                                               TEMPERATURE_UNIT::K, TIME_UNIT::ps, length, energy,
                                               CHARGE_UNIT::e, TEMPERATURE_UNIT::K, TIME_UNIT::ps, 1.0, 0.0,
                                               0.0, 0.0, 0.0, &length_),
                "to convert Å");
        require(ModelDriverCreate::ConvertUnit(LENGTH_UNIT::A, ENERGY_UNIT::eV, CHARGE_UNIT::e,
                                               TEMPERATURE_UNIT::K, TIME_UNIT::ps, length, energy,
                                               CHARGE_UNIT::e, TEMPERATURE_UNIT::K, TIME_UNIT::ps, 0.0, 1.0,
                                               0.0, 0.0, 0.0, &energy_),
                "to convert eV");
        cutoff_ *= length_;
        require(
            kim.SetUnits(length, energy, CHARGE_UNIT::unused, TEMPERATURE_UNIT::unused, TIME_UNIT::unused),
            "the units");
        require(kim.SetModelNumbering(NUMBERING::zeroBased), "numbers from zero");
        for (const tinynet::species kind : potential_.model().known_species())
            require(kim.SetSpeciesCode(SpeciesName{std::string{kind.symbol()}}, kind.atomic_number()),
                    "a species");
        kim.SetInfluenceDistancePointer(&cutoff_);
        kim.SetNeighborListPointers(1, &cutoff_, &only_of_contributing_);
    }

    /// \throws std::exception  if the engine's arrays make no sense.
    void compute(const KIM::ModelComputeArguments& arguments) {
        const request r = read(arguments);
        copy_atoms(r);
        copy_neighbors(arguments);
        forces_.resize(positions_.size());
        std::array<double, 9> virial{};
        const auto found = potential_.evaluate(
            {local_count_, positions_, numbers_, tinynet::listed_neighbors{first_, neighbors_}, {}}, forces_,
            virial);
        if (r.energy != nullptr)
            *r.energy = energy_ * found.energy;
        if (r.particle_energies != nullptr)
            for (std::size_t i = 0; i < order_.size(); ++i)
                r.particle_energies[order_[i]] = i < local_count_ ? energy_ * found.atomic_energies[i] : 0.0;
        if (r.forces != nullptr)
            for (std::size_t i = 0; i < order_.size(); ++i)
                for (std::size_t axis = 0; axis < 3; ++axis)
                    r.forces[3 * order_[i] + axis] = energy_ / length_ * forces_[3 * i + axis];
        if (r.virial != nullptr) {
            // KIM's is dE/dstrain: xx yy zz yz xz xy.
            constexpr std::array<std::size_t, 6> places{0, 4, 8, 5, 2, 1};
            for (std::size_t k = 0; k < places.size(); ++k)
                r.virial[k] = -energy_ * virial[places[k]];
        }
    }

private:
    static std::shared_ptr<const tinynet::energy_model> load(KIM::ModelDriverCreate& kim) {
        int count = 0;
        kim.GetNumberOfParameterFiles(&count);
        if (count != 1)
            throw std::runtime_error{"the model has " + std::to_string(count) +
                                     " parameter files, expected one: a model file"};
        const std::string* folder = nullptr;
        const std::string* file = nullptr;
        kim.GetParameterFileDirectoryName(&folder);
        require(kim.GetParameterFileBasename(0, &file), "to name the parameter file");
        return std::make_shared<const tinynet::energy_model>(
            tinynet::load_energy_model(*folder + "/" + *file));
    }

    /// Contributing particles first.
    void copy_atoms(const request& r) {
        const auto count = static_cast<std::size_t>(*r.count);
        order_.clear();
        for (const bool local : {true, false}) {
            for (std::size_t i = 0; i < count; ++i)
                if ((r.contributing[i] != 0) == local)
                    order_.push_back(i);
            if (local)
                local_count_ = order_.size();
        }
        place_.resize(count);
        numbers_.resize(count);
        positions_.resize(3 * count);
        for (std::size_t i = 0; i < count; ++i) {
            place_[order_[i]] = static_cast<std::int32_t>(i);
            numbers_[i] = r.species_codes[order_[i]];
            for (std::size_t axis = 0; axis < 3; ++axis)
                positions_[3 * i + axis] = r.coordinates[3 * order_[i] + axis] / length_;
        }
    }

    void copy_neighbors(const KIM::ModelComputeArguments& arguments) {
        first_.assign(1, 0);
        neighbors_.clear();
        for (std::size_t i = 0; i < local_count_; ++i) {
            int count = 0;
            const int* listed = nullptr;
            require(arguments.GetNeighborList(0, static_cast<int>(order_[i]), &count, &listed),
                    "to list the neighbors of an atom");
            for (const int j : std::span{listed, static_cast<std::size_t>(count)})
                neighbors_.push_back(place_.at(static_cast<std::size_t>(j)));
            first_.push_back(neighbors_.size());
        }
    }

    tinynet::engine_potential potential_;
    double cutoff_;       ///< in the engine's unit of length; the KIM-API keeps its address
    double length_ = 1.0; ///< Å in that unit
    double energy_ = 1.0; ///< eV in the engine's unit of energy
    int only_of_contributing_ = 1;
    std::size_t local_count_ = 0;
    std::vector<std::size_t> order_; ///< the engine's numbers in our order
    std::vector<std::int32_t> place_;
    std::vector<std::int32_t> numbers_;
    std::vector<double> positions_; ///< Å
    std::vector<double> forces_;    ///< eV/Å
    std::vector<std::size_t> first_;
    std::vector<std::int32_t> neighbors_;
};

kim_model* model_of(const auto* kim) {
    void* model = nullptr;
    kim->GetModelBufferPointer(&model);
    return static_cast<kim_model*>(model);
}

int compute(const KIM::ModelCompute* kim, const KIM::ModelComputeArguments* arguments) {
    try {
        model_of(kim)->compute(*arguments);
        return 0;
    } catch (const std::exception& problem) {
        return failed(kim, problem.what());
    }
}

int create_arguments(const KIM::ModelCompute*, KIM::ModelComputeArgumentsCreate* arguments) {
    namespace name = KIM::COMPUTE_ARGUMENT_NAME;
    for (const auto& argument :
         {name::partialEnergy, name::partialForces, name::partialParticleEnergy, name::partialVirial})
        if (arguments->SetArgumentSupportStatus(argument, KIM::SUPPORT_STATUS::optional))
            return 1;
    return 0;
}

int destroy_arguments(const KIM::ModelCompute*, KIM::ModelComputeArgumentsDestroy*) { return 0; }

int destroy(KIM::ModelDestroy* kim) {
    delete model_of(kim);
    return 0;
}

} // namespace

extern "C" int tinynet_model_driver_create(KIM::ModelDriverCreate* const kim, const KIM::LengthUnit length,
                                           const KIM::EnergyUnit energy, KIM::ChargeUnit,
                                           KIM::TemperatureUnit, KIM::TimeUnit) {
    using namespace KIM;
    try {
        auto model = std::make_unique<kim_model>(*kim, length, energy);
        const auto set = [&](const ModelRoutineName& name, auto* routine) {
            require(
                kim->SetRoutinePointer(name, LANGUAGE_NAME::cpp, true, reinterpret_cast<Function*>(routine)),
                "a routine");
        };
        set(MODEL_ROUTINE_NAME::Compute, compute);
        set(MODEL_ROUTINE_NAME::ComputeArgumentsCreate, create_arguments);
        set(MODEL_ROUTINE_NAME::ComputeArgumentsDestroy, destroy_arguments);
        set(MODEL_ROUTINE_NAME::Destroy, destroy);
        kim->SetModelBufferPointer(model.release());
        return 0;
    } catch (const std::exception& problem) {
        return failed(kim, problem.what());
    }
}
