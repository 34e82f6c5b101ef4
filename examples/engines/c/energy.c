// SPDX-License-Identifier: MIT

/// \file
/// Energy and forces from C: one cell of BaTiO3 with an energy model.
///
///     c_energy MODEL

#include <tinynet/tinynet.h>

#include <stdio.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: c_energy MODEL\n");
        return 2;
    }
    tinynet_error error;
    tinynet_model* model = tinynet_load(argv[1], &error);
    if (model == NULL) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    const double side = 4.005; // Angstrom
    const double cell[9] = {side, 0, 0, 0, side, 0, 0, 0, side};
    const int32_t periodic[3] = {1, 1, 1};
    const int32_t atomic_numbers[5] = {56, 22, 8, 8, 8};
    const double positions[15] = {0, 0,        0, side / 2, side / 2, side / 2 + 0.1, side / 2, side / 2,
                                  0, side / 2, 0, side / 2, 0,        side / 2,       side / 2};
    double energy = 0.0;
    double forces[15];
    const int status = tinynet_evaluate_cell(model, 5, positions, atomic_numbers, cell, periodic, &energy,
                                             forces, NULL, &error);
    if (status == TINYNET_OK) {
        printf("%.12f eV\n", energy);
        for (int i = 0; i < 5; ++i)
            printf("%.12f %.12f %.12f eV/A\n", forces[3 * i], forces[3 * i + 1], forces[3 * i + 2]);
    } else {
        fprintf(stderr, "%s\n", error.message);
    }
    tinynet_free(model);
    return status == TINYNET_OK ? 0 : 1;
}
