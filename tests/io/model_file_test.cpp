// SPDX-License-Identifier: MIT
#include <tinynet/io/model_file.hpp>
#include <tinynet/version.hpp>

#include "support/data_files.hpp"
#include "support/hostile_texts.hpp"
#include "support/random_models.hpp"
#include "support/random_moment_models.hpp"
#include "support/reference_crystals.hpp"
#include "support/temporary_directory.hpp"
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/extxyz.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet::test::model_file_test {

namespace {

training_record some_record() {
    return {std::string(64, 'a'),
            {{0, 2, 5}, {1}, {3, 4}},
            18446744073709551615U,
            12,
            {3, 9},
            1.0 / 3.0,
            {4, 6},
            48,
            true};
}

/// A model that is small but has everything: several networks, a rule with pairs.
force_model small_model() {
    bond_rule rule{3.0};
    rule.set_pair_cutoff(species{"O"}, species{"Ti"}, 2.6);
    const auto d = std::make_shared<const descriptor>(
        perovskite(4.0), rule,
        descriptor_options{.max_walk_hops = hop_count{2}, .max_neighbor_hops = hop_count{1}});
    return {random_model<float>(d, network_choice::species), some_record()};
}

/// Written and read again.
force_model reloaded(const force_model& model) {
    const temporary_directory folder;
    save_model(folder.path() / "m", model);
    return load_force_model(folder.path() / "m");
}

void check_refused(const safetensors& file, const std::string& message = "") {
    CAPTURE(message);
    CHECK_THROWS_WITH_AS(force_model_from(file), doctest::Contains(("'new file': " + message).c_str()),
                         file_error);
}

/// Reading bytes must end with a file_error; whether it does.
bool is_refused(const std::string& bytes) {
    try {
        force_model_from(parse_safetensors(bytes, "m", checksum::required));
        return false;
    } catch (const file_error&) {
        return true;
    }
}

} // namespace

TEST_CASE_TEMPLATE("a model that was saved and loaded predicts the same bits", Real, float, double) {
    const structure crystal = reference_crystal("moo3");
    random_engine rng{1};
    const structure geometry = rattled(crystal, rng, 0.1);
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const force_model model{random_model<Real>(crystal_descriptor(crystal, layout), choice),
                                    some_record()};
            const force_model loaded = reloaded(model);
            CHECK(predicted(loaded, geometry) == predicted(model, geometry));
            CHECK(std::holds_alternative<atomic_model<Real>>(loaded.precise()));
            CHECK(loaded.record() == model.record());
            CHECK(loaded.features().options() == model.features().options());
        }
}

TEST_CASE("pair cutoffs, rules, cycles and axes that are not periodic survive") {
    for (const periodic_axes periodic :
         {periodic_axes{true, true, false}, periodic_axes{false, false, false}}) {
        const structure bulk = supercell(perovskite(4.0), 2, 1, 1);
        const structure slab{cell{bulk.cell().rows(), periodic},
                             {bulk.species().begin(), bulk.species().end()},
                             {bulk.positions().begin(), bulk.positions().end()}};
        bond_rule rule{2.9, bond_partners::all};
        rule.set_pair_cutoff(species{"O"}, species{"Ti"}, 2.1234567890123456);
        rule.set_pair_cutoff(species{"Ba"}, species{"Ba"}, 0.0);
        const descriptor_options options{path_kind::cycles, hop_count{3}, hop_count{1},
                                         feature_layout::compact};
        const auto d = std::make_shared<const descriptor>(slab, rule, options);
        const force_model model{random_model<double>(d, network_choice::site), {}};
        const force_model loaded = reloaded(model);
        CHECK(loaded.features().rule() == rule);
        CHECK(loaded.features().options() == options);
        CHECK(loaded.features().reference().cell() == slab.cell());
        CHECK(predicted(loaded, slab) == predicted(model, slab));
    }
}

TEST_CASE("hidden layers of any number and width survive") {
    const auto d = crystal_descriptor(perovskite(4.0));
    for (const auto& hidden : {std::vector<std::size_t>{16, 32}, {7}, {3, 4, 5}, {8, 16}}) {
        auto networks = random_networks<float>(*d, network_choice::shared);
        networks[0].net = make_network<float>(networks[0].net.input_width(), hidden, 3);
        initialize(networks[0].net, {.seed = 4});
        const force_model model{atomic_model<float>{d, network_choice::shared, std::move(networks)}, {}};
        CHECK(predicted(reloaded(model), d->reference()) == predicted(model, d->reference()));
    }
}

