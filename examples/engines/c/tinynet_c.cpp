// SPDX-License-Identifier: MIT

/// \file
/// The C interface: <tinynet/tinynet.h> over engine_potential.

#include <tinynet/error.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>
#include <tinynet/tinynet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct tinynet_model {
    tinynet::engine_potential potential;
    std::span<const double> atomic_energies;
};

namespace {

/// Whether a byte of UTF-8 goes on with the character before it.
constexpr bool is_inside_character(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

int fail(tinynet_error* error, tinynet_status status, std::string_view what) noexcept {
    if (error != nullptr) {
        error->status = status;
        std::size_t length = std::min(what.size(), sizeof error->message - 1);
        for (int k = 0; k < 3 && length < what.size() && is_inside_character(what[length]); ++k)
            --length;
        std::memcpy(error->message, what.data(), length);
        error->message[length] = '\0';
    }
    return status;
}

/// Runs something that may throw and says what came of it.
template <typename Action>
int guarded(tinynet_error* error, const Action& action) noexcept {
    try {
        action();
        return fail(error, TINYNET_OK, "");
    } catch (const tinynet::file_error& problem) {
        return fail(error, TINYNET_BAD_FILE, problem.what());
    } catch (const tinynet::unknown_species& problem) {
        return fail(error, TINYNET_UNKNOWN_SPECIES, problem.what());
    } catch (const tinynet::error& problem) {
        return fail(error, TINYNET_BAD_ARGUMENT, problem.what());
    } catch (const std::bad_alloc&) {
        return fail(error, TINYNET_NO_MEMORY, "not enough memory");
    } catch (const std::exception& problem) {
        return fail(error, TINYNET_OTHER, problem.what());
    }
}

void require(bool holds, const char* expected) {
    if (!holds)
        throw tinynet::invalid_option{expected};
}

template <typename Number>
std::span<Number> numbers(Number* first, std::int64_t count) {
    return {first, static_cast<std::size_t>(count)};
}

void evaluate(tinynet_model* model, const tinynet::engine_atoms& atoms, double* energy, double* forces,
              double* virial) {
    require(energy != nullptr && (forces != nullptr || atoms.positions.empty()),
            "energy or forces is NULL, expected an array");
    const auto found =
        model->potential.evaluate(atoms, {forces, atoms.positions.size()},
                                  virial == nullptr ? std::span<double>{} : std::span<double>{virial, 9});
    *energy = found.energy;
    model->atomic_energies = found.atomic_energies;
}

/// Throws if the atoms make no sense; in any case there are no energies of atoms any more.
void begin_call(tinynet_model* model, std::int64_t local, std::int64_t all, const void* positions,
                const void* atomic_numbers) {
    constexpr std::int64_t most = 2147483647;
    require(model != nullptr, "the model is NULL");
    model->atomic_energies = {};
    require(local >= 0 && local <= all && all <= most,
            "the numbers of atoms make no sense, expected 0 <= n_local <= n_all < 2^31");
    require(all == 0 || (positions != nullptr && atomic_numbers != nullptr),
            "positions or atomic_numbers is NULL, expected an array");
}

} // namespace

extern "C" {

tinynet_model* tinynet_load(const char* path, tinynet_error* error) {
    tinynet_model* model = nullptr;
    guarded(error, [&] {
        require(path != nullptr, "the path is NULL");
        model = new tinynet_model{tinynet::engine_potential{std::make_shared<const tinynet::energy_model>(
                                      tinynet::load_energy_model(path))},
                                  {}};
    });
    return model;
}

tinynet_model* tinynet_share(const tinynet_model* model, tinynet_error* error) {
    tinynet_model* shared = nullptr;
    guarded(error, [&] {
        require(model != nullptr, "the model is NULL");
        shared = new tinynet_model{tinynet::engine_potential{model->potential.shared_model()}, {}};
    });
    return shared;
}

void tinynet_free(tinynet_model* model) { delete model; }

double tinynet_cutoff(const tinynet_model* model) {
    return model == nullptr ? 0.0 : model->potential.model().cutoff();
}

int32_t tinynet_species(const tinynet_model* model, int32_t room, int32_t* atomic_numbers) {
    if (model == nullptr)
        return 0;
    const auto kinds = model->potential.model().known_species();
    for (std::size_t k = 0;
         atomic_numbers != nullptr && k < kinds.size() && static_cast<std::int64_t>(k) < room; ++k)
        atomic_numbers[k] = kinds[k].atomic_number();
    return static_cast<int32_t>(kinds.size());
}

int tinynet_evaluate(tinynet_model* model, int64_t n_local, int64_t n_all, const double* positions,
                     const int32_t* atomic_numbers, const tinynet_neighbors* neighbors, double* energy,
                     double* forces, double* virial, tinynet_error* error) {
    return guarded(error, [&] {
        begin_call(model, n_local, n_all, positions, atomic_numbers);
        tinynet::engine_atoms atoms{static_cast<std::size_t>(n_local),
                                    numbers(positions, 3 * n_all),
                                    numbers(atomic_numbers, n_all),
                                    {},
                                    {}};
        if (neighbors != nullptr) {
            require(neighbors->first != nullptr, "the neighbor lists start at NULL, expected an array");
            const auto first = numbers(neighbors->first, n_local + 1);
            require(first.back() == 0 || neighbors->atoms != nullptr,
                    "the neighbors are NULL, expected an array");
            atoms.neighbors = tinynet::listed_neighbors{first, {neighbors->atoms, first.back()}};
        }
        evaluate(model, atoms, energy, forces, virial);
    });
}

int tinynet_evaluate_cell(tinynet_model* model, int64_t n, const double* positions,
                          const int32_t* atomic_numbers, const double* cell, const int32_t* periodic,
                          double* energy, double* forces, double* virial, tinynet_error* error) {
    return guarded(error, [&] {
        begin_call(model, n, n, positions, atomic_numbers);
        require(cell != nullptr && periodic != nullptr, "cell or periodic is NULL, expected an array");
        tinynet::engine_cell lattice;
        std::copy_n(cell, 9, lattice.vectors.begin());
        std::transform(periodic, periodic + 3, lattice.periodic.begin(), [](int32_t p) { return p != 0; });
        evaluate(
            model,
            {static_cast<std::size_t>(n), numbers(positions, 3 * n), numbers(atomic_numbers, n), {}, lattice},
            energy, forces, virial);
    });
}

const double* tinynet_atomic_energies(const tinynet_model* model) {
    return model == nullptr ? nullptr : model->atomic_energies.data();
}

} // extern "C"
