// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "files.hpp"
#include "mapping_line.hpp"
#include "stream_socket.hpp"
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet::program {

namespace {

struct ipi_options {
    std::filesystem::path model;
    std::filesystem::path start;
    std::string unix_name;
    std::string address;
    bool forces_only = false;
};

// As in ASE (CODATA 2014), so that its users get back what the model said.
constexpr double bohr = 0.5291772105638411;    // Å
constexpr double hartree = 27.211386024367243; // eV

/// Energy, forces and virial of a model for atoms in a cell that may change.
class calculator {
public:
    calculator(any_model model, const structure& start, const ipi_options& options) : start_{start} {
        for (const species kind : start.species())
            numbers_.push_back(kind.atomic_number());
        if (auto* const conservative = std::get_if<energy_model>(&model)) {
            potential_.emplace(std::make_shared<const energy_model>(std::move(*conservative)));
            return;
        }
        auto* const direct = std::get_if<force_model>(&model);
        if (direct == nullptr)
            throw invalid_option{"'" + options.model.string() + "' holds an LDOS model, which has no forces"};
        if (!options.forces_only)
            throw invalid_option{"'" + options.model.string() +
                                 "' holds a force model, which has no energy and no virial; give "
                                 "--forces-only to send forces and, "
                                 "in place of these, numbers that are not a number (NaN)"};
        direct_ = std::move(*direct);
    }

    [[nodiscard]] std::size_t atom_count() const { return numbers_.size(); }

    /// \param rows  lattice vectors, Å.
    void compute(const matrix3& rows, std::span<const double> positions) {
        forces.resize(positions.size());
        if (potential_) {
            engine_cell lattice{{}, start_.cell().periodic()};
            std::ranges::copy(rows.reshaped<Eigen::RowMajor>(), lattice.vectors.begin());
            energy =
                potential_->evaluate({atom_count(), positions, numbers_, {}, lattice}, forces, virial).energy;
            return;
        }
        if (space_ && rows != cell_)
            throw invalid_structure{
                "the server has changed the cell; a force model has no virial and runs in a fixed one"};
        if (!space_) {
            std::vector<vector3> places(atom_count());
            std::ranges::copy(positions, flat(places).begin());
            space_ = direct_->make_workspace(structure{cell{rows, start_.cell().periodic()},
                                                       {start_.species().begin(), start_.species().end()},
                                                       std::move(places)},
                                             1, mapping_line{});
            cell_ = rows;
        }
        direct_->evaluate(*space_, positions, forces);
        energy = std::numeric_limits<double>::quiet_NaN();
        virial.fill(energy);
    }

    double energy = 0.0;            ///< eV
    std::vector<double> forces;     ///< eV/Å
    std::array<double, 9> virial{}; ///< -dE/dstrain, eV

private:
    structure start_;
    std::vector<std::int32_t> numbers_;
    std::optional<engine_potential> potential_;
    std::optional<force_model> direct_;
    std::optional<force_model::workspace> space_;
    matrix3 cell_;
};

/// The client's side of the i-PI protocol: 12-byte headers, numbers in the byte order of the machine, atomic
/// units.
class ipi_client {
public:
    explicit ipi_client(stream_socket connection) : connection_{std::move(connection)} {}

    /// Answers until the server says EXIT or closes. Returns how often it asked for forces.
    std::uint64_t serve(calculator& calculate) {
        std::uint64_t count = 0;
        bool has_data = false;
        for (std::array<char, header_size> bytes{}; connection_.read(bytes.data(), bytes.size());) {
            std::string_view header{bytes.data(), bytes.size()};
            header = header.substr(0, header.find_last_not_of(' ') + 1);
            if (header == "EXIT")
                break;
            if (header == "STATUS")
                send_header(has_data ? "HAVEDATA" : "READY");
            else if (header == "INIT")
                skip_init();
            else if (header == "POSDATA") {
                receive(calculate);
                has_data = true;
            } else if (header == "GETFORCE" && has_data) {
                send(calculate);
                has_data = false;
                ++count;
            } else
                throw file_error{
                    detail::text("the server says ", detail::in_quotes(header),
                                 ", expected STATUS, INIT, POSDATA, EXIT, or GETFORCE after positions")};
        }
        return count;
    }

private:
    static constexpr std::size_t header_size = 12;

    void read(void* bytes, std::size_t count) {
        if (!connection_.read(bytes, count))
            throw file_error{"the server closed the connection in the middle of a message"};
    }
    template <typename Number>
    Number read_number() {
        Number number{};
        read(&number, sizeof number);
        return number;
    }
    template <typename Number>
    void write(std::span<const Number> numbers) {
        connection_.write(numbers.data(), numbers.size_bytes());
    }

    void send_header(std::string_view header) {
        std::string padded{header};
        padded.resize(header_size, ' ');
        connection_.write(padded.data(), padded.size());
    }

    /// Number of the bead and a text that means nothing to us.
    void skip_init() {
        constexpr std::int32_t most = 1 << 20;
        read_number<std::int32_t>();
        const auto size = read_number<std::int32_t>();
        if (size < 0 || size > most)
            throw file_error{detail::text("the server announces a text of ", size, " bytes, at most ", most,
                                          " are taken")};
        std::string text(static_cast<std::size_t>(size), '\0');
        if (size > 0)
            read(text.data(), text.size());
    }

    void receive(calculator& calculate) {
        Eigen::Matrix<double, 3, 3, Eigen::RowMajor> columns; // lattice vectors
        read(columns.data(), 9 * sizeof(double));
        Eigen::Matrix<double, 3, 3, Eigen::RowMajor> inverse; // not needed
        read(inverse.data(), 9 * sizeof(double));
        if (const auto atoms = read_number<std::int32_t>();
            atoms < 0 || static_cast<std::size_t>(atoms) != calculate.atom_count())
            throw file_error{
                detail::text("the server sends ", atoms, " atoms, the start has ", calculate.atom_count())};
        positions_.resize(3 * calculate.atom_count());
        read(positions_.data(), positions_.size() * sizeof(double));
        for (double& x : positions_)
            x *= bohr;
        calculate.compute(bohr * columns.transpose(), positions_);
    }

    void send(const calculator& result) {
        send_header("FORCEREADY");
        write<double>(std::array{result.energy / hartree});
        write<std::int32_t>(std::array{static_cast<std::int32_t>(result.atom_count())});
        numbers_.assign(result.forces.begin(), result.forces.end());
        for (double& force : numbers_)
            force *= bohr / hartree;
        write<double>(numbers_);
        numbers_.assign(result.virial.begin(), result.virial.end()); // symmetric
        for (double& number : numbers_)
            number /= hartree;
        write<double>(numbers_);
        write<std::int32_t>(std::array{std::int32_t{1}}); // servers wait for something more
        write<char>(std::array{'\0'});
    }

    stream_socket connection_;
    std::vector<double> positions_; ///< Å
    std::vector<double> numbers_;
};

stream_socket connect_to(const ipi_options& options) {
    if (options.unix_name.empty() == options.address.empty())
        throw invalid_option{"where is the server? Give either --unix NAME or --inet HOST:PORT"};
    if (!options.unix_name.empty()) {
        const std::filesystem::path folder{"/tmp"}; // of the protocol, whatever TMPDIR is
        return stream_socket::unix_domain(options.unix_name.starts_with('/')
                                              ? options.unix_name
                                              : (folder / ("ipi_" + options.unix_name)).string());
    }
    const std::size_t colon = options.address.rfind(':');
    if (colon == std::string::npos)
        throw invalid_option{"the address is '" + options.address + "', expected HOST:PORT"};
    std::string host = options.address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) // an address of IPv6
        host = host.substr(1, host.size() - 2);
    return stream_socket::internet(host, options.address.substr(colon + 1));
}

void run_ipi(const ipi_options& options) {
    calculator calculate{load_model(options.model), read_frame(options.start, 0), options};
    ipi_client client{connect_to(options)};
    const std::uint64_t count = client.serve(calculate);
    std::cout << "answered " << count << " times\n";
}

} // namespace

void add_ipi(CLI::App& app) {
    const auto options = std::make_shared<ipi_options>();
    CLI::App& command =
        *app.add_subcommand("ipi", "Forces for a server that speaks the i-PI protocol (ASE, i-PI)");
    command.add_option("model", options->model, "Model file")->required();
    command
        .add_option("start", options->start,
                    "Extended XYZ file; its first frame has the server's atoms in its order")
        ->required();
    command.add_option("--unix", options->unix_name,
                       "Name of a socket on this machine, as the server was given it, or its path");
    command.add_option("--inet", options->address, "HOST:PORT");
    command.add_flag("--forces-only", options->forces_only,
                     "Allow a force model; energy and virial are then NaN");
    command.callback([options] { run_ipi(*options); });
}

} // namespace tinynet::program