TEST_CASE("the same model gives the same bytes, also after it was loaded") {
    const temporary_directory folder;
    const force_model model = small_model();
    save_model(folder.path() / "a", model);
    save_model(folder.path() / "b", model);
    save_model(folder.path() / "c", load_force_model(folder.path() / "a"));
    CHECK(read_file(folder.path() / "a") == read_file(folder.path() / "b"));
    CHECK(read_file(folder.path() / "a") == read_file(folder.path() / "c"));
    CHECK(folder.entry_count() == 3);
}

TEST_CASE("an LDOS model that was saved and loaded is the same") {
    const auto d = crystal_descriptor(perovskite(4.0));
    const ldos_model model{
        atomic_model<float>{d, network_choice::site, random_networks<float, 6>(*d, network_choice::site)},
        energy_grid{-8.0, 0.1 + 0.2, 6, 0.25, "VBM"},
        Eigen::MatrixXd::Random(6, static_cast<Eigen::Index>(d->sites().size())), some_record()};
    const temporary_directory folder;
    save_model(folder.path() / "m", model);
    const ldos_model loaded = load_ldos_model(folder.path() / "m");
    CHECK(loaded.grid() == model.grid());
    CHECK(loaded.site_means() == model.site_means());
    CHECK(loaded.record() == model.record());
    CHECK(to_safetensors(loaded).tensors.size() == to_safetensors(model).tensors.size());
    CHECK(predicted(loaded, d->reference()) == predicted(model, d->reference()));
    CHECK(std::holds_alternative<ldos_model>(load_model(folder.path() / "m")));
    CHECK_THROWS_WITH_AS(load_force_model(folder.path() / "m"),
                         doctest::Contains("a model of 'ldos', expected a model of 'forces'"), file_error);
}

TEST_CASE("an LDOS model whose energies or means make no sense is refused") {
    const auto d = crystal_descriptor(perovskite(4.0));
    const auto with_reference = [&](const std::string& reference) {
        return ldos_model{atomic_model<float>{d, network_choice::shared,
                                              random_networks<float, 2>(*d, network_choice::shared)},
                          energy_grid{0.0, 1.0, 2, 0.0, reference},
                          Eigen::MatrixXd::Zero(2, static_cast<Eigen::Index>(d->sites().size())),
                          some_record()};
    };
    CHECK_THROWS_WITH_AS(to_safetensors(with_reference("\xff")), doctest::Contains("is no UTF-8 text"),
                         file_error);
    const safetensors good = to_safetensors(with_reference(""));
    CHECK_NOTHROW(ldos_model_from(good));
    const auto refuses = [&](const std::string& energies) {
        safetensors file = good;
        file.metadata["energies"] = energies;
        CAPTURE(energies);
        CHECK_THROWS_AS(ldos_model_from(file), file_error);
    };
    refuses("");
    refuses("{}");
    refuses(R"({"first":0,"step":0,"count":2,"broadening":0,"reference":""})");
    refuses(R"({"first":0,"step":1,"count":3,"broadening":0,"reference":""})");
    refuses(R"({"first":0,"step":1,"count":-2,"broadening":0,"reference":""})");
    refuses(R"({"first":0,"step":1,"count":2,"broadening":-1,"reference":""})");
    refuses(R"({"first":"0","step":1,"count":2,"broadening":0,"reference":""})");
    safetensors file = good;
    file.tensors.erase("sites.mean");
    CHECK_THROWS_AS(ldos_model_from(file), file_error);
}

TEST_CASE("the golden model loads and predicts the forces stored beside it") {
    const force_model model = load_force_model(golden_model_file("forces_v1.model"));
    const labeled_structure expected = read_extxyz(golden_model_file("forces_v1.extxyz")).front();
    const auto forces = predicted(model, expected.geometry);
    for (std::size_t k = 0; k < forces.size(); ++k) // single precision, forces of order 1 eV/Å
        CHECK(std::abs(forces[k] - (*expected.forces)[k / 3][static_cast<Eigen::Index>(k % 3)]) < 1e-5);
}

