// SPDX-License-Identifier: MIT

/// \file
/// Trains a force model for a few seconds, writes it to a file, reads it back and predicts with it. The
/// program `tinynet train forces` does the same with more epochs, a learning curve and checkpoints.

#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/metrics.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/train.hpp>

#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <span>
#include <vector>

namespace {

/// Force errors on some structures, eV/Å.
tinynet::error_metrics errors(const tinynet::force_model& model,
                              const std::vector<tinynet::labeled_structure>& structures,
                              const std::vector<std::size_t>& chosen) {
    auto workspace = model.make_workspace(structures.front().geometry);
    tinynet::error_metrics result;
    for (const std::size_t number : chosen) {
        const auto positions = tinynet::flat(structures[number].geometry.positions());
        const auto truth = tinynet::flat(std::span<const tinynet::vector3>{*structures[number].forces});
        std::vector<double> forces(positions.size());
        model.evaluate(workspace, positions, forces);
        for (std::size_t k = 0; k < forces.size(); ++k)
            result.add(forces[k], truth[k]);
    }
    return result;
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const auto structures = tinynet::read_extxyz(data / "moo3.extxyz");
    const auto reference = tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;

    const auto d = std::make_shared<const tinynet::descriptor>(
        reference, tinynet::bond_rule{3.1}, tinynet::descriptor_options{}); // L_4^(2), compact
    const auto split = tinynet::split_dataset(structures.size(), {0.4, 0.1, 0.5}, 1);
    tinynet::atomic_training_settings settings; // one network of 16 and 32 neurons per site class
    settings.regression.epochs = 40;
    tinynet::atomic_trainer<float> trainer{
        d, {structures, split.training, split.validation}, tinynet::force_targets, settings};
    tinynet::worker_pool pool{2}; // the result does not depend on the number of threads
    tinynet::train(trainer, pool);

    tinynet::training_record record;
    record.split = split;
    record.epochs = trainer.epoch();
    record.best_epochs = trainer.best_epochs();
    record.best_rmse = trainer.best_rmse();
    record.hidden = settings.hidden;
    const tinynet::force_model trained{trainer.model(), record};
    tinynet::save_model("04_train_forces.model", trained);
    const tinynet::force_model model = tinynet::load_force_model("04_train_forces.model");

    const auto before = errors(trained, structures, split.test);
    const auto after = errors(model, structures, split.test);
    std::cout << "trained on " << split.training.size() << " structures for " << model.record().epochs
              << " epochs, tested on " << split.test.size() << "\nreceptive radius " << std::fixed
              << std::setprecision(2) << model.receptive_radius() << " Å\n"
              << "test MAE below half of the mean |F|: "
              << (after.mae() < 0.5 * after.mean_absolute_target() ? "yes" : "no")
              << "\nthe same errors to the last bit after saving and loading: "
              << (before.mae() == after.mae() && before.mse() == after.mse() ? "yes" : "no") << '\n';
    std::cerr << "test RMSE " << after.rmse() << " eV/Å, MAE " << after.mae() << " eV/Å\n";
}
