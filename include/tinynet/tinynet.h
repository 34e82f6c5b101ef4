// SPDX-License-Identifier: MIT
#ifndef TINYNET_TINYNET_H
#define TINYNET_TINYNET_H

/// \file
/// Energy models for C, Fortran, Python and everything else that can call C. Link libtinynet_c (CMake: build
/// with TINYNET_BUILD_C_INTERFACE, link tinynet::c).
///
/// A handle serves one call at a time; tinynet_share() makes another one of the same model for another
/// thread. Functions that can fail take a tinynet_error, which may be NULL, and say so by what they return;
/// no exception leaves them.

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
/// Marks what the library offers.
#define TINYNET_API __attribute__((visibility("default")))
#else
#define TINYNET_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// What went wrong.
enum tinynet_status {
    TINYNET_OK = 0,              ///< nothing
    TINYNET_BAD_FILE = 1,        ///< missing, corrupt, of a newer version, or no energy model
    TINYNET_UNKNOWN_SPECIES = 2, ///< the model has not seen a species
    TINYNET_BAD_ARGUMENT = 3,    ///< sizes, positions, cells or neighbor lists that make no sense
    TINYNET_NO_MEMORY = 4,       ///< memory ran out
    TINYNET_OTHER = 5            ///< anything else
};

/// What went wrong, in words.
typedef struct {
    int32_t status;    ///< of tinynet_status
    char message[512]; ///< one sentence in UTF-8, cut after a whole character, ends with a zero
} tinynet_error;

/// An energy model and what is kept from one call to the next.
typedef struct tinynet_model tinynet_model;

/// Full neighbor lists: those of local atom i are atoms[first[i]] to atoms[first[i + 1] - 1].
typedef struct {
    const size_t* first;  ///< n_local + 1 numbers, the first one 0
    const int32_t* atoms; ///< from 0, ghosts included; each once, all within the cutoff, some beyond it
} tinynet_neighbors;

/// Loads a model file. Returns NULL on error.
TINYNET_API tinynet_model* tinynet_load(const char* path, tinynet_error* error);
/// Another handle on the same model. Returns NULL on error.
TINYNET_API tinynet_model* tinynet_share(const tinynet_model* model, tinynet_error* error);
/// Frees a handle, or does nothing for NULL.
TINYNET_API void tinynet_free(tinynet_model* model);

/// How far from an atom its energy looks, Angstrom: the halo an engine needs.
TINYNET_API double tinynet_cutoff(const tinynet_model* model);
/// Number of species that the model knows; writes the first `room` of their atomic numbers.
TINYNET_API int32_t tinynet_species(const tinynet_model* model, int32_t room, int32_t* atomic_numbers);

/// Energy of n_local atoms, which come first, among n_all; the others are ghosts. Returns a tinynet_status.
///   positions       3 n_all numbers x0 y0 z0 x1 ..., Angstrom
///   atomic_numbers  n_all
///   neighbors       of the engine, or NULL: neighbors are found here
///   energy          eV, of the local atoms
///   forces          3 n_all, eV/Angstrom: what the energies of the local atoms do to all; the engine adds
///                   those on ghosts to the atoms they stand for
///   virial          9 numbers by rows, -dE/dstrain, eV, or NULL
TINYNET_API int tinynet_evaluate(tinynet_model* model, int64_t n_local, int64_t n_all,
                                 const double* positions, const int32_t* atomic_numbers,
                                 const tinynet_neighbors* neighbors, double* energy, double* forces,
                                 double* virial, tinynet_error* error);

/// The same for all atoms of a periodic cell; images are found here.
///   cell      9 numbers, one lattice vector after the other, Angstrom
///   periodic  3 numbers, not 0 where the vector repeats
TINYNET_API int tinynet_evaluate_cell(tinynet_model* model, int64_t n, const double* positions,
                                      const int32_t* atomic_numbers, const double* cell,
                                      const int32_t* periodic, double* energy, double* forces, double* virial,
                                      tinynet_error* error);

/// Energies of the local atoms in the last call, eV; valid until the next call. NULL before the first and
/// after one that failed.
TINYNET_API const double* tinynet_atomic_energies(const tinynet_model* model);

#ifdef __cplusplus
}
#endif

#endif