TEST_CASE("the golden energy model loads and predicts energy, forces and spread stored beside it") {
    const energy_model model = load_energy_model(golden_model_file("energy_v1.model"));
    CHECK(model.member_count() == 2);
    const labeled_structure expected = read_extxyz(golden_model_file("energy_v1.extxyz")).front();
    auto space = model.make_workspace(expected.geometry);
    std::vector<double> forces(3 * expected.geometry.atom_count());
    const double energy = model.evaluate(space, flat(expected.geometry.positions()), forces).energy;
    CHECK(std::abs(energy - *expected.energy) < 1e-5 * static_cast<double>(expected.geometry.atom_count()));
    for (std::size_t k = 0; k < forces.size(); ++k)
        CHECK(std::abs(forces[k] - (*expected.forces)[k / 3][static_cast<Eigen::Index>(k % 3)]) < 1e-4);
}

TEST_CASE("the golden LDOS model loads and predicts the densities stored beside it") {
    const ldos_model model = load_ldos_model(golden_model_file("ldos_v1.model"));
    const labeled_structure expected = read_extxyz(golden_model_file("ldos_v1.extxyz")).front();
    const auto densities = predicted(model, expected.geometry);
    const auto stored = expected.ldos->values.reshaped();
    REQUIRE(static_cast<std::size_t>(stored.size()) == densities.size());
    for (std::size_t k = 0; k < densities.size(); ++k) // states/eV, single precision
        CHECK(std::abs(densities[k] - stored[static_cast<Eigen::Index>(k)]) < 1e-5);
}

TEST_CASE("metadata say what the file is") {
    const safetensors file = to_safetensors(small_model());
    CHECK(file.metadata_at("format") == "tinynet model");
    CHECK(file.metadata_at("format_version") == std::to_string(model_format_version));
    CHECK(file.metadata_at("library_version") == version);
    CHECK(file.metadata_at("kind") == "forces");
    CHECK(file.metadata_at("species") == "O Ti Ba");
    CHECK(file.metadata_at("networks") == "species");
}

TEST_CASE("a newer format is refused, both versions and both libraries named") {
    safetensors file = to_safetensors(small_model());
    file.metadata["format_version"] = "2";
    file.metadata["library_version"] = "9.8.7";
    check_refused(file,
                  std::string{"the file has format version 2, written by tinynet '9.8.7'; this is tinynet "} +
                      version + ", which reads versions up to 1");
    for (const std::string wrong : {"0", "-1", "one", "", "1.5", "99999999999999999999"}) {
        file.metadata["format_version"] = wrong;
        check_refused(file, "the format version is");
    }
}

TEST_CASE("a descriptor with more features than its networks have inputs is refused before they are listed") {
    safetensors file = to_safetensors(small_model());
    auto descriptor = nlohmann::json::parse(file.metadata_at("descriptor"));
    descriptor["hops"] = 14; // billions of walks
    file.metadata["descriptor"] = descriptor.dump();
    check_refused(file, "the descriptor has more features than the ");
}

TEST_CASE("every metadata text that is missing or makes no sense is refused") {
    const safetensors good = to_safetensors(small_model());
    for (const auto& [key, text] : good.metadata) {
        if (key == "library_version") // only for the message about newer formats
            continue;
        const std::string missing = key;
        CAPTURE(missing);
        safetensors file = good;
        file.metadata.erase(key);
        check_refused(file, "there is no metadata key '" + key + "'");
        for (const std::string wrong :
             {"", "{", "[]", "{}", "null", "5", "\"text\"", "something else", "[[[[[[[[", "{\"rule\":7}"}) {
            CAPTURE(wrong);
            file.metadata[key] = wrong;
            check_refused(file);
        }
    }
}

TEST_CASE("every JSON value of the wrong kind is refused") {
    const safetensors good = to_safetensors(small_model());
    for (const std::string key : {"descriptor", "bonds", "split", "training"}) {
        const auto settings = nlohmann::json::parse(good.metadata_at(key));
        for (const auto& [name, value] : settings.items()) {
            const std::string missing = key + "." + name;
            CAPTURE(missing);
            safetensors file = good;
            auto changed = settings;
            changed.erase(name);
            file.metadata[key] = changed.dump();
            if (name != "symmetry_operations" && name != "judged_by_energies") // older files do not have them
                check_refused(file);
            for (const nlohmann::json& wrong :
                 {nlohmann::json{}, nlohmann::json(-3), nlohmann::json("none"), nlohmann::json{{"x", "y"}},
                  nlohmann::json{-1, 2}, nlohmann::json(true)}) {
                if ((name == "best_rmse" && wrong.is_number()) ||
                    (name == "judged_by_energies" && wrong.is_boolean()))
                    continue;
                CAPTURE(wrong.dump());
                changed = settings;
                changed[name] = wrong;
                file.metadata[key] = changed.dump();
                check_refused(file);
            }
        }
    }
}

TEST_CASE("settings out of range are refused with the file named") {
    const safetensors good = to_safetensors(small_model());
    const auto refuse = [&](const std::string& key, const std::string& name, const nlohmann::json& value) {
        safetensors file = good;
        auto settings = nlohmann::json::parse(file.metadata_at(key));
        settings[name] = value;
        file.metadata[key] = settings.dump();
        CAPTURE(name);
        check_refused(file);
    };
    refuse("descriptor", "hops", 21);
    refuse("descriptor", "hops", 20); // more walks than can be listed
    refuse("descriptor", "hops", 4);  // another width than the networks'
    refuse("descriptor", "neighbors", 1000000000);
    refuse("descriptor", "hops", (std::uint64_t{1} << 32U) + 2); // not 2
    refuse("bonds", "pairs", {{"Mo-O", 2.6}, {"O-Mo", 3.0}});
    refuse("split", "training", {3, 2});
    refuse("split", "test", {4, 4});
    refuse("bonds", "cutoff", 0.0);
    refuse("bonds", "cutoff", 1e30);
    refuse("bonds", "pairs", {{"Ti", 2.0}});
    refuse("bonds", "pairs", {{"Ti-Xx", 2.0}});
    refuse("bonds", "pairs", {{"Ti-O", -2.0}});
    safetensors file = good;
    file.metadata["kind"] = "ldos";
    check_refused(file, "the file holds a model of 'ldos', expected a model of 'forces'");
    file = good;
    file.metadata["networks"] = "site";
    check_refused(file);
    file = good;
    file.metadata["species"] = "O Ti Pb";
    check_refused(file, "the species are");
    file = good;
    file.metadata["units"] = R"({"length":"bohr","output":"eV/Å"})";
    check_refused(file, "the units are");
}

TEST_CASE("a setting that is given twice is refused, even with the same value") {
    const auto d = crystal_descriptor(perovskite(4.0));
    const std::vector<safetensors> files{
        to_safetensors(small_model()),
        to_safetensors(ldos_model{atomic_model<float>{d, network_choice::shared,
                                                      random_networks<float, 2>(*d, network_choice::shared)},
                                  energy_grid{0.0, 1.0, 2, 0.0, ""},
                                  Eigen::MatrixXd::Zero(2, static_cast<Eigen::Index>(d->sites().size())),
                                  some_record()}),
        to_safetensors(
            energy_model{random_moment_model<float>({.orbital_count = 2}, moment_species), some_record()})};
    std::size_t count = 0;
    for (const safetensors& good : files)
        for (const auto& [key, text] : good.metadata) {
            const auto settings = nlohmann::json::parse(text, nullptr, false);
            if (!settings.is_object() || key == "units") // compared as text
                continue;
            for (const auto& [name, value] : settings.items()) {
                const std::string twice = key + "." + name;
                CAPTURE(twice);
                safetensors file = good;
                file.metadata[key].insert(1, "\"" + name + "\":" + value.dump() + ",");
                const std::string message = "metadata key '" + key + "' gives the key '" + name + "' twice";
                CHECK_THROWS_WITH_AS(model_from(file), doctest::Contains(message.c_str()), file_error);
                ++count;
            }
        }
    CHECK(count > 40);
    safetensors file = files.front();
    auto& bonds = file.metadata["bonds"];
    bonds.insert(bonds.find("\"O-Ti\""), "\"O-Ti\":2.6,");
    check_refused(file, "metadata key 'bonds' gives the key 'O-Ti' twice");
}

TEST_CASE("the fingerprint of the data is one or nothing, read or written") {
    const safetensors good = to_safetensors(small_model());
    const auto with_fingerprint = [&](const std::string& text) {
        safetensors file = good;
        auto training = nlohmann::json::parse(file.metadata_at("training"));
        training["data_sha256"] = text;
        file.metadata["training"] = training.dump();
        return file;
    };
    for (const std::string& sound : {std::string{}, std::string(64, '0'), std::string(64, 'f')})
        CHECK(force_model_from(with_fingerprint(sound)).record().data_sha256 == sound);
    for (const std::string& wrong : {std::string(63, '0'), std::string(65, '0'), std::string(64, 'g'),
                                     std::string{"none"}, "\x1b" + std::string(63, '0')}) {
        check_refused(with_fingerprint(wrong), "the SHA-256 of the data is '");
        training_record record = some_record();
        record.data_sha256 = wrong;
        CHECK_THROWS_AS(
            to_safetensors(force_model{
                random_model<float>(crystal_descriptor(perovskite(4.0)), network_choice::site), record}),
            file_error);
    }
}

TEST_CASE("texts of a file that would command a terminal stand in no message") {
    with_escapes_in_each_text(to_safetensors(small_model()), [](const safetensors& file) {
        try {
            static_cast<void>(model_from(file));
            FAIL("accepted");
        } catch (const file_error& problem) {
            const std::string message = problem.what();
            CHECK(message == detail::printable(message));
        }
    });
}

TEST_CASE("every tensor that is missing, of another shape or of another type is refused") {
    const safetensors good = to_safetensors(small_model());
    for (const auto& [name, value] : good.tensors) {
        const std::string missing = name;
        CAPTURE(missing);
        safetensors file = good;
        file.tensors.erase(name);
        check_refused(file);

        file = good;
        file.tensors[name].shape.push_back(1);
        check_refused(file);
        file.tensors[name].shape = {value.bytes.size() / size_of(value.type), 1};
        if (file.tensors[name].shape != value.shape)
            check_refused(file);
        file.tensors[name].shape = {};
        check_refused(file);

        for (const dtype type : {dtype::f64, dtype::f32, dtype::i64, dtype::i32, dtype::u8}) {
            if (type == value.type)
                continue;
            file = good;
            file.tensors[name].type = type;
            file.tensors[name].bytes.resize(value.bytes.size() / size_of(value.type) * size_of(type));
            check_refused(file);
        }
    }
}

TEST_CASE("numbers that are not finite are refused in every tensor") {
    const safetensors good = to_safetensors(small_model());
    for (const auto& [name, value] : good.tensors) {
        const std::string damaged = name;
        CAPTURE(damaged);
        for (const double wrong :
             {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
            safetensors file = good;
            if (value.type == dtype::f32) {
                auto numbers = value.as<float>();
                numbers.back() = static_cast<float>(wrong);
                file.set<float>(name, value.shape, numbers);
            } else if (value.type == dtype::f64) {
                auto numbers = value.as<double>();
                numbers.back() = wrong;
                file.set<double>(name, value.shape, numbers);
            } else
                continue;
            check_refused(file);
        }
    }
}

TEST_CASE("atomic numbers that no element has and references without atoms are refused") {
    for (const std::int32_t wrong : {-1, 0, 119, 2147483647}) {
        safetensors file = to_safetensors(small_model());
        auto numbers = file.values<std::int32_t>("reference.species");
        numbers[2] = wrong;
        file.set<std::int32_t>("reference.species", {numbers.size()}, numbers);
        check_refused(file);
    }
    safetensors file = to_safetensors(small_model());
    file.set<std::int32_t>("reference.species", {0}, {});
    file.set<double>("reference.positions", {0, 3}, {});
    check_refused(file);
}

TEST_CASE("extents of zero and absurd ones are refused") {
    for (const std::vector<std::size_t>& shape :
         {std::vector<std::size_t>{0, std::size_t{1} << 60U}, {std::size_t{1} << 60U, 0}, {0, 0}}) {
        safetensors file = to_safetensors(small_model());
        for (const std::string layer : {"0", "1", "2"})
            file.set<float>("networks.0.layers." + layer + ".weight", shape, {});
        check_refused(file);
    }
}

TEST_CASE("a flipped bit anywhere in the tensors is noticed") {
    const safetensors content = to_safetensors(small_model());
    const std::string bytes = format_safetensors(content);
    CHECK(!is_refused(bytes));
    std::size_t data_size = 0;
    for (const auto& [name, value] : content.tensors)
        data_size += value.bytes.size();
    for (std::size_t back = 1; back <= data_size; back += 5) { // all eight bits have their turn
        std::string damaged = bytes;
        damaged[bytes.size() - back] ^= static_cast<char>(1U << (back % 8));
        if (!is_refused(damaged))
            FAIL("a flipped bit ", back, " bytes before the end went unnoticed");
    }
}

TEST_CASE("a file truncated anywhere and files of random bytes are refused") {
    const std::string bytes = format_safetensors(to_safetensors(small_model()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(is_refused(bytes.substr(0, size)));
    }
    CHECK(is_refused(bytes + "x"));
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        std::string noise;
        for (int k = random_integer(rng, 0, 3000); k > 0; --k)
            noise += static_cast<char>(random_integer(rng, -128, 127));
        CHECK(is_refused(noise));
    }
}

TEST_CASE("property: random changes of the header are refused or leave a model that works") {
    const force_model model = small_model();
    const std::string bytes = format_safetensors(to_safetensors(model));
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, bytes.data(), sizeof header_size);
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        std::string damaged = bytes;
        damaged[static_cast<std::size_t>(random_integer(rng, 8, static_cast<int>(header_size) + 7))] =
            static_cast<char>(random_integer(rng, ' ', '~'));
        try {
            const force_model read = force_model_from(parse_safetensors(damaged, "m", checksum::required));
            for (const double force : predicted(read, read.features().reference()))
                CHECK(std::isfinite(force));
        } catch (const file_error& problem) {
            CHECK(std::string{problem.what()}.starts_with("'m': "));
        }
    }
}

TEST_CASE("a record that is not finite is refused when it is written, and the older file stays") {
    const temporary_directory folder;
    const auto path = folder.file("m", "older content");
    training_record record = some_record();
    record.best_rmse = std::numeric_limits<double>::infinity();
    const force_model model{random_model<float>(crystal_descriptor(perovskite(4.0)), network_choice::site),
                            record};
    CHECK_THROWS_AS(save_model(path, model), file_error);
    CHECK(read_file(path) == "older content");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE_TEMPLATE("an energy model that is written and read again says the same, to the last bit", Real,
                   float, double) {
    const temporary_directory folder;
    const energy_model model{
        random_moment_model<Real>({.orbital_count = 2, .max_angular_momentum = 2, .repulsion_cutoff = 1.5},
                                  moment_species),
        some_record()};
    save_model(folder.path() / "m", model);
    const energy_model read = load_energy_model(folder.path() / "m");
    CHECK(std::get<moment_model<Real>>(read.precise()).networks()[1].shortest_distances ==
          std::get<moment_model<Real>>(model.precise()).networks()[1].shortest_distances);
    const structure atoms = perovskite(4.0);
    CHECK(evaluate(read, atoms).forces == evaluate(model, atoms).forces);
    CHECK(evaluate(read, atoms).energy == evaluate(model, atoms).energy);
    CHECK(read.moments() == model.moments());
    CHECK(read.record() == model.record());
    CHECK(std::holds_alternative<energy_model>(load_model(folder.path() / "m")));
    CHECK_THROWS_WITH_AS(load_force_model(folder.path() / "m"), doctest::Contains("a model of 'energy'"),
                         file_error);
    safetensors file = to_safetensors(model);
    file.metadata["moments"] = R"({"cutoff":-1})";
    CHECK_THROWS_AS(energy_model_from(file), file_error);
    file = to_safetensors(model);
    file.metadata["species"] = "O Ti";
    CHECK_THROWS_AS(energy_model_from(file), file_error);
    file = to_safetensors(model);
    file.tensors.erase("networks.1.features.deviation");
    CHECK_THROWS_AS(energy_model_from(file), file_error);
    file = to_safetensors(model);
    file.tensors.at("networks.2.orbitals").shape = {2, 24};
    CHECK_THROWS_WITH_AS(energy_model_from(file), doctest::Contains("has another shape than 24 x 2"),
                         file_error);
    file = to_safetensors(model);
    file.tensors.at("networks.0.shortest_distances").shape = {1, 3};
    CHECK_THROWS_WITH_AS(energy_model_from(file), doctest::Contains("has another shape than 3"), file_error);
    file = to_safetensors(model);
    file.metadata["committee"] = "0";
    CHECK_THROWS_WITH_AS(energy_model_from(file), doctest::Contains("the committee has 0 members"),
                         file_error);
}

TEST_CASE("files that are missing or cannot be written are named") {
    const temporary_directory folder;
    CHECK_THROWS_WITH_AS(load_force_model(folder.path() / "missing"), doctest::Contains("missing"),
                         file_error);
    CHECK_THROWS_WITH_AS(save_model(folder.path() / "no" / "m", small_model()), doctest::Contains("no/m"),
                         file_error);
    CHECK_THROWS_AS(load_force_model(folder.path()), file_error);
}

} // namespace tinynet::test::model_file_test
